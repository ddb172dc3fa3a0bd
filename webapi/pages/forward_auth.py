"""What a proxy asks before it lets a browser to a page of somebody else that has no sign-in of its own."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, request
from werkzeug.exceptions import Forbidden

from schemas.identity.roles import Role
from webapi.pages.frame.session import by_cookie, renew_if_due
from webapi.views.identification import admitted

blueprint = Blueprint("pages-forward-auth", __name__)

_NO_OTHER_SITE = ("same-origin", "none")


@blueprint.get("/auth/administrator")
def ask_administrator() -> Response:
    """204 and who it is for a signed-in administrator; what refuses anybody else is 401 or 403.

    Raises:
        Unauthorized: nobody is signed in.
        Forbidden: somebody else is, or a page of another site sent the browser.
        PasswordDueError: the password is a one-time one.
    """
    _refuse_other_sites()
    found = admitted(Role.ADMIN, with_one_time_password=False, with_key=False, proof=by_cookie)
    renew_if_due()
    return Response(status=204, headers={"X-MDL-User": found.username, "Cache-Control": "no-store"})


def _refuse_other_sites() -> None:
    """Dagster changes state by GET and asks for no `Origin`: pages of others must not use the cookie.

    nginx's ingress asks by another name, and says in a header, which pages of others cannot send, what it was asked.
    """
    origin = request.headers.get("Origin")
    hosts = {request.host, urlsplit(request.headers.get("X-Original-URL", "")).netloc}
    is_ours = origin is None or urlsplit(origin).netloc in hosts - {""}
    if not is_ours or request.headers.get("Sec-Fetch-Site", "none") not in _NO_OTHER_SITE:
        raise Forbidden("a page of another site led here: open the address by itself")
