"""`mdl serve`: the API on a production server, several processes, reloaded and drained without losing a request."""

import logging
import math
import os
import signal
import socket
import sys
import tempfile
from contextlib import nullcontext
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from core import logs, tracing
from core.connections.breaker import in_our_errors
from core.database import connect
from core.errors import ConfigurationError, DatabaseAwayError
from core.secrets import jwt_secret
from core.settings import Settings, load_settings
from schemas.disk_snapshot.keeping import keeping, wait_for_snapshot
from schemas.migrate import migrate
from webapi.middleware.rsgi_adapter import Adapter
from webapi.middleware.unfit_requests import MAX_BODY

_LOG = logging.getLogger(__name__)
# kept answers are given by few threads while others make answers or wait for their turn to, see `ServingTurn` and
# `AnswerCache.making`; PostgreSQL has a connection for each
_THREADS = 16
_TURNS = 2
# while one thread computes, another gets Python's lock after this long; with the default, 5 ms, kept answers, which
# need it thrice for a moment, pile up behind each answer that is being made
_SWITCH_SECONDS = 0.0005
_BACKLOG = 4_096
_ROOM_BYTES = 64 << 20
_HEAD_SECONDS = 10
# the longest header is remembered in places, as what a client accepts; proxies take 8 to 32 KiB
_HEAD_BYTES = 65_536
# its server may have to recover from a crash first
_SNAPSHOT_SECONDS = 30


def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve until SIGINT or SIGTERM; SIGHUP starts new workers and drains the old ones.

    Raises:
        ConfigurationError: production without a usable secret, or an address that cannot be listened on.
        TransientError: the embedded PostgreSQL did not start.
    """
    jwt_secret(settings)
    insist_free(host, port)
    engine = connect(settings)
    # workers use the server that this process holds
    os.environ["MDL_DATABASE_URL"] = engine.url.render_as_string(hide_password=False)
    away = _migrated(engine)
    with (
        keeping() if settings.keeps_snapshot else nullcontext(),
        tempfile.TemporaryDirectory(prefix="mdl-metrics-") as folder,
    ):
        if away is not None:
            _insist_on_snapshot(settings, away)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        Server(
            "webapi.serving:worker_app",
            address=host,
            port=port,
            interface=Interfaces.RSGI,
            # behind a proxy there is no use for HTTP/2, and idle connections of it have no limit of time
            http=HTTPModes.http1,
            factory=True,
            workers=workers,
            backlog=_BACKLOG,
            http1_settings=HTTP1Settings(
                header_read_timeout=_HEAD_SECONDS * 1_000, max_buffer_size=_HEAD_BYTES
            ),
            websockets=False,
            log_level=LogLevels.warning,
            respawn_failed_workers=True,
            workers_kill_timeout=_HEAD_SECONDS + math.ceil(2 * settings.request_timeout),
        ).serve()
    engine.dispose()


def _migrated(engine: Any) -> BaseException | None:
    """See to the newest schema; why PostgreSQL is away, if it is."""
    try:
        in_our_errors(lambda: migrate(engine))
    except DatabaseAwayError as error:
        return error.__cause__ or error
    return None


def _insist_on_snapshot(settings: Settings, away: BaseException) -> None:
    """Serve from the snapshot on disk, if there is one of this schema; PostgreSQL is asked again by the workers.

    Raises:
        DBAPIError: `away`; there is none.
    """
    moment = wait_for_snapshot(settings.home, _SNAPSHOT_SECONDS) if settings.keeps_snapshot else None
    if moment is None:
        raise away
    _LOG.warning("%s; serving from the snapshot on disk of %s", str(away).splitlines()[0], moment)


def insist_free(host: str, port: int) -> None:
    """Refuse an address that somebody listens on: workers would share it with him, and half the requests.

    Raises:
        ConfigurationError: it is taken, not of this machine, or not ours to take.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise ConfigurationError(
            f"port {port} of {host} cannot be listened on: {error.strerror}; choose another with --port or --host"
        ) from error


def worker_app() -> Adapter:
    """The app of one worker, which reads its settings from the environment that the server was started with."""
    # until granian sets its own, a worker has the handlers of the process that forked it, which only note the signal
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    from webapi.app import create_app  # noqa: PLC0415  prometheus_client reads the environment as it is imported

    sys.setswitchinterval(_SWITCH_SECONDS)
    settings = load_settings()
    logs.configure(settings, to_output=True, to_file=False)
    tracing.configure(settings)
    return Adapter(
        create_app(settings),
        threads=_THREADS,
        turns=_TURNS,
        body_seconds=settings.request_timeout,
        body_bytes=MAX_BODY,
        room_bytes=_ROOM_BYTES,
    )
