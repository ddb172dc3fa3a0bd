"""Signing in and out of pages, and the choice of light or dark."""

from typing import Any

from flask import Response, redirect, request
from marshmallow import fields

from schemas.identity.sessions import end_session, sign_in
from webapi.pages.frame.rendering import page
from webapi.pages.frame.route import FileQuerySchema, Pages
from webapi.pages.frame.session import UNSAFE, drop_session, is_safe, keep_session, keep_theme, local_path
from webapi.request.context import app_parts, principal
from webapi.views.audited_writes import Action, write, write_noting_itself
from webapi.views.identification import own_session

blueprint = Pages("pages-sign-in", __name__)

_REFUSED = "Name and password do not fit, or the user is locked for a while."


class NextSchema(FileQuerySchema):
    """Where to go afterwards."""

    next = fields.String(load_default="/")
    to = fields.String(load_default="")


@blueprint.page("/sign-in", role=None, query=NextSchema, with_one_time_password=True)
def show_sign_in(query: dict[str, Any]) -> Response:
    """The form."""
    onward = local_path(query["next"])
    return _form(onward) if is_safe() else _form(onward, error=UNSAFE, status=403)


@blueprint.page("/sign-in", role=None, methods=("POST",), is_strict=True)
def send_sign_in() -> Response:
    """A new session, or the form again."""
    name, password = request.form.get("username", ""), request.form.get("password", "")
    onward = local_path(request.form.get("next"))
    session = write_noting_itself(sign_in, name, password)
    if session is None:
        return _form(onward, name, _REFUSED, 401)
    app_parts().snapshot.forget()
    return keep_session(_to("/account/password" if session.must_change_password else onward), session)


@blueprint.page("/sign-out", methods=("POST",), with_one_time_password=True)
def send_sign_out() -> Response:
    """The end of the session."""
    action = Action("sign_out", f"user:{principal().username}")
    write(action, end_session, own_session(), "logout", app_parts().clock())
    return drop_session(_to("/sign-in"))


@blueprint.page("/theme", role=None, query=NextSchema)
def choose_theme(query: dict[str, Any]) -> Response:
    """Light, dark, or as the system has it; then back."""
    return keep_theme(_to(local_path(query["next"])), query["to"])


def _to(path: str) -> Response:
    return redirect(path, 303)  # type: ignore[return-value]  # werkzeug's is Flask's


def _form(onward: str, username: str = "", error: str = "", status: int = 200) -> Response:
    shown = page("sign-in.html", "Sign in", onward=onward, username=username, error=error)
    shown.status_code = status
    return shown
