"""`mdl db prepare`: what all processes of a stack wait for, done once."""

import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.conftest import administer


@pytest.fixture
def empty_url(postgres_url: str) -> Iterator[str]:
    name = f"prepare_{uuid.uuid4().hex[:12]}"
    administer(postgres_url, f"create database {name}")
    yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    administer(postgres_url, f"drop database {name} with (force)")


def test_it_is_waited_for_done_once_and_says_a_password_once(empty_url: str, tmp_path: Path) -> None:
    environment = os.environ | {"MDL_DATABASE_URL": empty_url, "MDL_HOME": str(tmp_path / "home")}

    def prepare(*more: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "mdl", "db", "prepare", *more]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    early = prepare("--wait", "0")
    assert (early.returncode, "was not prepared within 0 s" in early.stderr) == (1, True), early.stderr
    first, again = prepare(), prepare()
    assert re.search(r"admin, password \S{12,}", first.stdout), first.stdout + first.stderr
    assert again.stdout == "the database is prepared\n"
    assert prepare("--wait", "0").returncode == 0
    engine = create_engine(empty_url)
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from identity.users where username = 'admin'")) == 1
        assert connection.scalar(text("select count(*) from dagster.daemon_heartbeats")) == 0
    engine.dispose()
