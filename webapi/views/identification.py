"""Who asks: bearer tokens and API keys, checked in one place against what every process knows."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from flask import current_app, request
from jwt.exceptions import ImmatureSignatureError
from werkzeug.exceptions import Forbidden, HTTPException, TooManyRequests, Unauthorized

from core.errors import TransientError
from schemas.identity.errors import IdentityError, PasswordDueError
from schemas.identity.keys import key_hash, note_use
from schemas.identity.roles import Role
from schemas.identity.snapshot import KnownUser, Snapshot
from webapi.process.parts import AppParts
from webapi.process.principals import Principal
from webapi.process.tokens import access_claims, refused
from webapi.request.context import CurrentRequest, current_request, principal

# ours have about 350 characters; longer ones need not be remembered
_LONGEST_TOKEN = 2_048
GRACE_SECONDS = 1_800
"""Tokens count for so much longer while PostgreSQL is away, when none can be renewed.

So long as every process surely knows who signed out.
"""


Proof = Callable[[AppParts, Snapshot], Principal]
"""How a request proves who asks: raises Unauthorized where it does not."""


class NotKnownError(Unauthorized):
    """The proof is good, but the snapshot knows nobody it is of; a newer one may."""


def admitted(
    role: Role, *, with_one_time_password: bool, with_key: bool, proof: Proof | None = None
) -> Principal:
    """Who asks, if it may; every attempt is counted against the rate limit.

    What refuses somebody may be older than what allows him: it is read anew first. Without another proof, headers tell.

    Raises:
        Unauthorized: nobody known.
        Forbidden: without the role, or with a key where `with_key` says no.
        PasswordDueError: signed in with a one-time password where `with_one_time_password` says no.
        TooManyRequests: there were too many.
    """
    current, proof = current_request(), proof or _by_headers
    found = _counted(current, proof)
    refusal = _refusal(found, role, with_one_time_password=with_one_time_password)
    if refusal is not None:
        current.principal = found = proof(current.parts, current.parts.snapshot.newest_identities())
        refusal = _refusal(found, role, with_one_time_password=with_one_time_password)
    if refusal is not None:
        raise refusal
    if found.key_id is not None and not with_key:
        raise _not_with_a_key()
    return found


def is_administrator() -> bool:
    """Whether an administrator asks, where nobody has to say who asks; who tries is counted as anywhere else."""
    if not {"HTTP_AUTHORIZATION", "HTTP_X_API_KEY"} & request.environ.keys():
        return False
    try:
        admitted(Role.ADMIN, with_one_time_password=False, with_key=True)
    except (HTTPException, IdentityError, TransientError):
        return False
    return True


def count(who: str | None = None, *, is_strict: bool = False) -> None:
    """Count the current request for a user, or else for its address.

    Raises:
        TooManyRequests: there were too many.
    """
    current = current_request()
    limits = current.parts.rate_limits
    limit = limits.strict if is_strict else limits.general
    current.allowance = allowance = limits.take(limit, who or f"address:{request.remote_addr}")
    if not allowance.is_allowed:
        raise TooManyRequests(
            f"more than {allowance.limit} requests a minute; try again in {allowance.reset} s",
            retry_after=allowance.reset,
        )


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


def _counted(current: CurrentRequest, proof: Proof) -> Principal:
    """Who asks; counted before the database is asked about somebody unknown, since that may be a guess."""
    parts = current.parts
    try:
        found = proof(parts, parts.snapshot.identities())
    except NotKnownError:
        count()
        current.principal = found = proof(parts, parts.snapshot.newest_identities())
        return found
    except Unauthorized:
        count()
        raise
    current.principal = found
    count(f"user:{found.user_id}")
    return found


def _refusal(found: Principal, role: Role, *, with_one_time_password: bool) -> Exception | None:
    """Why somebody known may not pass."""
    if found.must_change_password and not with_one_time_password:
        return PasswordDueError("first choose a password of your own: POST /api/auth/password")
    if not found.role.covers(role):
        return Forbidden(f"this needs the role {role}, {found.actor} has {found.role}")
    return None


def _by_headers(parts: AppParts, identities: Snapshot) -> Principal:
    environ = request.environ
    key = environ.get("HTTP_X_API_KEY")
    if key is not None:
        return _of_key(key, parts, identities)
    kind, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise refused("a bearer token or an X-API-Key is needed")
    return _of_token(token.strip(), parts, identities)


def _of_key(key: str, parts: AppParts, identities: Snapshot) -> Principal:
    known = identities.keys.get(key_hash(key))
    if known is None or known.expires_at <= parts.clock():
        raise refused("the API key is unknown, expired or revoked", NotKnownError)
    _note_use(known.key_id, parts)
    return _principal(known.owner, known.role, key_id=known.key_id)


def _of_token(token: str, parts: AppParts, identities: Snapshot) -> Principal:
    secret = current_app.config["JWT_SECRET_KEY"]
    try:
        claims = access_claims(secret, token) if len(token) <= _LONGEST_TOKEN else None
    except ImmatureSignatureError as error:
        raise refused("the token does not count yet; are the clocks of all machines right?") from error
    grace = GRACE_SECONDS if parts.snapshot.is_away else 0
    if claims is None or claims["exp"] + grace <= parts.clock().timestamp():
        raise refused("the token is not valid, or has expired")
    return of_claims(claims, identities)


def of_claims(claims: Mapping[str, Any], identities: Snapshot) -> Principal:
    """Whose session a token is of.

    Raises:
        Unauthorized: it has ended.
    """
    if claims["sid"] in identities.revoked_sessions:
        raise refused("the token was revoked")
    user = identities.users.get(int(claims["sub"]))
    if user is None:
        raise refused("the token was revoked", NotKnownError)
    return _principal(user, user.role, session_id=claims["sid"])


def _principal(user: KnownUser, role: Role, **proof: str) -> Principal:
    return Principal(user.user_id, user.username, role, user.team, user.must_change_password, **proof)


def _note_use(key_id: str, parts: AppParts) -> None:
    if parts.key_uses.is_due(key_id) and not parts.snapshot.is_away:
        # worth a note, not worth failing a request that the cache may answer
        with suppress(TransientError):
            parts.database.write(note_use, key_id, parts.clock())
