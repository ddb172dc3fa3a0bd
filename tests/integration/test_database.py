"""What a server's calls to PostgreSQL do while it is away."""

import time

import pytest
from sqlalchemy import Engine, create_engine, text

from core.database import _REST_SECONDS, Database
from core.errors import DatabaseAwayError, DataError
from tests.conftest import administer

AWAY = "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1"


def one(connection: object) -> int:
    return int(connection.scalar(text("select 1")))  # type: ignore[attr-defined]


def test_once_it_did_not_answer_calls_fail_at_once_and_try_again_later(database: Engine) -> None:
    away = create_engine(AWAY)
    both = Database(database, away)
    with pytest.raises(DatabaseAwayError):
        both.read(one)
    begun = time.monotonic()
    for _ in range(50):
        with pytest.raises(DatabaseAwayError):
            both.read(one)
    assert time.monotonic() - begun < _REST_SECONDS
    # the primary is none the worse for it
    assert both.write(one) == 1
    time.sleep(_REST_SECONDS)
    with pytest.raises(DatabaseAwayError) as tried:
        both.read(one)
    assert tried.value.__cause__ is not None
    away.dispose()


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
