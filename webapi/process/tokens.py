"""Tokens of a session: short-lived ones for access, and the one that continues it; made and read here alone."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

import jwt
from flask_jwt_extended import create_access_token, create_refresh_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt.exceptions import ImmatureSignatureError, PyJWTError
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from schemas.identity.sessions import SESSION_DAYS, Session

ACCESS_TOKEN_LIFE = timedelta(minutes=15)
PAGES = "pages"
"""Audience of the tokens in cookies."""


def token_pair(session: Session) -> dict[str, Any]:
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


def page_token(session: Session) -> str:
    """What a browser's cookie holds: good for pages alone, since it has an audience."""
    claims = {"sid": session.session_id, "aud": PAGES}
    token: str = create_access_token(
        str(session.user_id), expires_delta=ACCESS_TOKEN_LIFE, additional_claims=claims
    )
    return token


@lru_cache(maxsize=4096)
def page_claims(secret: str, token: str) -> Mapping[str, Any] | None:
    """Claims of a cookie with a good signature, whenever it counts; None of anything else.

    The machine that made it may be ahead of this one, and what is None is remembered.
    """
    options = dict.fromkeys(("verify_exp", "verify_nbf", "verify_iat"), False)
    try:
        claims: dict[str, Any] = jwt.decode(
            token, secret, algorithms=["HS256"], audience=PAGES, options=options
        )
    except PyJWTError:
        return None
    is_ours = isinstance(claims.get("sid"), str) and isinstance(claims.get("exp"), int)
    return claims if is_ours and str(claims.get("sub")).isdecimal() else None


def form_token(secret: str, of: str) -> str:
    """What a form must send back; `of` is the session or visit that the form was made for."""
    return hmac.new(secret.encode(), f"form:{of}".encode(), hashlib.sha256).hexdigest()


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


@lru_cache(maxsize=4096)
def access_claims(_secret: str, token: str) -> Mapping[str, Any] | None:
    """Claims of an access token with a good signature; parsing one token again and again costs most of a request.

    Raises:
        ImmatureSignatureError: it does not count yet, which is remembered of no token.
    """
    try:
        claims: dict[str, Any] = decode_token(token, allow_expired=True)
    except ImmatureSignatureError:
        raise
    except (PyJWTError, JWTExtendedException, ValueError, KeyError):
        return None
    is_ours = (
        claims.get("type") == "access"
        and "aud" not in claims  # of a cookie, which opens pages alone
        and isinstance(claims.get("sid"), str)
        and isinstance(claims.get("exp"), int)
        and str(claims.get("sub")).isdecimal()
    )
    return claims if is_ours else None


def refused(why: str, kind: type[Unauthorized] = Unauthorized) -> Unauthorized:
    """401, and how to do better."""
    return kind(why, www_authenticate=WWWAuthenticate("bearer"))
