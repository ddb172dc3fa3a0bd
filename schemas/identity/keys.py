"""API keys: what a program presents instead of signing in."""

import hashlib
import secrets
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, or_, select, update

from schemas.identity.errors import RoleTooHighError, UnknownIdentityError
from schemas.identity.roles import Role
from schemas.identity.snapshot import touch
from schemas.identity.users import read_user
from schemas.paging import page_of
from schemas.tables import api_keys

PREFIX = "mdl_"
DEFAULT_DAYS = 90
MAX_DAYS = 366
LAST_USE_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class ApiKey:
    """A key as its owner sees it: never the key itself."""

    key_id: str
    name: str
    role: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


_SHOWN = [api_keys.c[field.name] for field in fields(ApiKey)]


def draw_key() -> tuple[str, str]:
    """The id and the text of a new key; the prefix lets scanners find keys that were published by mistake."""
    return secrets.token_hex(6), PREFIX + secrets.token_urlsafe(32)


def key_hash(key: str) -> str:
    """What is stored of a key: it is random and long, so that a plain hash cannot be searched through."""
    return hashlib.sha256(key.encode()).hexdigest()


def create_key(
    connection: Connection,
    key_id: str,
    key: str,
    *,
    user_id: int,
    name: str,
    role: Role,
    expires_at: datetime,
    now: datetime,
) -> ApiKey:
    """Keep a new key.

    Raises:
        RoleTooHighError: its owner has less than the role.
    """
    own = Role(read_user(connection, user_id).role)
    if not own.covers(role):
        raise RoleTooHighError(f"a key has at most its owner's role, here {own}")
    values = {
        "key_id": key_id,
        "user_id": user_id,
        "name": name,
        "key_hash": key_hash(key),
        "role": role.value,
        "created_at": now,
        "expires_at": expires_at,
    }
    row = connection.execute(insert(api_keys).values(values).returning(*_SHOWN)).one()
    touch(connection)
    return ApiKey(*row)


def list_keys(connection: Connection, user_id: int, page: int, limit: int) -> tuple[list[ApiKey], int]:
    """One page of a user's keys, newest first, and how many there are."""
    own = api_keys.c.user_id == user_id
    statement = select(*_SHOWN).where(own).order_by(api_keys.c.created_at.desc(), api_keys.c.key_id)
    total = connection.scalar(select(func.count()).select_from(api_keys).where(own))
    rows = connection.execute(page_of(statement, page, limit))
    return [ApiKey(*row) for row in rows], total or 0


def revoke_key(connection: Connection, key_id: str, now: datetime, user_id: int | None = None) -> None:
    """Refuse a key from now on; with `user_id` only where it is that user's. Revoking it again changes nothing.

    Raises:
        UnknownIdentityError: there is no such key, or it is not theirs.
    """
    which = [api_keys.c.key_id == key_id]
    if user_id is not None:
        which.append(api_keys.c.user_id == user_id)
    values = {"revoked_at": func.coalesce(api_keys.c.revoked_at, now)}
    if not connection.execute(update(api_keys).where(*which).values(values)).rowcount:
        raise UnknownIdentityError(f"there is no key {key_id}")
    touch(connection)


def note_use(connection: Connection, key_id: str, now: datetime) -> None:
    """Note that a key is in use, unless another process did within the last minute."""
    last = api_keys.c.last_used_at
    is_due = or_(last.is_(None), last <= now - LAST_USE_EVERY)
    connection.execute(update(api_keys).where(api_keys.c.key_id == key_id, is_due).values(last_used_at=now))
