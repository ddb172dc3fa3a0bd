"""Who serves has the snapshot kept beside it: the keeper's process, started again when it ends by itself."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from core.connections.snapshot_reads import moment_of
from core.errors import DatabaseAwayError
from schemas.disk_snapshot.place import snapshot_url

_LOG = logging.getLogger("schemas.disk_snapshot")
_REST_SECONDS = 2.0
_LOOK_SECONDS = 0.2
_STOP_SECONDS = 20


@contextmanager
def keeping() -> Iterator[None]:
    """Keep the snapshot of the installation that the environment names while the block runs."""
    stopped = threading.Event()
    watching = threading.Thread(target=_watch, args=(stopped,), daemon=True)
    watching.start()
    try:
        yield
    finally:
        stopped.set()
        watching.join(_STOP_SECONDS)


def wait_for_snapshot(home: Path, seconds: float) -> datetime | None:
    """The moment of the snapshot, once its server answers; None where none that this version can read comes in time.

    What a killed server left says that it runs.
    """
    until = time.monotonic() + seconds
    while (moment := _moment(home)) is None and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)
    return moment


def _moment(home: Path) -> datetime | None:
    url = snapshot_url(home)
    try:
        if url is not None:
            with create_engine(url, poolclass=NullPool).connect() as connection:
                return moment_of(connection)
    except (
        DatabaseAwayError,
        SQLAlchemyError,
    ):  # no server, no database of this schema version, or no first copy
        pass
    return None


def _watch(stopped: threading.Event) -> None:
    while not stopped.is_set():
        with subprocess.Popen(
            [sys.executable, "-m", "schemas.disk_snapshot.keeper"], stdin=subprocess.DEVNULL
        ) as keeper:
            while keeper.poll() is None and not stopped.wait(_LOOK_SECONDS):
                pass
            keeper.terminate()
        if not stopped.wait(_REST_SECONDS):
            _LOG.warning("what keeps the snapshot ended with %s; it is started again", keeper.returncode)
