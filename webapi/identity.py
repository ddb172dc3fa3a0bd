"""Who asks: bearer tokens and API keys, checked in one place against what every process knows."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any

from flask import current_app, g, request
from flask_jwt_extended import decode_token
from jwt.exceptions import PyJWTError
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from schemas.identity.roles import Role
from webapi.services import services

View = Callable[..., Any]


@dataclass(frozen=True)
class Principal:
    """Who asks; the role comes from the database, never from the token."""

    user_id: int
    username: str
    role: Role
    session_id: str | None = None
    key_id: str | None = None

    @property
    def actor(self) -> str:
        """How the audit log names it."""
        user = f"user:{self.username}"
        return f"key:{self.key_id} of {user}" if self.key_id else user


def principal() -> Principal:
    """Who asks, in a view that requires a role."""
    found: Principal = g.principal
    return found


def requires(role: Role) -> Callable[[View], View]:
    """Let only those with the role, or a greater one, pass to the view."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            g.principal = found = _identify()
            if not found.role.covers(role):
                raise Forbidden(f"this needs the role {role}, {found.actor} has {found.role}")
            return view(*args, **kwargs)

        return guarded

    return decorate


def _identify() -> Principal:
    key = request.headers.get("X-API-Key")
    if key is not None:
        return _of_key(key)
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise _refused("a bearer token or an X-API-Key is needed")
    return _of_token(token.strip())


def _of_key(key: str) -> Principal:
    known = services().state.snapshot().keys.get(key_hash(key))
    if known is None or known.expires_at <= services().clock():
        raise _refused("the API key is unknown, expired or revoked")
    return Principal(known.owner.user_id, known.owner.username, known.role, key_id=known.key_id)


def _of_token(token: str) -> Principal:
    claims = _claims(current_app.config["JWT_SECRET_KEY"], token)
    if claims is None or claims["exp"] <= services().clock().timestamp():
        raise _refused("the token is not valid, or has expired")
    snapshot = services().state.snapshot()
    user = snapshot.users.get(int(claims["sub"]))
    if user is None or claims["sid"] in snapshot.revoked_sessions:
        raise _refused("the token was revoked")
    return Principal(user.user_id, user.username, user.role, session_id=claims["sid"])


@lru_cache(maxsize=4096)
def _claims(_secret: str, token: str) -> Mapping[str, Any] | None:
    """Claims of an access token with a good signature; parsing one token again and again costs most of a request."""
    try:
        claims: dict[str, Any] = decode_token(token, allow_expired=True)
    except (PyJWTError, ValueError, KeyError):
        return None
    is_ours = (
        claims.get("type") == "access"
        and isinstance(claims.get("sid"), str)
        and str(claims.get("sub")).isdigit()
    )
    return claims if is_ours else None


def key_hash(key: str) -> str:
    """What is stored of a key: it is random and long, so that a plain hash cannot be searched through."""
    return hashlib.sha256(key.encode()).hexdigest()


def _refused(why: str) -> Unauthorized:
    return Unauthorized(why, www_authenticate=WWWAuthenticate("bearer"))
