"""Routes of sign-in, tokens, keys and users."""

from datetime import timedelta
from typing import Any

from flask_jwt_extended import create_access_token, create_refresh_token

from schemas.identity.errors import SignInRefusedError
from schemas.identity.sessions import SESSION_DAYS, Session, sign_in
from webapi.auth.schemas import SignInSchema, TokensSchema
from webapi.house import Blueprint
from webapi.services import services

ACCESS_TOKEN_LIFE = timedelta(minutes=15)

blueprint = Blueprint("auth", __name__, url_prefix="/api/auth", description="Who may do what")


@blueprint.post("/login", role=None, errors=(401, 422))
@blueprint.arguments(SignInSchema)
@blueprint.response(200, TokensSchema)
def login(credentials: dict[str, str]) -> dict[str, Any]:
    """Sign in.

    Answers an access token for 15 minutes and a refresh token for 7 days.
    """
    at_work = services()
    session = at_work.database.write(sign_in, **credentials, now=at_work.clock())
    if session is None:
        raise SignInRefusedError("name and password do not fit, or the user is locked for a while")
    return _tokens(session)


def _tokens(session: Session) -> dict[str, Any]:
    identity, claims = str(session.user_id), {"sid": session.session_id}
    return {
        "access_token": create_access_token(
            identity, expires_delta=ACCESS_TOKEN_LIFE, additional_claims=claims
        ),
        "refresh_token": create_refresh_token(
            identity,
            expires_delta=timedelta(days=SESSION_DAYS),
            additional_claims={**claims, "rid": session.refresh_id},
        ),
        "expires_in": int(ACCESS_TOKEN_LIFE.total_seconds()),
        "must_change_password": session.must_change_password,
    }
