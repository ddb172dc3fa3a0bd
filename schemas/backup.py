"""Dump and restore of the whole database with PostgreSQL's own tools, taken from the wheel."""

import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, make_url, text

from core.errors import DataError
from core.postgres import tool

_UNKNOWN_BEFORE_17 = b"SET transaction_timeout"
_SESSION_LINES = 100
_CHUNK = 1024 * 1024


class Writes(Protocol):
    """What a dump is written to."""

    def write(self, data: bytes, /) -> int:
        """Take in the next bytes."""
        ...


def dump(url: str, target: Writes, snapshot: str | None = None) -> None:
    """Write every schema of the database to `target`, as an open transaction sees it that exported `snapshot`.

    Raises:
        DataError: the tool failed; the message holds its own words.
    """
    of_then = [f"--snapshot={snapshot}"] if snapshot else []
    command, environment = _on(url, "pg_dump", "--format=custom", *of_then, server=_server_version(url))
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment) as writer,  # noqa: S603
    ):
        assert writer.stdout is not None  # noqa: S101  it is a pipe, see above
        try:
            while chunk := writer.stdout.read(_CHUNK):
                target.write(chunk)
        except BaseException:
            writer.kill()  # nobody reads what it still has to say
            raise
        if writer.wait():
            errors.seek(0)
            raise DataError(f"pg_dump failed: {errors.read().decode(errors='replace').strip()}")


def restore(url: str, source: Path) -> None:
    """Replace the content of the database at `url` by the backup `source`, in one transaction.

    Raises:
        DataError: there is no such file, or the tool failed and nothing was changed.
    """
    if not source.is_file():
        raise DataError(f"{source}: no such backup")
    _server_version(url)  # says in words when there is no server
    script = [tool("pg_restore"), "--clean", "--if-exists", "--no-owner", "--file=-", str(source)]
    command, environment = _on(
        url, "psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"
    )
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(script, stdout=subprocess.PIPE, stderr=errors) as reader,  # noqa: S603
        subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=errors, stderr=errors, env=environment
        ) as writer,
    ):
        _pass_on(reader, writer)
        if reader.returncode or writer.returncode:
            errors.seek(0)
            name = "pg_restore" if reader.returncode > 0 else "psql"
            raise DataError(f"{name} failed: {errors.read().decode(errors='replace').strip()}")


def _pass_on(reader: "subprocess.Popen[bytes]", writer: "subprocess.Popen[bytes]") -> None:
    """Let `writer` execute the script of `reader`, to the end or not at all.

    The script begins with the settings of a session; older servers do not know them all.
    """
    assert reader.stdout is not None  # noqa: S101  both are pipes, see above
    assert writer.stdin is not None  # noqa: S101
    with suppress(BrokenPipeError):
        for number, line in enumerate(reader.stdout):
            if number > _SESSION_LINES or not line.startswith(_UNKNOWN_BEFORE_17):
                writer.stdin.write(line)
    if writer.poll() is not None:
        reader.kill()  # nobody reads what it still has to say
    if reader.wait() > 0:
        writer.kill()  # before it is told that the script has ended, and commits
    with suppress(BrokenPipeError):
        writer.stdin.close()
    writer.wait()


def _on(url: str, name: str, *arguments: str, server: int | None = None) -> tuple[list[str], dict[str, str]]:
    """Command of a tool on the database; the password goes by the environment, since every user can list arguments."""
    database = make_url(url).set(drivername="postgresql")
    target = f"--dbname={database._replace(password=None).render_as_string(hide_password=False)}"
    environment = os.environ | ({"PGPASSWORD": str(database.password)} if database.password else {})
    return [tool(name, server), target, *arguments], environment


def _server_version(url: str) -> int:
    """Major version of the server at `url`."""
    engine = create_engine(url)
    with engine.connect() as connection:
        number = int(connection.scalar(text("show server_version_num")))
    engine.dispose()
    return number // 10_000
