"""Tokens of a session: short-lived ones for access, and the one that continues it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_jwt_extended import create_access_token, create_refresh_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt.exceptions import PyJWTError

from schemas.identity.sessions import SESSION_DAYS, Session
from webapi.identity import refused

ACCESS_TOKEN_LIFE = timedelta(minutes=15)


def pair(session: Session) -> dict[str, Any]:
    """New tokens of a session."""
    identity, claims = str(session.user_id), {"sid": session.session_id}
    return {
        "access_token": create_access_token(
            identity, expires_delta=ACCESS_TOKEN_LIFE, additional_claims=claims
        ),
        "refresh_token": create_refresh_token(
            identity,
            expires_delta=timedelta(days=SESSION_DAYS),
            additional_claims={**claims, "jti": session.refresh_id},
        ),
        "expires_in": int(ACCESS_TOKEN_LIFE.total_seconds()),
        "must_change_password": session.must_change_password,
    }


def refresh_claims(token: str) -> Mapping[str, Any]:
    """Claims of a refresh token.

    Raises:
        Unauthorized: it is none of ours, or has expired.
    """
    try:
        claims: dict[str, Any] = decode_token(token)
    except (PyJWTError, JWTExtendedException, ValueError, KeyError) as error:
        raise refused("the refresh token is not valid, or has expired") from error
    if claims.get("type") != "refresh" or not isinstance(claims.get("sid"), str):
        raise refused("this is no refresh token")
    return claims
