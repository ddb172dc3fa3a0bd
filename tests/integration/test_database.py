"""What a server's calls to PostgreSQL do while it is away."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import Engine, create_engine, text

from core.connections.breaker import _REST_SECONDS
from core.database import Database
from core.errors import DatabaseAwayError, DataError, TookTooLongError
from core.settings import load_settings
from tests.conftest import administer

AWAY = "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1"


def one(connection: object) -> int:
    return int(connection.scalar(text("select 1")))  # type: ignore[attr-defined]


def test_once_it_did_not_answer_calls_fail_at_once_and_try_again_later() -> None:
    away = create_engine(AWAY)
    asked = Database(away, away)
    with pytest.raises(DatabaseAwayError):
        asked.read(one)
    begun = time.monotonic()
    for _ in range(50):
        with pytest.raises(DatabaseAwayError):
            asked.read(one)
    assert time.monotonic() - begun < _REST_SECONDS
    time.sleep(_REST_SECONDS)
    with pytest.raises(DatabaseAwayError) as tried:
        asked.read(one)
    assert tried.value.__cause__ is not None
    away.dispose()


def test_while_one_call_tries_whether_it_is_back_the_others_do_not_wait(database: Engine) -> None:
    asked = Database(database, database)
    asked._of_primary._closed_until = time.monotonic() - 1
    trying, tried = threading.Event(), threading.Event()

    def slow(connection: object) -> int:
        trying.set()
        assert tried.wait(10)
        return one(connection)

    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(asked.read, slow)
        assert trying.wait(10)
        with pytest.raises(DatabaseAwayError):
            asked.read(one)
        tried.set()
        assert first.result() == 1
    assert asked.read(one) == 1


def test_a_slow_statement_is_told_and_counted_without_its_values(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    asked = Database.open(load_settings(database_url=database_url, slow_query_ms=100))
    counted: list[str] = []
    asked.slow.count = counted.append
    asked.slow.asked_by = lambda: {"request_id": "r1"}

    def slow(connection: Any) -> None:
        connection.execute(text("select pg_sleep(0.15),\n :secret, 'in''line'"), {"secret": "hunter2"})
        connection.execute(text("select 1"))

    def failing(connection: Any) -> None:
        connection.execute(text("set local statement_timeout = 150"))
        connection.execute(text("select pg_sleep(9)"))

    with structlog.testing.capture_logs() as lines:
        asked.read(slow)
        with pytest.raises(TookTooLongError):
            asked.write(failing)
        asked.slow.limit_ms = 0
        asked.read(slow)
    asked.close()
    told = {name: value for name, value in lines[0].items() if name != "duration_ms"}
    assert told == {
        "event": "slow statement",
        "log_level": "warning",
        "statement": "select pg_sleep(0.15), %(secret)s, '…'",
        "pool": "primary",
        "function": "slow",
        "request_id": "r1",
    }
    assert 150 <= lines[0]["duration_ms"] < 2_000
    assert (lines[1]["function"], lines[1]["error"]) == ("failing", "QueryCanceled")
    assert (len(lines), counted) == (2, ["primary"] * 2)
    assert "hunter2" not in str(lines)


def test_reads_go_to_the_primary_while_the_replica_is_away(database: Engine) -> None:
    away = create_engine(AWAY)
    both = Database(database, away)
    assert [both.read(one) for _ in range(3)] == [1, 1, 1]
    assert not both.reads_replica
    both.rejoin(one, lambda _: True)
    assert not both.reads_replica
    away.dispose()


def test_a_replica_is_used_again_once_it_answers_and_is_not_behind(new_database: Callable[[], str]) -> None:
    primary, replica = create_engine(new_database()), create_engine(new_database())
    both = Database(primary, replica)
    name = both.read(database_name)
    assert name == replica.url.database
    both._absence.leave()
    assert both.read(database_name) == primary.url.database
    both.rejoin(one, lambda _: True)
    assert not both.reads_replica, "it is asked every ten seconds"
    for is_fit in (False, True):
        both._absence.ask_again_at = 0
        both.rejoin(one, lambda _, is_fit=is_fit: is_fit)
        assert both.reads_replica == is_fit
    assert both.read(database_name) == replica.url.database
    assert both.write(database_name) == primary.url.database
    both.close()


def database_name(connection: Any) -> Any:
    return connection.scalar(text("select current_database()"))


def test_what_takes_too_long_ends_within_what_is_left_however_many_statements_it_has(
    database_url: str, tmp_path: Path
) -> None:
    ends_at = time.monotonic() + 1.2
    settings = load_settings(home=tmp_path, database_url=database_url, request_timeout=1.2)
    asked = Database.open(settings, lambda: ends_at - time.monotonic())
    done: list[str] = []

    def slow(connection: Any) -> None:
        for _ in range(10):
            connection.execute(text("select pg_sleep(0.5)"))
            done.append("slept")

    for call in (asked.write, asked.read):
        with pytest.raises(TookTooLongError):
            call(slow)
    assert 0 <= time.monotonic() - ends_at < 0.3
    assert done == ["slept", "slept"]
    asked.close()


def test_it_is_used_again_once_it_answers(database_url: str) -> None:
    name = database_url.rpartition("/")[2].partition("?")[0]
    engine = create_engine(database_url)
    server = create_engine(database_url.replace(name, "postgres"))
    asked = Database(engine, engine)
    assert asked.read(one) == 1
    engine.dispose()
    administer(
        str(server.url.render_as_string(hide_password=False)),
        f"alter database {name} allow_connections false",
    )
    with pytest.raises(DatabaseAwayError):
        asked.read(one)
    administer(
        str(server.url.render_as_string(hide_password=False)), f"alter database {name} allow_connections true"
    )
    time.sleep(_REST_SECONDS)
    assert asked.read(one) == 1
    engine.dispose()
    server.dispose()


def test_what_is_wrong_with_a_value_is_no_outage(database: Engine) -> None:
    asked = Database(database, database)
    with pytest.raises(DataError, match="a value is not legal"):
        asked.read(lambda connection: connection.execute(text("select cast('x' as integer)")))
    assert asked.read(one) == 1
