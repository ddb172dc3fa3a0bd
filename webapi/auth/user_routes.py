"""Routes of users, for administrators."""

from typing import Any

from schemas.identity import administration, users
from schemas.identity.contacts import CONTACTS, contacts_in
from schemas.identity.roles import Role
from webapi.auth.blueprint import blueprint
from webapi.auth.user_schemas import (
    ChangeUserSchema,
    CreatedUserSchema,
    NewUserSchema,
    UserAnswerSchema,
    UsersSchema,
)
from webapi.request.context import app_parts
from webapi.views.audited_writes import Action, write
from webapi.views.pages import Page, PageQuerySchema, paged

# what PostgreSQL's bigint holds
_USER = "/users/<int(min=1, max=9223372036854775807):user_id>"


@blueprint.get("/users", role=Role.ADMIN)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, UsersSchema)
def list_users(query: dict[str, int]) -> Page:
    """List the users.

    By name.
    """
    return paged(app_parts().database.read_primary(users.list_users, **query), query)


@blueprint.post("/users", role=Role.ADMIN, with_key=False, problems=("conflict", "invalid"))
@blueprint.arguments(NewUserSchema)
@blueprint.response(201, CreatedUserSchema)
def create_user(given: dict[str, Any]) -> dict[str, Any]:
    """Create a user.

    Answers a one-time password, shown only now: the user can do nothing before replacing it.
    """
    parts, name, about = app_parts(), given["username"].lower(), contacts_in(given)
    password = users.one_time_password(name)
    user_id = write(
        Action("user.create", f"user:{name}", {"role": given["role"], **about}),
        users.create_user,
        name,
        password,
        given["role"],
        parts.clock(),
        must_change_password=True,
        about=about,
    )
    return {"data": parts.database.read_primary(users.read_user, user_id), "password": password}


@blueprint.patch(
    _USER, role=Role.ADMIN, with_key=False, problems=("not-found", "conflict", "last-admin", "invalid")
)
@blueprint.arguments(ChangeUserSchema)
@blueprint.response(200, UserAnswerSchema)
def change_user(given: dict[str, Any], user_id: int) -> dict[str, Any]:
    """Change a user's role, team or address, deactivate or unlock.

    It counts at once for all tokens and keys. The last active administrator stays one.
    """
    changed = write(
        Action("user.change", f"user_id:{user_id}", given),
        administration.change_user,
        user_id,
        **{name: value for name, value in given.items() if name not in CONTACTS},
        about=contacts_in(given),
        now=app_parts().clock(),
    )
    return {"data": changed}


@blueprint.post(f"{_USER}/password", role=Role.ADMIN, with_key=False, problems=("not-found",))
@blueprint.response(200, CreatedUserSchema)
def reset_user_password(user_id: int) -> dict[str, Any]:
    """Reset a user's password.

    Answers a one-time password, shown only now. The user is unlocked, all sessions end, and neither a new one nor a
    key can do anything before the password is replaced.
    """
    parts = app_parts()
    user = parts.database.read_primary(users.read_user, user_id)
    password = users.one_time_password(user.username)
    changed = write(
        Action("user.reset_password", f"user:{user.username}"),
        administration.reset_password,
        user_id,
        password,
        parts.clock(),
    )
    return {"data": changed, "password": password}
