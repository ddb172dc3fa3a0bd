"""Signing in and out: sessions, and the one refresh token of each that is not yet spent."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, insert, select, update

from schemas.identity.users import NOBODY_HASH, is_password
from schemas.tables import sessions, users

SESSION_DAYS = 7
_FREE_FAILURES = 4
_FIRST_LOCK = timedelta(seconds=30)
_LONGEST_LOCK = timedelta(hours=1)


@dataclass(frozen=True)
class Session:
    """A sign-in and the refresh token that continues it."""

    session_id: str
    refresh_id: str
    user_id: int
    username: str
    must_change_password: bool


def sign_in(connection: Connection, username: str, password: str, now: datetime) -> Session | None:
    """Open a session, or note a failure and answer None.

    It takes the same time whether the user exists or not. From the fifth failure in a row the user is locked for 30 s,
    each time twice as long, an hour at most; then even the right password is refused.
    """
    statement = select(users).where(users.c.username == username.lower(), users.c.is_active).with_for_update()
    user = connection.execute(statement).one_or_none()
    is_right = is_password(user.password_hash if user else NOBODY_HASH, password)
    if user is None:
        return None
    if user.locked_until is not None and user.locked_until > now:
        return None
    if not is_right:
        _note_failure(connection, user, now)
        return None
    connection.execute(
        update(users)
        .where(users.c.user_id == user.user_id)
        .values(failed_sign_ins=0, locked_until=None, last_sign_in_at=now)
    )
    return _open(connection, user, now)


def _note_failure(connection: Connection, user: Row[tuple[object, ...]], now: datetime) -> None:
    failures = user.failed_sign_ins + 1
    beyond = failures - _FREE_FAILURES - 1
    lock = min(_FIRST_LOCK * 2 ** min(beyond, 10), _LONGEST_LOCK) if beyond >= 0 else None
    values = {"failed_sign_ins": failures, "locked_until": None if lock is None else now + lock}
    connection.execute(update(users).where(users.c.user_id == user.user_id).values(values))


def _open(connection: Connection, user: Row[tuple[object, ...]], now: datetime) -> Session:
    session = Session(
        secrets.token_urlsafe(16),
        secrets.token_urlsafe(16),
        user.user_id,
        user.username,
        user.must_change_password,
    )
    connection.execute(
        insert(sessions).values(
            session_id=session.session_id,
            user_id=session.user_id,
            refresh_id=session.refresh_id,
            created_at=now,
            expires_at=now + timedelta(days=SESSION_DAYS),
        )
    )
    return session
