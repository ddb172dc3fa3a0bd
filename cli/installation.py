"""What a command works on: settings, database, workspace; opened when it is first asked for, closed with the command.

What goes wrong with any of them is told in one place, `cli.main`. Libraries are imported where they are needed:
`--help` needs none, and a run imports Dagster while the embedded PostgreSQL starts.
"""

import gc
import getpass
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

from cli.printing import progress
from core.postgres import start_embedded
from core.settings import Settings, load_settings

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from core.database import Database
    from pipelines.orchestration.in_process import Local
    from pipelines.workspace import Workspace

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


class Installation:
    """The installation that the settings name."""

    def __init__(self) -> None:
        self._opened = ExitStack()

    def close(self) -> None:
        """Give back all connections."""
        self._opened.close()

    @cached_property
    def settings(self) -> Settings:
        """Of the environment and `.env`."""
        from core import logs  # noqa: PLC0415

        settings = load_settings()
        logs.configure(settings, to_output=False, to_file=True)
        return settings

    @cached_property
    def engine(self) -> "Engine":
        """On the database as it is, whatever its schema."""
        from core.database import connect  # noqa: PLC0415

        engine = connect(self.settings)
        self._opened.callback(engine.dispose)
        return engine

    def migrated(self) -> "Installation":
        """This installation, its database brought to the newest schema."""
        from schemas.migrate import migrate  # noqa: PLC0415

        migrate(self.engine)
        return self

    def reading(self) -> "AbstractContextManager[Connection]":
        """A read-only connection whose statements all see the same publication."""
        from reports.publications import reading  # noqa: PLC0415

        return reading(self.engine)

    def writing(self) -> "AbstractContextManager[Connection]":
        """A transaction."""
        return self.engine.begin()

    @cached_property
    def database(self) -> "Database":
        """The database as the API uses it, with the newest schema: what collides with others is tried again."""
        from core.database import Database  # noqa: PLC0415
        from schemas.migrate import migrate  # noqa: PLC0415

        database = Database.open(self.settings)
        self._opened.callback(database.close)
        migrate(database.primary)
        return database

    @cached_property
    def workspace(self) -> "Workspace":
        """What steps of a run work with, with the newest schema."""
        from pipelines.workspace import Workspace  # noqa: PLC0415

        return self._opened.enter_context(closing(Workspace.open(self.settings)))

    @contextmanager
    def running(self) -> "Iterator[Local]":
        """Hold the writer's lock and execute jobs in this process, showing progress.

        The embedded PostgreSQL starts while Dagster is imported: together they are most of a run that finds nothing
        new.
        """
        settings = self.settings
        gc.disable()
        with ThreadPoolExecutor(1) as background:
            server = background.submit(_start_server, settings)
            from pipelines.orchestration.in_process import local  # noqa: PLC0415
            from pipelines.priority import give_way  # noqa: PLC0415

            server.result()
        # a million objects that live as long as the process: collecting among them takes a tenth of such a run
        gc.freeze()
        gc.enable()
        with progress() as advance, local(settings, advance, _say_that_another_runs) as opened:
            give_way()
            yield opened


def on_installation(
    command: Callable[Concatenate[Installation, _Given], _Answer],
) -> Callable[_Given, _Answer]:
    """Call a command with the installation as its first argument, and close it afterwards."""

    @wraps(command)
    def called(*args: _Given.args, **kwargs: _Given.kwargs) -> _Answer:
        with closing(Installation()) as installation:
            return command(installation, *args, **kwargs)

    return called


def login_name() -> str:
    """Who sits at the terminal, as the operating system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # a container may run under a number that has no name
        return "unknown"


def _start_server(settings: Settings) -> None:
    if settings.database_url is None:
        start_embedded(settings.home)


def _say_that_another_runs() -> None:
    click.echo("another run is writing; waiting for it to end", err=True)
