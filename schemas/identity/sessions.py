"""Signing in and out: sessions, and the one refresh token of each that is not yet spent."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, insert, select, update

from schemas.identity.audit import ANONYMOUS, Doer, record
from schemas.identity.errors import IdentityError
from schemas.identity.places import is_barred, note_failure, note_success, place_of
from schemas.identity.snapshot import touch
from schemas.identity.users import NOBODY_HASH, hash_password, is_name, is_password
from schemas.tables import sessions, users

SESSION_DAYS = 7

Because = Literal["logout", "reuse", "password", "administrator"]


@dataclass(frozen=True)
class Session:
    """A sign-in and the refresh token that continues it."""

    session_id: str
    refresh_id: str
    user_id: int
    username: str
    must_change_password: bool


def sign_in(
    connection: Connection, username: str, password: str, now: datetime, doer: Doer = ANONYMOUS
) -> Session | None:
    """Open a session, or note a failure and answer None.

    It takes the same time whether the user exists or not. After failures even the right password is refused for a
    while, as places.py says.
    """
    user = _active_user(connection, username.lower())
    if not _proves(connection, user, password, now, doer) or user is None:
        # a name nobody has may be a password typed into the wrong field
        target = f"user:{user.username}" if user else "unknown user"
        record(connection, doer, "sign_in", target, "refused", {}, now)
        return None
    found = users.c.user_id == user.user_id
    connection.execute(update(users).where(found).values(last_sign_in_at=now))
    note_success(connection, user, place_of(doer.address), now)
    known = replace(doer, actor=f"user:{user.username}")
    record(connection, known, "sign_in", f"user:{user.username}", "done", {}, now)
    return _open(connection, user, now)


def refresh(
    connection: Connection, session_id: str, refresh_id: str, now: datetime, doer: Doer = ANONYMOUS
) -> Session | None:
    """Spend a refresh token and go on with the session for another 7 days; None where it does not count any more.

    A token that was spent before is in two hands: the whole session ends.
    """
    statement = (
        select(sessions, users.c.username, users.c.must_change_password)
        .join(users, users.c.user_id == sessions.c.user_id)
        .where(sessions.c.session_id == session_id, users.c.is_active)
        .where(sessions.c.revoked_at.is_(None), sessions.c.expires_at > now)
        .with_for_update(of=sessions)
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        return None
    if row.refresh_id != refresh_id:
        end_session(connection, session_id, "reuse", now)
        record(connection, doer, "session.reuse", f"user:{row.username}", "refused", {}, now)
        return None
    fresh = secrets.token_urlsafe(16)
    values = {"refresh_id": fresh, "expires_at": now + timedelta(days=SESSION_DAYS)}
    connection.execute(update(sessions).where(sessions.c.session_id == session_id).values(values))
    return Session(session_id, fresh, row.user_id, row.username, row.must_change_password)


def continue_session(connection: Connection, session_id: str, now: datetime) -> Session | None:
    """Go on with a session of pages for another 7 days; None where it has ended.

    Nothing is spent: a browser asks for a page and its parts at once, each with the same cookie.
    """
    statement = (
        update(sessions)
        .where(sessions.c.session_id == session_id, sessions.c.user_id == users.c.user_id)
        .where(sessions.c.revoked_at.is_(None), sessions.c.expires_at > now, users.c.is_active)
        .values(expires_at=now + timedelta(days=SESSION_DAYS))
        .returning(sessions, users.c.username, users.c.must_change_password)
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        return None
    return Session(session_id, row.refresh_id, row.user_id, row.username, row.must_change_password)


@dataclass(frozen=True)
class OpenSession:
    """A sign-in that counts, as its user sees it in a list."""

    session_id: str
    created_at: datetime
    expires_at: datetime


def open_sessions(connection: Connection, user_id: int, now: datetime) -> list[OpenSession]:
    """The sessions of a user that count, the newest first."""
    statement = (
        select(sessions.c.session_id, sessions.c.created_at, sessions.c.expires_at)
        .where(sessions.c.user_id == user_id, sessions.c.revoked_at.is_(None), sessions.c.expires_at > now)
        .order_by(sessions.c.created_at.desc(), sessions.c.session_id)
    )
    return [OpenSession(*row) for row in connection.execute(statement)]


def end_own_session(connection: Connection, user_id: int, session_id: str, now: datetime) -> None:
    """As `end_session`, only where it is that user's; others change nothing."""
    own = (sessions.c.session_id == session_id) & (sessions.c.user_id == user_id)
    _end(connection, own, "logout", now)


def end_session(connection: Connection, session_id: str, because: Because, now: datetime) -> None:
    """Refuse the session's tokens from now on."""
    _end(connection, sessions.c.session_id == session_id, because, now)


def end_sessions(
    connection: Connection, user_id: int, because: Because, now: datetime, but: str | None = None
) -> None:
    """End all sessions of a user; `but` one."""
    _end(
        connection,
        (sessions.c.user_id == user_id) & sessions.c.session_id.is_distinct_from(but),
        because,
        now,
    )


def change_password(
    connection: Connection,
    user_id: int,
    session_id: str,
    old_password: str,
    new_password: str,
    now: datetime,
    doer: Doer,
) -> bool:
    """Replace a password and end the user's other sessions; False, and a failure noted, where the old one is wrong.

    Raises:
        IdentityError: the new password does not meet the rules.
    """
    user = connection.execute(select(users).where(users.c.user_id == user_id).with_for_update()).one()
    target = f"user:{user.username}"
    if not _proves(connection, user, old_password, now, doer):
        record(connection, doer, "password.change", target, "refused", {}, now)
        return False
    if new_password == old_password:
        raise IdentityError("the new password is the old one")
    values = {
        "password_hash": hash_password(user.username, new_password),
        "must_change_password": False,
    }
    connection.execute(update(users).where(users.c.user_id == user_id).values(values))
    note_success(connection, user, place_of(doer.address), now)
    end_sessions(connection, user_id, "password", now, but=session_id)
    record(connection, doer, "password.change", target, "done", {}, now)
    return True


def _active_user(connection: Connection, username: str) -> Row[Any] | None:
    if not is_name(username):
        return None
    statement = select(users).where(users.c.username == username, users.c.is_active)
    return connection.execute(statement.with_for_update()).one_or_none()


def _proves(connection: Connection, user: Row[Any] | None, password: str, now: datetime, doer: Doer) -> bool:
    """Whether it is the user's password, and may be tried now; a hash is verified in every case."""
    is_right = is_password(user.password_hash if user else NOBODY_HASH, password)
    place = place_of(doer.address)
    if user is None or is_barred(connection, user, place, now):
        return False
    if not is_right:
        note_failure(connection, user, place, now)
    return is_right


def _open(connection: Connection, user: Row[Any], now: datetime) -> Session:
    # here, so that the table stays as small as the number of users who come back
    connection.execute(
        delete(sessions).where(sessions.c.user_id == user.user_id, sessions.c.expires_at < now)
    )
    session_id, refresh_id = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    session = Session(session_id, refresh_id, user.user_id, user.username, user.must_change_password)
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


def _end(connection: Connection, which: Any, because: Because, now: datetime) -> None:
    open_ones = which & sessions.c.revoked_at.is_(None)
    values = {"revoked_at": now, "revoked_because": because}
    connection.execute(update(sessions).where(open_ones).values(values))
    touch(connection)
