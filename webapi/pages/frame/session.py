"""Who reads: the cookie of a signed-in browser, renewed as it is used, and the tokens of its forms."""

import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Response, after_this_request, current_app, request
from werkzeug.exceptions import Forbidden

from core.errors import TransientError
from schemas.identity.sessions import SESSION_DAYS, Session, continue_session, open_sessions
from schemas.identity.snapshot import Snapshot
from webapi.process.parts import AppParts
from webapi.process.principals import Principal
from webapi.process.tokens import form_token, page_claims, page_token, refused
from webapi.request.context import app_parts, current_request
from webapi.views.identification import GRACE_SECONDS, of_claims

_COOKIE, _VISIT, _THEME = "mdl", "mdl-visit", "mdl-theme"
THEMES = ("light", "dark")
UNSAFE = (
    "This address is not encrypted, so a password would be open to others on the way. Use https; behind a proxy that "
    "does, set MDL_PROXIES."
)
_LONGEST = 2_048
_SESSION_LIFE = timedelta(days=SESSION_DAYS)
_YEAR = timedelta(days=365)


def by_cookie(_: AppParts, identities: Snapshot) -> Principal:
    """Whose cookie it is; `renew_if_due` must follow, since it may be past its 15 minutes.

    Raises:
        Unauthorized: there is none, or its session has ended.
    """
    return of_claims(_claims(), identities)


def renew_if_due() -> None:
    """Exchange a cookie past its 15 minutes, so long as its session counts; nobody notices.

    While PostgreSQL is away it counts for half an hour more, and for longer if its session is open in the snapshot on
    disk.

    Raises:
        Unauthorized: the session has ended.
        TransientError: PostgreSQL is away for longer.
    """
    claims, parts = _claims(), app_parts()
    overdue = parts.clock().timestamp() - claims["exp"]
    if overdue < 0:
        return
    try:
        session = parts.database.write(continue_session, claims["sid"], parts.clock())
    except TransientError:
        if overdue <= GRACE_SECONDS or _is_open(claims):
            return
        raise
    if session is None:
        raise refused("the session has ended; sign in again")
    after_this_request(lambda response: keep_session(response, session))


def _is_open(claims: Mapping[str, Any]) -> bool:
    parts = app_parts()
    found = parts.database.read_primary(open_sessions, int(claims["sub"]), parts.clock())
    return any(each.session_id == claims["sid"] for each in found)


def _claims() -> Mapping[str, Any]:
    token = request.cookies.get(_name(_COOKIE), "")
    claims = page_claims(_secret(), token) if 0 < len(token) <= _LONGEST else None
    if claims is None:
        raise refused("sign in first")
    return claims


def keep_session(response: Response, session: Session) -> Response:
    """Give the browser the session's cookie."""
    _set(response, _COOKIE, page_token(session), _SESSION_LIFE)
    return response


def drop_session(response: Response) -> Response:
    """Take the cookie away, and what the browser kept of pages."""
    response.delete_cookie(_name(_COOKIE), path="/")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def is_safe() -> bool:
    """Whether a cookie can be kept from others' eyes on the way: over TLS, or within this machine."""
    return request.is_secure or _is_loopback()


def theme() -> str:
    """The reader's choice of light or dark; empty where the system decides."""
    chosen = request.cookies.get(_THEME, "")
    return chosen if chosen in THEMES else ""


def keep_theme(response: Response, chosen: str) -> Response:
    """Remember a choice; of anything else, that the system decides."""
    if chosen in THEMES:
        response.set_cookie(_THEME, chosen, max_age=_YEAR, path="/", samesite="Lax", httponly=True)
    else:
        response.delete_cookie(_THEME, path="/")
    return response


def csrf_token() -> str:
    """What the forms of the page at hand must send back: of the session, or before sign-in of the visit."""
    visit = request.cookies.get(_name(_VISIT), "")
    if not visit and current_request().principal is None:
        visit = secrets.token_urlsafe(16)
        after_this_request(lambda response: _set(response, _VISIT, visit, None))
    return _token_of(visit)


def insist_on_csrf_token() -> None:
    """Refuse a form that was not made for this session.

    Raises:
        Forbidden: its token is missing, stale or of another session, or browsers keep no cookie of ours here.
    """
    if not is_safe():
        raise Forbidden(UNSAFE)
    known, visit = current_request().principal, request.cookies.get(_name(_VISIT))
    sent = request.form.get("csrf_token", "")
    if not (known or visit) or not hmac.compare_digest(_token_of(visit or "").encode(), sent.encode()):
        raise Forbidden(
            "the form is of another session, or too old: go back, reload the page and send it again"
        )


def local_path(given: str | None) -> str:
    """Where to go after sign-in: a path of ours, never another host; `/` where it is anything else."""
    path = given or "/"
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_ours and "\\" not in path and len(path) <= _LONGEST else "/"


def _set(response: Response, name: str, value: str, life: timedelta | None) -> Response:
    response.set_cookie(
        _name(name), value, max_age=life, path="/", httponly=True, samesite="Lax", secure=not _is_loopback()
    )
    return response


def _name(name: str) -> str:
    """Outside this machine a name that browsers take over TLS alone, from this very host."""
    return name if _is_loopback() else f"__Host-{name}"


def _is_loopback() -> bool:
    host = request.host.rpartition(":")[0] if ":" in request.host.rpartition("]")[2] else request.host
    return host in ("localhost", "[::1]") or (host.startswith("127.") and host.replace(".", "").isdecimal())


def _token_of(visit: str) -> str:
    """That of the session, or before sign-in of the visit, whose name whoever visits may choose."""
    known = current_request().principal
    return form_token(_secret(), f"session:{known.session_id}" if known else f"visit:{visit}")


def _secret() -> str:
    secret: str = current_app.config["JWT_SECRET_KEY"]
    return secret
