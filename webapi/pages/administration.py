"""Administration: users with their keys, and the kept answers."""

from dataclasses import dataclass
from typing import Any

from flask import Response, redirect, request
from marshmallow import fields, validate

from core.errors import PermanentError
from reports.cells import Link, Status, Table
from schemas.identity import administration, users
from schemas.identity.keys import list_keys, revoke_key
from schemas.identity.roles import Role
from schemas.identity.users import User
from webapi.pages.frame.rendering import local, page
from webapi.pages.frame.route import FileQuerySchema, Pages
from webapi.request.context import app_parts
from webapi.views.audited_writes import Action, write
from webapi.views.server_control import forget_kept_answers

blueprint = Pages("pages-administration", __name__)

_LIMIT = 50
_MOST = 10_000
_MOST_KEYS = 100
# what PostgreSQL's bigint holds
_USER = "/admin/users/<int(min=1, max=9223372036854775807):user_id>"
_COLUMNS = {
    "username": "Name",
    "role": "Role",
    "team": "Team",
    "email": "Mail",
    "state": "State",
    "created_at": "Created",
    "last_sign_in_at": "Last sign-in",
}


@dataclass(frozen=True)
class _Said:
    """What a page says of what was just done."""

    password: str = ""
    error: str = ""
    done: str = ""


class UsersQuerySchema(FileQuerySchema):
    """Which page of the users."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))


class UserPageQuerySchema(FileQuerySchema):
    """What was just done, to be said again on the page that shows it."""

    done = fields.String(load_default="", validate=validate.OneOf(("", "changed", "revoked")))


class AdminDoneQuerySchema(UsersQuerySchema):
    """Whether the cache was just cleared."""

    done = fields.String(load_default="", validate=validate.OneOf(("", "cleared")))


@blueprint.page("/admin", role=Role.ADMIN, query=AdminDoneQuerySchema)
def show_administration(query: dict[str, Any]) -> Response:
    """The users, the form for a new one, and the cache."""
    return _administration(query, _Said(done=query["done"]))


@blueprint.page("/admin/users", role=Role.ADMIN, methods=("POST",))
def send_user() -> Response:
    """A new user; the page that answers shows the one-time password and nothing does again."""
    given = request.form
    name, about = given.get("username", "").strip().lower(), _contacts()
    try:
        role, password = _role(), users.one_time_password(name)
        user_id = write(
            Action("user.create", f"user:{name}", {"role": role, **about}),
            users.create_user,
            name,
            password,
            role,
            app_parts().clock(),
            must_change_password=True,
            about=about,
        )
    except PermanentError as error:
        return _administration({"page": 1, "format": None}, _Said(error=str(error)), 422)
    return _user(user_id, _Said(password=password))


@blueprint.page(_USER, role=Role.ADMIN, query=UserPageQuerySchema)
def show_user(query: dict[str, Any], user_id: int) -> Response:
    """One user: what can be changed, and the keys."""
    return _user(user_id, _Said(done=query["done"]))


@blueprint.page(_USER, role=Role.ADMIN, methods=("POST",))
def send_change(user_id: int) -> Response:
    """Another role, team or address; whether the user may sign in at all."""
    try:
        role, about = _role(), _contacts()
        changes: dict[str, Any] = {"role": role, "is_active": "is_active" in request.form}
        if "unlock" in request.form:
            changes["is_locked"] = False
        write(
            Action("user.change", f"user_id:{user_id}", {**changes, **about}),
            administration.change_user,
            user_id,
            **changes,
            about=about,
            now=app_parts().clock(),
        )
    except PermanentError as error:
        return _user(user_id, _Said(error=str(error)), 422)
    return _to(f"/admin/users/{user_id}?done=changed")


@blueprint.page(f"{_USER}/password", role=Role.ADMIN, methods=("POST",))
def send_new_password(user_id: int) -> Response:
    """A one-time password in place of the user's own, shown once."""
    parts = app_parts()
    user = parts.database.read_primary(users.read_user, user_id)
    password = users.one_time_password(user.username)
    action = Action("user.reset_password", f"user:{user.username}")
    write(action, administration.reset_password, user_id, password, parts.clock())
    return _user(user_id, _Said(password=password))


@blueprint.page(f"{_USER}/keys/revoke", role=Role.ADMIN, methods=("POST",))
def send_key_revocation(user_id: int) -> Response:
    """The end of one of the user's keys."""
    key_id = request.form.get("key", "")
    write(Action("api_key.revoke", f"key:{key_id}"), revoke_key, key_id, app_parts().clock(), user_id)
    return _to(f"/admin/users/{user_id}?done=revoked")


@blueprint.page("/admin/cache", role=Role.ADMIN, methods=("POST",))
def send_clearing() -> Response:
    """Forget every kept answer."""
    forget_kept_answers()
    return _to("/admin?done=cleared")


def _administration(query: dict[str, Any], said: _Said, status: int = 200) -> Response:
    number, limit = (1, _MOST) if query["format"] else (query["page"], _LIMIT)
    found, total = app_parts().database.read_primary(users.list_users, number, limit)
    shown = page(
        "admin.html",
        "Administration",
        [Table("users", "Users", _COLUMNS, [_row(each) for each in found])],
        page=number,
        limit=_LIMIT,
        total=total,
        roles=list(Role),
        said=said,
        given=request.form,
    )
    shown.status_code = status
    return shown


def _user(user_id: int, said: _Said, status: int = 200) -> Response:
    parts = app_parts()
    user = parts.database.read_primary(users.read_user, user_id)
    keys, count = parts.database.read_primary(list_keys, user_id, 1, _MOST_KEYS)
    shown = page(
        "user.html",
        user.username,
        user=user,
        is_locked=_is_locked(user),
        roles=list(Role),
        keys=keys,
        key_count=count,
        now=parts.clock(),
        said=said,
    )
    shown.status_code = status
    return shown


def _row(user: User) -> dict[str, Any]:
    return {
        "username": Link(user.username, f"/admin/users/{user.user_id}"),
        "role": user.role,
        "team": user.team,
        "email": user.email,
        "state": Status(_state(user)),
        "created_at": local(user.created_at),
        "last_sign_in_at": local(user.last_sign_in_at) if user.last_sign_in_at else None,
    }


def _state(user: User) -> str:
    if not user.is_active:
        return "inactive"
    if _is_locked(user):
        return "locked"
    return "password_due" if user.must_change_password else "active"


def _is_locked(user: User) -> bool:
    return user.locked_until is not None and user.locked_until > app_parts().clock()


def _role() -> Role:
    """The role that a form names.

    Raises:
        PermanentError: there is no such role.
    """
    given = request.form.get("role", "")
    if given not in list(Role):
        raise PermanentError(f"there is no role {given!r}; there are {', '.join(Role)}")
    return Role(given)


def _contacts() -> dict[str, str | None]:
    """Team and address of a form; an empty field takes away what was there."""
    return {name: request.form.get(name, "").strip() or None for name in ("team", "email")}


def _to(path: str) -> Response:
    return redirect(path, 303)  # type: ignore[return-value]  # werkzeug's is Flask's
