"""Routes of sign-in, tokens, the own password and registration."""

from typing import Any

from schemas.identity import users
from schemas.identity.errors import RegistrationOffError, SignInRefusedError, WrongPasswordError
from schemas.identity.roles import Role
from schemas.identity.sessions import change_password, end_session, refresh, sign_in
from webapi.auth.blueprint import blueprint
from webapi.auth.session_schemas import MeSchema, PasswordSchema, RefreshSchema, SignInSchema, TokensSchema
from webapi.auth.user_schemas import UserAnswerSchema
from webapi.process.tokens import refresh_claims, refused, token_pair
from webapi.request.context import app_parts, principal
from webapi.views.audited_writes import Action, write, write_noting_itself
from webapi.views.identification import own_session


@blueprint.post("/login", role=None, is_strict=True, problems=("sign-in-refused",))
@blueprint.arguments(SignInSchema)
@blueprint.response(200, TokensSchema)
def login(credentials: dict[str, str]) -> dict[str, Any]:
    """Sign in.

    Answers an access token for 15 minutes and a refresh token for 7 days. After the fifth wrong password in a row from
    one address, it is locked for the user: for 30 seconds first, then for twice as long each time, an hour at most.
    After the twentieth from addresses that the user never signed in from, all of these are; those that he signed in
    from within 90 days never are by what others do elsewhere.
    """
    session = write_noting_itself(sign_in, credentials["username"], credentials["password"])
    if session is None:
        raise SignInRefusedError("name and password do not fit, or the user is locked for a while")
    return token_pair(session)


@blueprint.post("/refresh", role=None, problems=("unauthorized",))
@blueprint.arguments(RefreshSchema)
@blueprint.response(200, TokensSchema)
def refresh_tokens(given: dict[str, str]) -> dict[str, Any]:
    """Exchange a refresh token for new tokens.

    Each refresh token counts once, and the new one counts for another 7 days. If one is used again, it is in two hands:
    the whole session ends.
    """
    claims = refresh_claims(given["refresh_token"])
    session = write_noting_itself(refresh, claims["sid"], claims["jti"])
    if session is None:
        app_parts().snapshot.forget()
        raise refused("the refresh token was spent, or its session has ended")
    return token_pair(session)


@blueprint.post("/logout", role=Role.VIEWER, with_key=False, with_one_time_password=True)
@blueprint.response(204)
def logout() -> None:
    """Sign out.

    The session's access and refresh tokens stop to count, within a quarter of a second everywhere.
    """
    action = Action("sign_out", f"user:{principal().username}")
    write(action, end_session, own_session(), "logout", app_parts().clock())


@blueprint.get("/me", role=Role.VIEWER, with_one_time_password=True)
@blueprint.response(200, MeSchema)
def get_me() -> dict[str, Any]:
    """Read who one is.

    The role is the one that counts for this request: that of the API key where one was sent.
    """
    who = principal()
    user = app_parts().database.read_primary(users.read_user, who.user_id)
    return {"data": {"user": user, "role": who.role, "key_id": who.key_id}}


@blueprint.post(
    "/password",
    role=Role.VIEWER,
    is_strict=True,
    with_key=False,
    with_one_time_password=True,
    problems=("wrong-password", "invalid"),
)
@blueprint.arguments(PasswordSchema)
@blueprint.response(204)
def set_password(given: dict[str, str]) -> None:
    """Change the own password.

    Ends all other sessions of the user. Wrong attempts count as failed sign-ins.
    """
    proof = (principal().user_id, own_session(), given["old_password"], given["new_password"])
    if not write_noting_itself(change_password, *proof):
        raise WrongPasswordError("the old password does not fit, or the user is locked for a while")
    app_parts().snapshot.forget()


@blueprint.post("/register", role=None, is_strict=True, problems=("registration-off", "conflict", "invalid"))
@blueprint.arguments(SignInSchema)
@blueprint.response(201, UserAnswerSchema)
def register(given: dict[str, str]) -> dict[str, Any]:
    """Register as a viewer.

    Only where the setting `MDL_REGISTRATION` allows it.
    """
    parts, name = app_parts(), given["username"].lower()
    if not parts.served.in_force.registration:
        raise RegistrationOffError("ask an administrator for a user")
    # who is called as the catalog calls an owner reads what the owner reads
    if parts.snapshot.reader(name, None, Role.VIEWER).owns_by_name:
        raise RegistrationOffError("the catalog names an owner so; ask an administrator for a user")
    user_id = write(
        Action("user.register", f"user:{name}"),
        users.create_user,
        name,
        given["password"],
        Role.VIEWER,
        parts.clock(),
    )
    return {"data": parts.database.read_primary(users.read_user, user_id)}
