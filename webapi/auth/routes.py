"""Routes of sign-in, tokens, keys and users."""

from datetime import timedelta
from typing import Any

from flask import Response

from schemas.identity import administration, users
from schemas.identity.audit import AuditQuery, read_audit
from schemas.identity.errors import RegistrationOffError, SignInRefusedError, WrongPasswordError
from schemas.identity.keys import create_key, draw_key, list_keys, revoke_key
from schemas.identity.roles import Role
from schemas.identity.sessions import change_password, end_session, refresh, sign_in
from webapi import audit
from webapi.auth import tokens
from webapi.auth.schemas import (
    AuditQuerySchema,
    AuditSchema,
    ChangeUserSchema,
    CreatedKeySchema,
    CreatedUserSchema,
    KeysSchema,
    MeSchema,
    NewKeySchema,
    NewUserSchema,
    PasswordSchema,
    RefreshSchema,
    SignInSchema,
    TokensSchema,
    UserAnswerSchema,
    UsersSchema,
)
from webapi.house import Blueprint
from webapi.identity import own_session, principal, refused
from webapi.services import services
from webapi.v1.envelope import PageQuerySchema, paged

# what PostgreSQL's bigint holds
_USER = "/users/<int(min=1, max=9223372036854775807):user_id>"

blueprint = Blueprint("auth", __name__, url_prefix="/api/auth", description="Who may do what")


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    """Tokens, keys and passwords belong in no cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/login", role=None, is_strict=True, errors=(401, 422))
@blueprint.arguments(SignInSchema)
@blueprint.response(200, TokensSchema)
def login(credentials: dict[str, str]) -> dict[str, Any]:
    """Sign in.

    Answers an access token for 15 minutes and a refresh token for 7 days. After the fifth wrong password in a row from
    one address, it is locked for the user: for 30 seconds first, then for twice as long each time, an hour at most.
    After the twentieth from addresses that the user never signed in from, all of these are; those that he signed in
    from within 90 days never are by what others do elsewhere.
    """
    at_work = services()
    given = (credentials["username"], credentials["password"])
    session = at_work.database.write(sign_in, *given, at_work.clock(), audit.doer())
    if session is None:
        raise SignInRefusedError("name and password do not fit, or the user is locked for a while")
    return tokens.pair(session)


@blueprint.post("/refresh", role=None, errors=(401, 422))
@blueprint.arguments(RefreshSchema)
@blueprint.response(200, TokensSchema)
def refresh_tokens(given: dict[str, str]) -> dict[str, Any]:
    """Exchange a refresh token for new tokens.

    Each refresh token counts once, and the new one counts for another 7 days. If one is used again, it is in two hands:
    the whole session ends.
    """
    at_work, claims = services(), tokens.refresh_claims(given["refresh_token"])
    spent = (claims["sid"], claims["jti"])
    session = at_work.database.write(refresh, *spent, at_work.clock(), audit.doer())
    if session is None:
        at_work.state.forget()
        raise refused("the refresh token was spent, or its session has ended")
    return tokens.pair(session)


@blueprint.post("/logout", role=Role.VIEWER, with_key=False, with_one_time_password=True)
@blueprint.response(204)
def logout() -> None:
    """Sign out.

    The session's access and refresh tokens stop to count, within a quarter of a second everywhere.
    """
    session_id = own_session()
    target = f"user:{principal().username}"
    audit.write("sign_out", target, end_session, session_id, "logout", services().clock())


@blueprint.get("/me", role=Role.VIEWER, with_one_time_password=True)
@blueprint.response(200, MeSchema)
def get_me() -> dict[str, Any]:
    """Read who one is.

    The role is the one that counts for this request: that of the API key where one was sent.
    """
    who = principal()
    user = services().database.write(users.read_user, who.user_id)
    return {"data": {"user": user, "role": who.role, "key_id": who.key_id}}


@blueprint.post(
    "/password", role=Role.VIEWER, is_strict=True, with_key=False, with_one_time_password=True, errors=(422,)
)
@blueprint.arguments(PasswordSchema)
@blueprint.response(204)
def set_password(given: dict[str, str]) -> None:
    """Change the own password.

    Ends all other sessions of the user. Wrong attempts count as failed sign-ins.
    """
    at_work, session_id = services(), own_session()
    proof = (principal().user_id, session_id, given["old_password"], given["new_password"])
    is_done = at_work.database.write(change_password, *proof, at_work.clock(), audit.doer())
    if not is_done:
        raise WrongPasswordError("the old password does not fit, or the user is locked for a while")
    at_work.state.forget()


@blueprint.post("/register", role=None, is_strict=True, errors=(403, 409, 422))
@blueprint.arguments(SignInSchema)
@blueprint.response(201, UserAnswerSchema)
def register(given: dict[str, str]) -> dict[str, Any]:
    """Register as a viewer.

    Only where the setting `MDL_REGISTRATION` allows it.
    """
    at_work, name = services(), given["username"].lower()
    if not at_work.settings.registration:
        raise RegistrationOffError("ask an administrator for a user")
    user_id = audit.write(
        "user.register",
        f"user:{name}",
        users.create_user,
        name,
        given["password"],
        Role.VIEWER,
        at_work.clock(),
    )
    return {"data": at_work.database.write(users.read_user, user_id)}


@blueprint.get("/users", role=Role.ADMIN, errors=(422,))
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, UsersSchema)
def list_users(query: dict[str, int]) -> Any:
    """List the users.

    By name.
    """
    rows, total = services().database.write(users.list_users, **query)
    body, headers = paged(rows, total, **query)
    return body, headers


@blueprint.post("/users", role=Role.ADMIN, with_key=False, errors=(409, 422))
@blueprint.arguments(NewUserSchema)
@blueprint.response(201, CreatedUserSchema)
def create_user(given: dict[str, Any]) -> dict[str, Any]:
    """Create a user.

    Answers a one-time password, shown only now: the user can do nothing before replacing it.
    """
    at_work, name = services(), given["username"].lower()
    password = users.one_time_password(name)
    user_id = audit.write_with(
        {"role": given["role"]},
        "user.create",
        f"user:{name}",
        users.create_user,
        name,
        password,
        given["role"],
        at_work.clock(),
        must_change_password=True,
    )
    return {"data": at_work.database.write(users.read_user, user_id), "password": password}


@blueprint.patch(_USER, role=Role.ADMIN, with_key=False, errors=(404, 409, 422))
@blueprint.arguments(ChangeUserSchema)
@blueprint.response(200, UserAnswerSchema)
def change_user(given: dict[str, Any], user_id: int) -> dict[str, Any]:
    """Change a user's role, deactivate or unlock.

    It counts at once for all tokens and keys. The last active administrator stays one.
    """
    changed = audit.write_with(
        given,
        "user.change",
        f"user_id:{user_id}",
        administration.change_user,
        user_id,
        **given,
        now=services().clock(),
    )
    return {"data": changed}


@blueprint.post(f"{_USER}/password", role=Role.ADMIN, with_key=False, errors=(404,))
@blueprint.response(200, CreatedUserSchema)
def reset_user_password(user_id: int) -> dict[str, Any]:
    """Reset a user's password.

    Answers a one-time password, shown only now. The user is unlocked, all sessions end, and neither a new one nor a
    key can do anything before the password is replaced.
    """
    at_work = services()
    user = at_work.database.write(users.read_user, user_id)
    password = users.one_time_password(user.username)
    changed = audit.write(
        "user.reset_password",
        f"user:{user.username}",
        administration.reset_password,
        user_id,
        password,
        at_work.clock(),
    )
    return {"data": changed, "password": password}


@blueprint.get("/api-keys", role=Role.VIEWER, errors=(422,))
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, KeysSchema)
def list_api_keys(query: dict[str, int]) -> Any:
    """List the own API keys.

    Newest first; the keys themselves are not kept.
    """
    rows, total = services().database.write(list_keys, principal().user_id, **query)
    body, headers = paged(rows, total, **query)
    return body, headers


@blueprint.post("/api-keys", role=Role.VIEWER, is_strict=True, with_key=False, errors=(422,))
@blueprint.arguments(NewKeySchema)
@blueprint.response(201, CreatedKeySchema)
def create_api_key(given: dict[str, Any]) -> dict[str, Any]:
    """Create an API key.

    Shown only now. It has at most its owner's role, and loses what its owner loses. Needs a signed-in user.
    """
    now, (key_id, key) = services().clock(), draw_key()
    created = audit.write_with(
        given,
        "api_key.create",
        f"key:{key_id}",
        create_key,
        key_id,
        key,
        user_id=principal().user_id,
        name=given["name"],
        role=given["role"],
        expires_at=now + timedelta(days=given["expires_in_days"]),
        now=now,
    )
    return {"data": created, "key": key}


@blueprint.delete("/api-keys/<key_id>", role=Role.VIEWER, errors=(404,))
@blueprint.response(204)
def revoke_api_key(key_id: str) -> None:
    """Revoke an API key.

    One's own; an administrator anybody's. A key can revoke itself and no other.
    """
    who = principal()
    if who.key_id != key_id:
        own_session()
    owner = None if who.role is Role.ADMIN else who.user_id
    audit.write("api_key.revoke", f"key:{key_id}", revoke_key, key_id, services().clock(), owner)


@blueprint.get("/audit", role=Role.ADMIN, errors=(422,))
@blueprint.arguments(AuditQuerySchema, location="query")
@blueprint.response(200, AuditSchema)
def list_audit_entries(query: dict[str, Any]) -> Any:
    """Read the audit log.

    Every write and every attempt to sign in, newest first.
    """
    page, limit = query.pop("page"), query.pop("limit")
    rows, total = services().database.write(read_audit, AuditQuery(**query), page, limit)
    body, headers = paged(rows, total, page, limit)
    return body, headers
