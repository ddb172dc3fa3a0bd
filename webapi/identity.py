"""Who asks: bearer tokens and API keys, checked in one place against what every process knows."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache, wraps
from typing import Any, NamedTuple

from flask import current_app, request
from flask_jwt_extended import decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt.exceptions import ImmatureSignatureError, PyJWTError
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from core.errors import TransientError
from schemas.identity.errors import PasswordDueError
from schemas.identity.keys import key_hash, note_use
from schemas.identity.roles import Role
from schemas.identity.snapshot import KnownUser, Snapshot
from webapi.notes import Note, note
from webapi.rates import count
from webapi.services import Services

# ours have about 350 characters; longer ones need not be remembered
_LONGEST_TOKEN = 2_048

View = Callable[..., Any]


class _NotKnownError(Unauthorized):
    """The proof is good, but the snapshot knows nobody it is of; a newer one may."""


class Principal(NamedTuple):
    """Who asks; the role comes from the database, never from the token."""

    user_id: int
    username: str
    role: Role
    must_change_password: bool = False
    session_id: str | None = None
    key_id: str | None = None

    @property
    def actor(self) -> str:
        """How the audit log names it."""
        user = f"user:{self.username}"
        return f"key:{self.key_id} of {user}" if self.key_id else user


def principal() -> Principal:
    """Who asks, in a view that requires a role."""
    found = note().principal
    assert found is not None, "the view requires no role"  # noqa: S101
    return found


def own_session() -> str:
    """The session of who asks; an API key has none, and a leaked one must not make itself permanent."""
    session_id = principal().session_id
    if session_id is None:
        raise _not_with_a_key()
    return session_id


def _not_with_a_key() -> Forbidden:
    return Forbidden(
        "this needs a signed-in user, an API key is not enough: sign in with POST /api/auth/login"
    )


def requires(
    role: Role, *, with_one_time_password: bool = False, with_key: bool = True
) -> Callable[[View], View]:
    """Let only those with the role, or a greater one, pass to the view; every attempt counts against the rate limit.

    Who signed in with a one-time password passes only where `with_one_time_password` says so, who sends an API key
    only where `with_key` does.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            noted = note()
            found = _counted(noted)
            refusal = _refusal(found, role, with_one_time_password=with_one_time_password)
            if refusal is not None:
                noted.principal = found = _identify(noted.services, noted.services.state.newest_snapshot())
                refusal = _refusal(found, role, with_one_time_password=with_one_time_password)
            if refusal is not None:
                raise refusal
            if found.key_id is not None and not with_key:
                raise _not_with_a_key()
            return view(*args, **kwargs)

        return guarded

    return decorate


def _counted(noted: Note) -> Principal:
    """Who asks; counted before the database is asked about somebody unknown, since that may be a guess."""
    at_work = noted.services
    try:
        found = _identify(at_work, at_work.state.snapshot())
    except _NotKnownError:
        count()
        noted.principal = found = _identify(at_work, at_work.state.newest_snapshot())
        return found
    except Unauthorized:
        count()
        raise
    noted.principal = found
    count(f"user:{found.user_id}")
    return found


def _refusal(found: Principal, role: Role, *, with_one_time_password: bool) -> Exception | None:
    """Why somebody known may not pass."""
    if found.must_change_password and not with_one_time_password:
        return PasswordDueError("first choose a password of your own: POST /api/auth/password")
    if not found.role.covers(role):
        return Forbidden(f"this needs the role {role}, {found.actor} has {found.role}")
    return None


def _identify(at_work: Services, snapshot: Snapshot) -> Principal:
    environ = request.environ
    key = environ.get("HTTP_X_API_KEY")
    if key is not None:
        return _of_key(key, at_work, snapshot)
    kind, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise refused("a bearer token or an X-API-Key is needed")
    return _of_token(token.strip(), at_work, snapshot)


def _of_key(key: str, at_work: Services, snapshot: Snapshot) -> Principal:
    known = snapshot.keys.get(key_hash(key))
    if known is None or known.expires_at <= at_work.clock():
        raise refused("the API key is unknown, expired or revoked", _NotKnownError)
    _note_use(known.key_id, at_work)
    return _principal(known.owner, known.role, key_id=known.key_id)


def _of_token(token: str, at_work: Services, snapshot: Snapshot) -> Principal:
    try:
        claims = (
            _claims(current_app.config["JWT_SECRET_KEY"], token) if len(token) <= _LONGEST_TOKEN else None
        )
    except ImmatureSignatureError as error:
        raise refused("the token does not count yet; are the clocks of all machines right?") from error
    if claims is None or claims["exp"] <= at_work.clock().timestamp():
        raise refused("the token is not valid, or has expired")
    if claims["sid"] in snapshot.revoked_sessions:
        raise refused("the token was revoked")
    user = snapshot.users.get(int(claims["sub"]))
    if user is None:
        raise refused("the token was revoked", _NotKnownError)
    return _principal(user, user.role, session_id=claims["sid"])


def _principal(user: KnownUser, role: Role, **proof: str) -> Principal:
    return Principal(user.user_id, user.username, role, user.must_change_password, **proof)


def _note_use(key_id: str, at_work: Services) -> None:
    if at_work.key_uses.is_due(key_id) and not at_work.state.is_away:
        # worth a note, not worth failing a request that the cache may answer
        with suppress(TransientError):
            at_work.database.write(note_use, key_id, at_work.clock())


@lru_cache(maxsize=4096)
def _claims(_secret: str, token: str) -> Mapping[str, Any] | None:
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
        and isinstance(claims.get("sid"), str)
        and isinstance(claims.get("exp"), int)
        and str(claims.get("sub")).isdecimal()
    )
    return claims if is_ours else None


def refused(why: str, kind: type[Unauthorized] = Unauthorized) -> Unauthorized:
    """401, and how to do better."""
    return kind(why, www_authenticate=WWWAuthenticate("bearer"))
