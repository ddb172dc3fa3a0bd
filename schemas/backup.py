"""Backup and restore of the whole database with PostgreSQL's own tools, taken from the wheel."""

import os
import subprocess
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from core.errors import DataError
from core.postgres import tool


def backup(url: str, target: Path) -> None:
    """Write every schema of the database at `url` to `target` (PostgreSQL's custom format).

    Raises:
        DataError: the tool failed; the message holds its own words.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    _run("pg_dump", url, "--format=custom", f"--file={partial}")
    partial.replace(target)


def restore(url: str, source: Path) -> None:
    """Replace the content of the database at `url` by the backup `source`, in one transaction.

    Raises:
        DataError: there is no such file, or the tool failed and nothing was changed.
    """
    if not source.is_file():
        raise DataError(f"{source}: no such backup")
    _run("pg_restore", url, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(source))


def _run(name: str, url: str, *arguments: str) -> None:
    """Run a tool on the database; the password goes by the environment, since every user can list arguments."""
    database = make_url(url).set(drivername="postgresql")
    target = f"--dbname={database._replace(password=None).render_as_string(hide_password=False)}"
    environment = os.environ | ({"PGPASSWORD": str(database.password)} if database.password else {})
    command = [tool(name, _server_version(url)), target, *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)  # noqa: S603
    if done.returncode != 0:
        raise DataError(f"{name} failed: {done.stderr.strip()}")


def _server_version(url: str) -> int:
    """Major version of the server at `url`."""
    engine = create_engine(url)
    with engine.connect() as connection:
        number = int(connection.scalar(text("show server_version_num")))
    engine.dispose()
    return number // 10_000
