"""What a person reads where the database or the disk is at fault: one line that says what to do."""

import errno
import subprocess
import sys
import uuid
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from core.causes import explained
from core.errors import ConfigurationError, DatabaseAwayError, DataError, MdlError, TransientError
from tests.conftest import administer, free_port


def failure(url: str, statement: str = "select 1") -> MdlError | None:
    engine = create_engine(url)
    try:
        with pytest.raises(DBAPIError) as raised, engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()
    return explained(raised.value)


def test_a_server_that_is_down_is_named_with_its_address() -> None:
    port = free_port()
    told = failure(f"postgresql+psycopg://nobody@127.0.0.1:{port}/x")
    assert isinstance(told, DatabaseAwayError)
    assert f"port {port} failed: Connection refused" in str(told)
    assert "MDL_DATABASE_URL" in str(told)


def test_a_database_or_user_that_is_not_there_is_named(postgres_url: str) -> None:
    url = make_url(postgres_url)
    told = failure(url.set(database="nowhere").render_as_string(hide_password=False))
    assert isinstance(told, ConfigurationError)
    assert 'database "nowhere" does not exist; create it' in str(told)
    told = failure(url.set(username="stranger").render_as_string(hide_password=False))
    assert isinstance(told, ConfigurationError)
    assert 'role "stranger" does not exist; check the user' in str(told)


def test_a_wrong_password_is_told_from_a_server_that_is_away(postgres_url: str) -> None:
    # the words of a server that asks for one; the embedded trusts its own machine
    words = 'connection to server at "db", port 5432 failed: FATAL:  password authentication failed for user "mdl"'
    told = explained(DBAPIError("select 1", None, Exception(words)))
    assert isinstance(told, ConfigurationError)
    assert str(told).endswith('failed for user "mdl"; check the password in MDL_DATABASE_URL')


def test_tables_and_rights_that_are_missing_are_said_with_the_command_to_type(postgres_url: str) -> None:
    role, base = f"weak_{uuid.uuid4().hex[:8]}", make_url(postgres_url)
    administer(postgres_url, f"create role {role} login")
    try:
        url = base.set(username=role).render_as_string(hide_password=False)
        assert "needs rights" in str(failure(url, "create schema mine"))
    finally:
        administer(postgres_url, f"drop role {role}")
    told = failure(postgres_url, "select 1 from ops.publications")
    assert isinstance(told, ConfigurationError)
    assert "`mdl db migrate`" in str(told)


def test_a_full_disk_and_one_that_cannot_be_written_are_named_whoever_says_so() -> None:
    full = explained(OSError(errno.ENOSPC, "No space left on device", "/home/lake"))
    assert isinstance(full, TransientError)
    assert (
        str(full)
        == "/home/lake: the disk is full; free some space and run again, nothing is lost (No space left on device)"
    )
    engine = duckdb.IOException('IO Error: Cannot open file "/home/lake/part.parquet": Read-only file system')
    assert str(explained(engine)).startswith("/home/lake/part.parquet: the disk cannot be written to")


def test_a_cause_is_found_below_what_was_raised_and_a_bug_stays_a_bug() -> None:
    wrapped = RuntimeError("step failed")
    wrapped.__cause__ = ValueError("in between")
    wrapped.__cause__.__context__ = DataError("the reason")
    assert str(explained(wrapped)) == "the reason"
    assert explained(ZeroDivisionError("division by zero")) is None


def test_the_command_line_prints_one_line_for_a_database_without_tables(
    postgres_url: str, tmp_path: Path
) -> None:
    name = f"empty_{uuid.uuid4().hex[:8]}"
    administer(postgres_url, f"create database {name}")
    try:
        url = make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
        done = subprocess.run(
            [sys.executable, "-c", "import mdl; mdl.main()", "scorecard"],
            env={
                "MDL_DATABASE_URL": url,
                "MDL_HOME": str(tmp_path / "home"),
                "PYTHONPATH": ":".join(sys.path),
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        administer(postgres_url, f"drop database {name} with (force)")
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert line.startswith("mdl: PostgreSQL refuses: ")
    assert "`mdl db migrate`" in line
