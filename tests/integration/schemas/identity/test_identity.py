"""Users and sessions on a real PostgreSQL, at moments the tests choose."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Engine, select, update

from core.database import Database
from core.settings import Settings
from schemas.identity import sessions as module
from schemas.identity.administration import change_user
from schemas.identity.errors import LastAdminError
from schemas.identity.keys import create_key, draw_key, note_use
from schemas.identity.roles import Role
from schemas.identity.sessions import SESSION_DAYS, Session, end_session, refresh, sign_in
from schemas.identity.snapshot import read_snapshot
from schemas.identity.users import NOBODY_HASH, create_user, first_admin, is_password, list_users
from schemas.tables import api_keys, identity_state, sessions, sign_in_places, users

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PASSWORD = "correct horse battery staple"  # noqa: S105
SECOND = timedelta(seconds=1)


@pytest.fixture
def ann(database: Engine) -> int:
    with database.begin() as connection:
        return create_user(connection, "ann", PASSWORD, Role.ADMIN, NOW)


@pytest.fixture
def store(settings: Settings) -> Iterator[Database]:
    opened = Database.open(settings)
    yield opened
    opened.close()


def attempt(database: Engine, at: datetime, password: str = PASSWORD, name: str = "ann") -> Session | None:
    with database.begin() as connection:
        return sign_in(connection, name, password, at)


def locked_for(database: Engine, at: datetime) -> timedelta | None:
    with database.connect() as connection:
        until = connection.scalar(select(sign_in_places.c.locked_until))
    return None if until is None else until - at


def version(database: Engine) -> int:
    with database.connect() as connection:
        return connection.scalar(select(identity_state.c.version)) or 0


def test_each_failure_from_the_fifth_locks_twice_as_long_up_to_an_hour(ann: int, database: Engine) -> None:
    at, locks = NOW, []
    for _ in range(13):
        attempt(database, at, "wrong")
        locks.append(locked_for(database, at))
        at += locks[-1] or SECOND
    seconds = [None if lock is None else lock.total_seconds() for lock in locks]
    assert seconds == [None, None, None, None, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_a_locked_user_is_refused_until_the_lock_ends_and_begins_anew_after_success(
    ann: int, database: Engine
) -> None:
    for _ in range(5):
        attempt(database, NOW, "wrong")
    assert attempt(database, NOW + 29 * SECOND) is None
    assert attempt(database, NOW + 29 * SECOND, "wrong") is None
    assert locked_for(database, NOW) == 30 * SECOND, "what comes while locked makes it no longer"
    assert attempt(database, NOW + 30 * SECOND) is not None
    attempt(database, NOW + 31 * SECOND, "wrong")
    assert locked_for(database, NOW) is None


def test_every_refusal_verifies_exactly_one_hash_of_the_same_cost(
    ann: int, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []

    def noting(password_hash: str, password: str) -> bool:
        verified.append(password_hash)
        return is_password(password_hash, password)

    monkeypatch.setattr(module, "is_password", noting)
    attempt(database, NOW, "wrong")
    attempt(database, NOW, "wrong", "nobody")
    attempt(database, NOW, "wrong", "no legal name")
    with database.begin() as connection:
        connection.execute(update(users).values(locked_until=NOW + SECOND))
    attempt(database, NOW)
    with database.begin() as connection:
        connection.execute(update(users).values(is_active=False))
    attempt(database, NOW)
    assert [each == NOBODY_HASH for each in verified] == [False, True, True, False, True]


def test_each_refresh_counts_for_another_seven_days(ann: int, database: Engine) -> None:
    session = attempt(database, NOW)
    assert session is not None
    six_days = timedelta(days=6)
    for _ in range(2):
        with database.begin() as connection:
            at = connection.scalar(select(sessions.c.expires_at)) - timedelta(days=SESSION_DAYS) + six_days
            session = refresh(connection, session.session_id, session.refresh_id, at)
        assert session is not None
    with database.begin() as connection:
        late = NOW + 2 * six_days + timedelta(days=SESSION_DAYS)
        assert refresh(connection, session.session_id, session.refresh_id, late) is None


def test_expired_sessions_go_with_the_next_sign_in(ann: int, database: Engine) -> None:
    attempt(database, NOW)
    attempt(database, NOW + timedelta(days=SESSION_DAYS, seconds=1))
    with database.connect() as connection:
        assert len(connection.execute(select(sessions)).all()) == 1


def test_a_revoked_session_is_known_longer_than_its_access_tokens_count(ann: int, database: Engine) -> None:
    session = attempt(database, NOW)
    assert session is not None
    with database.begin() as connection:
        end_session(connection, session.session_id, "logout", NOW)
        assert read_snapshot(connection, NOW).revoked_sessions == {session.session_id}
        assert read_snapshot(connection, NOW + timedelta(minutes=16)).revoked_sessions
        assert not read_snapshot(connection, NOW + timedelta(hours=2)).revoked_sessions


def test_what_changes_who_may_do_what_raises_the_version(ann: int, database: Engine) -> None:
    seen = [version(database)]
    session = attempt(database, NOW)
    assert session is not None
    seen.append(version(database))
    with database.begin() as connection:
        end_session(connection, session.session_id, "logout", NOW)
    seen.append(version(database))
    with database.begin() as connection:
        change_user(connection, ann, is_locked=False, now=NOW)
    seen.append(version(database))
    assert [later - sooner for sooner, later in pairwise(seen)] == [0, 1, 1]


def test_of_two_administrators_who_remove_each_other_one_stays(ann: int, database: Engine) -> None:
    with database.begin() as connection:
        bob = create_user(connection, "bob", PASSWORD, Role.ADMIN, NOW)
    start, refused = threading.Barrier(2), []

    def remove(other: int) -> None:
        with database.begin() as connection:
            start.wait()
            try:
                change_user(connection, other, role=Role.VIEWER, now=NOW)
            except LastAdminError:
                refused.append(other)

    threads = [threading.Thread(target=remove, args=(other,)) for other in (ann, bob)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with database.connect() as connection:
        assert len(connection.execute(select(users).where(users.c.role == "admin")).all()) == 1


def test_the_first_administrator_is_made_once_even_by_two_at_the_same_time(store: Database) -> None:
    start, made = threading.Barrier(2), []

    def begin() -> None:
        start.wait()
        made.append(first_admin(store, NOW))

    threads = [threading.Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    password = next(each for each in made if each is not None)
    assert made.count(None) == 1
    session = store.write(sign_in, "admin", password, NOW)
    assert session is not None
    assert session.must_change_password
    found, total = store.write(list_users, 1, 10)
    assert (total, found[0].role) == (1, "admin")


def test_the_last_use_of_a_key_is_written_once_a_minute(ann: int, database: Engine) -> None:
    key_id, key = draw_key()
    with database.begin() as connection:
        create_key(
            connection,
            key_id,
            key,
            user_id=ann,
            name="script",
            role=Role.VIEWER,
            expires_at=NOW + timedelta(days=1),
            now=NOW,
        )
        seen = []
        for seconds in (0, 59, 60):
            note_use(connection, key_id, NOW + seconds * SECOND)
            last = connection.scalar(select(api_keys.c.last_used_at))
            seen.append((last - NOW).total_seconds())
    assert seen == [0, 0, 60]
