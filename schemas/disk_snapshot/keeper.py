"""The process that keeps the snapshot: it starts the snapshot's server, and copies what changes, until its parent ends.

One process keeps the snapshot of a home, whoever comes first; others wait for its end.
"""

import fcntl
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from core import logs
from core.connections.breaker import in_our_errors
from core.database import connect
from core.errors import MdlError, TransientError
from core.home import keep_private
from core.settings import load_settings
from schemas.disk_snapshot.place import drop_older, folder, open_database, start_server
from schemas.disk_snapshot.step import take_step
from schemas.migrate import is_newest

_LOG = logging.getLogger("schemas.disk_snapshot")
_LOOK_SECONDS = 1


def main() -> None:
    """Keep the snapshot of the installation that the settings name."""
    parent = os.getppid()
    settings = load_settings()
    logs.configure(settings, to_output=True, to_file=False)
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with _alone(settings.home, parent):
        keeper = Keeper(settings.home, connect(settings))
        # copying can wait; the server that was just started may have to answer readers
        os.nice(5)
        while os.getppid() == parent:
            keeper.look()
            time.sleep(_LOOK_SECONDS)


class Keeper:
    """The snapshot and what it follows, from one look to the next."""

    def __init__(self, home: Path, source: Engine) -> None:
        self._source = source
        self._server = _started(home, source)
        self._target: Engine | None = None
        self._fault = ""

    def look(self) -> None:
        """Copy what changed since the last look; while PostgreSQL is away, leave what there is.

        Raises:
            MdlError: the snapshot's own server does not answer.
        """
        try:
            if self._target is None:
                self._target = open_database(self._server)
            step = take_step(self._source, self._target)
        except (SQLAlchemyError, psycopg.Error, TransientError) as error:  # psycopg's own: of COPY
            self._tell(str(getattr(error, "orig", None) or error).strip())
            if self._target is not None:
                in_our_errors(lambda: _ask(self._target))
            return
        self._tell("")
        if step.is_first:
            _LOG.info("the snapshot is whole, after %.1f s", step.seconds)
            drop_older(self._server)

    def _tell(self, fault: str) -> None:
        """Leave in the log why the snapshot stands still, and when it moves again: once each."""
        before, self._fault = self._fault, fault
        if fault and not before:
            _LOG.warning("the snapshot stands still: %s", fault)
        elif before and not fault:
            _LOG.warning("the snapshot follows PostgreSQL again")


def _started(home: Path, source: Engine) -> str:
    """The URL of the snapshot's server; data that it does not start with are thrown away if they can be copied anew."""
    try:
        return start_server(home)
    except (MdlError, RuntimeError) as error:  # RuntimeError: another release of PostgreSQL made the data
        _LOG.warning("the snapshot cannot be used: %s", error)
        in_our_errors(lambda: _ask(source))
        shutil.rmtree(folder(home) / "postgres")
        return start_server(home)


def _ask(engine: Engine | None) -> None:
    assert engine is not None, "it was opened"  # noqa: S101
    with engine.connect() as connection:
        is_newest(connection)


@contextmanager
def _alone(home: Path, parent: int) -> Iterator[None]:
    """Wait until no other process keeps this snapshot, also none in another container."""
    keep_private(home)
    keep_private(folder(home))
    with (folder(home) / "lock").open("w") as held:
        while os.getppid() == parent:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_LOOK_SECONDS)
            else:
                yield
                return
        sys.exit(0)


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main()
