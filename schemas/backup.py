"""Backup and restore of the whole database with PostgreSQL's own tools, taken from the wheel."""

import subprocess
from pathlib import Path

from sqlalchemy import make_url

from core.errors import DataError
from core.postgres import tool


def backup(url: str, target: Path) -> None:
    """Write every schema of the database at `url` to `target` (PostgreSQL's custom format).

    Raises:
        DataError: the tool failed; the message holds its own words.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    _run("pg_dump", ["--format=custom", f"--file={partial}", f"--dbname={_libpq(url)}"])
    partial.replace(target)


def restore(url: str, source: Path) -> None:
    """Replace the content of the database at `url` by the backup `source`, in one transaction.

    Raises:
        DataError: there is no such file, or the tool failed and nothing was changed.
    """
    if not source.is_file():
        raise DataError(f"{source}: no such backup")
    options = ["--clean", "--if-exists", "--no-owner", "--single-transaction", f"--dbname={_libpq(url)}"]
    _run("pg_restore", [*options, str(source)])


def _libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _run(name: str, arguments: list[str]) -> None:
    done = subprocess.run([tool(name), *arguments], check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode != 0:
        raise DataError(f"{name} failed: {done.stderr.strip()}")
