"""Dagster's processes one by one, as containers run them; `supervisor` runs them all on one machine."""

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import dagster as dg
from sqlalchemy import Connection, Engine, text

from core.database import Database, connect
from core.errors import ConfigurationError, TransientError
from core.home import keep_private
from core.secrets import jwt_secret
from core.settings import Settings
from pipelines.orchestration.instance import prepare
from pipelines.orchestration.serving.supervisor import CODE, is_loopback, make_first_admin
from pipelines.up_to_date import refuse_future
from pipelines.workspace import Workspace
from schemas.migrate import is_newest

_LOOK_SECONDS = 1


def make_ready(settings: Settings, say: Callable[[str], None]) -> None:
    """Do once for all processes what each would do first: newest schema, Dagster's tables, the first administrator.

    Raises:
        ConfigurationError: no other process could work with these settings.
    """
    _insist_on_server(settings)
    refuse_future(settings)
    jwt_secret(settings)
    with closing(Workspace.open(settings)) as workspace:
        prepare(settings, workspace.engine)
        dg.DagsterInstance.get().dispose()
        make_first_admin(Database(workspace.engine, workspace.engine), say)


def wait_until_ready(settings: Settings, seconds: float) -> None:
    """Wait for `make_ready` of another process.

    Raises:
        TransientError: it did not end in time.
    """
    _insist_on_server(settings)
    engine = connect(settings)
    deadline = time.monotonic() + seconds
    while not _is_ready(engine):
        if time.monotonic() > deadline:
            raise TransientError(
                f"the database was not prepared within {seconds:g} s; `mdl db prepare` does, what does it say?"
            )
        time.sleep(_LOOK_SECONDS)
    engine.dispose()


def run_code_server(settings: Settings, host: str, port: int) -> NoReturn:
    """Become the server of MDL's definitions, whose children runs are."""
    refuse_future(settings)
    _become(settings, "dagster", "api", "grpc", *CODE, "--host", host, "--port", str(port))


def run_webserver(settings: Settings, host: str, port: int, code: str, path_prefix: str) -> NoReturn:
    """Become Dagster's webserver, on another address than this machine's own only where a proxy guards it.

    Raises:
        ConfigurationError: nobody says that one does.
    """
    if not (settings.dagster_proxy or is_loopback(host)):
        raise ConfigurationError(
            "Dagster's webserver has no sign-in: let a proxy ask for one and say so with MDL_DAGSTER_PROXY=true, "
            "or listen on 127.0.0.1"
        )
    own = ("-h", host, "-p", str(port), "--path-prefix", path_prefix)
    _become(settings, "dagster_webserver", "-w", _workspace_of(code), *own)


def run_daemon(settings: Settings, code: str) -> NoReturn:
    """Become Dagster's daemon: schedules, sensors and the queue of runs."""
    _become(settings, "dagster._daemon", "run", "-w", _workspace_of(code))


def ask_daemon(settings: Settings) -> NoReturn:
    """Become Dagster's own check of the heartbeats of all daemons; its exit code says whether they beat."""
    _become(settings, "dagster._daemon", "liveness-check")


def _become(settings: Settings, module: str, *arguments: str) -> NoReturn:
    _insist_on_server(settings)
    keep_private(settings.home)
    engine = connect(settings)
    prepare(settings, engine)
    engine.dispose()
    sys.stdout.flush()
    # where a script put us into the background it is ignored, and Dagster would then ignore SIGTERM too
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606  our own interpreter


def _workspace_of(code: str) -> str:
    """Path of a Dagster workspace that is the code server at HOST:PORT alone."""
    host, _, port = code.rpartition(":")
    if not host or not port.isdecimal():
        raise ConfigurationError(f"{code!r} is no address of a code server such as code:4000")
    path = Path(tempfile.mkdtemp(prefix="mdl-")) / "workspace.yaml"
    server = {"host": host, "port": int(port), "location_name": "mdl"}
    path.write_text(json.dumps({"load_from": [{"grpc_server": server}]}))
    return str(path)


def _insist_on_server(settings: Settings) -> None:
    if settings.database_url is None:
        raise ConfigurationError(
            "MDL_DATABASE_URL is not set: processes on several machines need one PostgreSQL"
        )


def _is_ready(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            return is_newest(connection) and _has_dagsters_tables(connection)
    except Exception as error:
        from core.causes import explained  # noqa: PLC0415  only while PostgreSQL is away

        if isinstance(explained(error), TransientError):
            return False
        raise


def _has_dagsters_tables(connection: Connection) -> bool:
    # the last of the three sets of tables that Dagster makes
    return connection.scalar(text("select to_regclass('dagster.daemon_heartbeats')")) is not None
