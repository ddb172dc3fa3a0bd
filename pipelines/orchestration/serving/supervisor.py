"""`mdl up`: which processes serve an installation, how each shows that it lives, and where they are."""

import json
import os
import signal
import socket
import tempfile
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType

import dagster as dg

from core.clock import wall_now
from core.database import Database, connect_read_only
from core.errors import ConfigurationError
from core.secrets import jwt_secret
from core.settings import Settings
from pipelines.orchestration.instance import prepare
from pipelines.orchestration.pools import know_pools
from pipelines.orchestration.serving.code_server import CodeServer
from pipelines.orchestration.serving.endings import Endings
from pipelines.orchestration.serving.foundation import Foundation
from pipelines.orchestration.serving.processes import Processes
from pipelines.up_to_date import refuse_future
from pipelines.workspace import Workspace
from schemas.disk_snapshot import place
from schemas.identity.users import first_admin

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# seconds without a sign of life: runs end with the code server, and the daemon beats every 30 seconds
_PATIENCE = {"api": 60, "webserver": 60, "code-server": 120, "daemon": 150}
CODE = ("-m", "pipelines.orchestration.definitions", "--location-name", "mdl")


def serve(
    settings: Settings, host: str, port: int, api_port: int, say: Callable[[str], None] = print
) -> None:
    """Serve Dagster and the API until SIGINT or SIGTERM, then end every process; `say` tells where they are.

    Raises:
        ConfigurationError: a port is taken, or the API could not start with these settings.
        PermanentError: MDL_AS_OF lies in the future, where no run would compute anything.
        TransientError: a process ended again and again; the message shows its last words.
    """
    dagster_host = host_of_dagster(settings, host)
    # whatever can be wrong is found out before anything is made
    refuse_future(settings)
    jwt_secret(settings)
    for option, at, wanted in (("--port", dagster_host, port), ("--api-port", host, api_port)):
        if not _is_free(at, wanted):
            raise ConfigurationError(
                f"port {wanted} of {at} is taken, or no address of this machine; choose another with {option}"
            )
    url = _make_ready(settings, say)
    address, api = f"http://{_near(dagster_host)}:{port}", f"http://{_near(host)}:{api_port}"
    home = settings.home if settings.database_url is None else None
    endings = Endings(settings.home)
    homes = [place.folder(settings.home), *([] if home is None else [home])]
    postgres = Foundation(connect_read_only(url), endings, home)
    # a socket's path has room for about a hundred characters, which MDL_HOME may fill by itself
    with (
        tempfile.TemporaryDirectory(prefix="mdl-") as folder,
        _processes(settings.home / "dagster", endings, homes) as processes,
    ):
        code = Path(folder) / "code.socket"
        # one code server for all: left to themselves each starts its own, and the daemon a new one every minute.
        # `dagster code-server` would run this one as a child of its own, and live on without it when it dies
        processes.start(
            "code-server",
            CodeServer(code),
            _PATIENCE["code-server"],
            "dagster",
            "api",
            "grpc",
            *CODE,
            "--socket",
            str(code),
        )
        processes.wait_until(code.exists)
        served = _workspace_file(processes.logs, code)
        is_served, is_live = _answering(f"{address}/server_info"), _answering(f"{api}/health/live")
        processes.start(
            "webserver",
            is_served,
            _PATIENCE["webserver"],
            "dagster_webserver",
            "-w",
            served,
            "-h",
            dagster_host,
            "-p",
            str(port),
        )
        processes.start("daemon", postgres.beats, _PATIENCE["daemon"], "dagster._daemon", "run", "-w", served)
        processes.start(
            "api", is_live, _PATIENCE["api"], "mdl", "serve", "--host", host, "--port", str(api_port)
        )
        if processes.wait_until(lambda: is_served() and is_live()):
            say(
                f"pages        {api}/\nAPI          {api}/api-docs\nDagster      {address}\n"
                f"logs         {processes.logs}"
            )
            say("Ctrl-C ends everything")
        processes.watch(postgres.keep, postgres.is_away)


def _make_ready(settings: Settings, say: Callable[[str], None]) -> str:
    """Make what all processes expect to be there, and leave it to them; URL of the database, which they use too."""
    with closing(Workspace.open(settings)) as workspace:
        prepare(settings, workspace.engine)
        # children use the server that this process holds
        url = os.environ["MDL_DATABASE_URL"] = workspace.engine.url.render_as_string(hide_password=False)
        make_first_admin(Database(workspace.engine, workspace.engine), say)
    # two processes that make Dagster's tables at once stumble over each other: they are there before any starts
    with dg.DagsterInstance.get() as instance:
        know_pools(instance)
    return url


def host_of_dagster(settings: Settings, host: str) -> str:
    """Where Dagster's webserver, which has no sign-in, listens: on this machine alone, unless a proxy guards it."""
    return host if settings.dagster_proxy or is_loopback(host) else _LOOPBACK[0]


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine alone."""
    return host in _LOOPBACK


def make_first_admin(database: Database, say: Callable[[str], None]) -> None:
    """Where there are no users, make one and show the password at once: nothing that fails later can swallow it."""
    password = first_admin(database, wall_now())
    if password is not None:
        say(
            f"first user   admin, password {password} (once: choose another after signing in; "
            "if it is lost: mdl users reset-password admin)"
        )


def _near(host: str) -> str:
    return "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104  compared, not bound


def _workspace_file(folder: Path, code: Path) -> str:
    """Path of a Dagster workspace that is the code server alone."""
    path = folder / "workspace.yaml"
    path.write_text(
        json.dumps({"load_from": [{"grpc_server": {"socket": str(code), "location_name": "mdl"}}]})
    )
    return str(path)


def _answering(address: str) -> Callable[[], bool]:
    def answers() -> bool:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310  our own address
                return True
        except OSError:
            return False

    return answers


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


@contextmanager
def _processes(logs: Path, endings: Endings, homes: Sequence[Path]) -> Iterator[Processes]:
    """Processes that end with the block; signals are handled also where a shell started us with SIGINT ignored."""
    processes = Processes(logs, endings, homes)

    def stop(_number: int, _frame: FrameType | None) -> None:
        processes.stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield processes
    finally:
        processes.end()
        for number, handler in before.items():
            signal.signal(number, handler)
