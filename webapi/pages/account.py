"""The reader's own account: password, sessions and API keys."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Response, redirect, request

from core.errors import PermanentError
from schemas.identity.keys import DEFAULT_DAYS, MAX_DAYS, create_key, draw_key, list_keys, revoke_key
from schemas.identity.roles import Role
from schemas.identity.sessions import change_password, end_own_session, open_sessions
from schemas.identity.users import read_user
from webapi.pages.frame.rendering import page
from webapi.pages.frame.route import Pages
from webapi.request.context import app_parts, principal
from webapi.views.audited_writes import Action, write, write_noting_itself
from webapi.views.identification import own_session

blueprint = Pages("pages-account", __name__)

_MOST_KEYS = 100
_LONGEST_NAME = 100
_WRONG = "The old password does not fit, or the user is locked for a while."


@dataclass(frozen=True)
class _Said:
    """What the account's page says of what was just done."""

    key: str = ""
    error: str = ""


@blueprint.page("/account")
def show_account() -> Response:
    """Who one is, where one is signed in, and which keys one has."""
    return _account(_Said())


@blueprint.page("/account/password", with_one_time_password=True)
def show_password() -> Response:
    """The form for another password."""
    return _password()


@blueprint.page("/account/password", methods=("POST",), is_strict=True, with_one_time_password=True)
def send_password() -> Response:
    """Another password; all other sessions end."""
    given = request.form
    try:
        proof = (principal().user_id, own_session(), given.get("old", ""), given.get("new", ""))
        if not write_noting_itself(change_password, *proof):
            return _password(_WRONG)
    except PermanentError as error:
        return _password(str(error))
    app_parts().snapshot.forget()
    return _to("/")


@blueprint.page("/account/sessions/end", methods=("POST",))
def send_end_of_session() -> Response:
    """The end of one of the own sessions."""
    who = principal()
    action = Action("sign_out", f"user:{who.username}")
    write(action, end_own_session, who.user_id, request.form.get("session", ""), app_parts().clock())
    return _to("/account")


@blueprint.page("/account/keys", methods=("POST",), is_strict=True)
def send_key() -> Response:
    """A new key, shown on the page that answers and never again."""
    name, role, days = (request.form.get(each, "").strip() for each in ("name", "role", "days"))
    life = int(days) if days.isascii() and days.isdecimal() and len(days) < 4 else 0
    if not (0 < len(name) <= _LONGEST_NAME and role in list(Role) and 0 < life <= MAX_DAYS):
        return _account(_Said(error=f"A key needs a name, a role and at most {MAX_DAYS} days."), 422)
    now, (key_id, key) = app_parts().clock(), draw_key()
    terms = {"name": name, "role": role, "expires_in_days": life}
    try:
        write(
            Action("api_key.create", f"key:{key_id}", terms),
            create_key,
            key_id,
            key,
            user_id=principal().user_id,
            name=name,
            role=Role(role),
            expires_at=now + timedelta(days=life),
            now=now,
        )
    except PermanentError as error:
        return _account(_Said(error=str(error)), 422)
    return _account(_Said(key=key))


@blueprint.page("/account/keys/revoke", methods=("POST",))
def send_revocation() -> Response:
    """The end of one of the own keys."""
    key_id = request.form.get("key", "")
    action = Action("api_key.revoke", f"key:{key_id}")
    write(action, revoke_key, key_id, app_parts().clock(), principal().user_id)
    return _to("/account")


def _account(said: _Said, status: int = 200) -> Response:
    who, parts = principal(), app_parts()
    keys, _ = parts.database.read_primary(list_keys, who.user_id, 1, _MOST_KEYS)
    shown = page(
        "account.html",
        "Account",
        user=parts.database.read_primary(read_user, who.user_id),
        roles=[role.value for role in Role if who.role.covers(role)],
        sessions=parts.database.read_primary(open_sessions, who.user_id, parts.clock()),
        this_session=own_session(),
        keys=[key for key in keys if key.revoked_at is None and key.expires_at > parts.clock()],
        default_days=DEFAULT_DAYS,
        most_days=MAX_DAYS,
        said=said,
    )
    shown.status_code = status
    return shown


def _password(error: str = "") -> Response:
    shown = page("password.html", "Password", error=error, is_due=principal().must_change_password)
    shown.status_code = 422 if error else 200
    return shown


def _to(path: str) -> Response:
    return redirect(path, 303)  # type: ignore[return-value]  # werkzeug's is Flask's
