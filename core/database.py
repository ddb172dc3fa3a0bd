"""The SQLAlchemy engine: one place that knows the URL, the pool and the session defaults."""

import math
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Concatenate, ParamSpec, Protocol

from pydantic import SecretStr
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from core.connections.breaker import TOO_LONG, Answer, Breaker, Outage, SecondsLeft, in_our_errors
from core.connections.slow_statements import FUNCTION, SlowStatements
from core.connections.snapshot_reads import CONNECTIONS, SnapshotReads, moment_of
from core.errors import DatabaseAwayError, TookTooLongError, TransientError
from core.postgres import start_embedded
from core.settings import Settings
from core.tracing import span

_Given = ParamSpec("_Given")
_KEPT_OPEN = 5  # connections of a pool
_REPLICA_REST_SECONDS = 10
_BEGUN = "mdl_begun"
# a machine that vanishes says nothing: by TCP alone it would be noticed after a quarter of an hour
_NOTICED = {"tcp_user_timeout": 8_000, "keepalives_idle": 4, "keepalives_interval": 2, "keepalives_count": 2}
_NO_WRITES = (
    "PostgreSQL does not answer: until it does, nothing can be changed and nobody can sign in; what was published can "
    "be read"
)


def database_url(settings: Settings) -> str:
    """URL of the marts for SQLAlchemy with psycopg; starts the embedded server where no URL is set."""
    if settings.database_url is None:
        return start_embedded(settings.home)
    return _with_driver(settings.database_url, settings)


def _with_driver(given: SecretStr, settings: Settings) -> str:
    """A URL of the settings for psycopg; with their password where it has none of its own."""
    url = make_url(given.get_secret_value()).set(drivername="postgresql+psycopg")
    if url.password is None and settings.database_password is not None:
        url = url.set(password=settings.database_password.get_secret_value())
    return url.render_as_string(hide_password=False)


def connect(settings: Settings, slow: SlowStatements | None = None) -> Engine:
    """Engine on the marts: UTC sessions, connections checked before use, at most as many as the settings say.

    `slow` is told of its statements, so that whoever keeps it can change from when on they are slow.
    """
    engine = _engine(database_url(settings), settings.pool_size)
    (slow or SlowStatements(settings.slow_query_ms)).watch(engine, "pipeline")
    return engine


def connect_read_only(url: str) -> Engine:
    """Engine whose sessions change nothing, and whose statements end after 30 seconds."""
    return _engine(url, _KEPT_OPEN, " -c default_transaction_read_only=on -c statement_timeout=30000")


def _engine(url: str, most: int, options: str = "") -> Engine:
    kept = min(_KEPT_OPEN, most)
    return create_engine(
        url,
        pool_size=kept,
        max_overflow=most - kept,
        pool_pre_ping=True,
        pool_timeout=5,
        connect_args={
            "options": f"-c timezone=UTC{options}",
            "application_name": "mdl",
            "connect_timeout": 5,
            **_NOTICED,
        },
    )


class Watcher(Protocol):
    """Who wants to know how the database is used; pools are `primary` and `replica`, times are in seconds."""

    def found(self, pool: str, room: int) -> None:
        """There is a pool that gives out so many connections at once."""

    def used(self, pool: str, more: int) -> None:
        """A connection was taken (1) or given back (-1)."""

    def took(self, pool: str, seconds: float) -> None:
        """A statement succeeded."""

    def waited(self, seconds: float) -> None:
        """There was a connection after that time."""

    def changed(self, is_away: bool) -> None:  # noqa: FBT001  the only thing that is told
        """The primary went away, or is back."""


def _observe(name: str, engine: Engine, watcher: Watcher, room: int) -> None:
    def begin(connection: Connection, *_: object) -> None:
        connection.info[_BEGUN] = time.perf_counter()

    def end(connection: Connection, *_: object) -> None:
        watcher.took(name, time.perf_counter() - connection.info[_BEGUN])

    event.listen(engine, "checkout", lambda *_: watcher.used(name, 1))
    event.listen(engine, "checkin", lambda *_: watcher.used(name, -1))
    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    watcher.found(name, room)


def _ask(connection: Connection) -> None:
    connection.execute(text("select 1"))


@dataclass
class _Absence:
    """Whether the replica is used; when not, when it may be asked again."""

    is_left: bool = False
    ask_again_at: float = 0.0

    def leave(self) -> None:
        """Do without it for some seconds: where nothing answers at all, asking takes five of them."""
        self.is_left, self.ask_again_at = True, time.monotonic() + _REPLICA_REST_SECONDS


@dataclass(frozen=True)
class Database:
    """PostgreSQL as a server uses it: reads from the replica where there is one, writes to the primary.

    Both run a function on a connection and give back its answer. What passes by itself (a lost connection, a deadlock)
    is tried again, the whole function anew, three times within about a second; while it is away, calls fail at once.
    While the replica is away, reads go to the primary; while that is away too, to the snapshot on disk where there is
    one. `on_read` is told of each read which moment of the snapshot it is of, None where PostgreSQL answered.

    Raises:
        DatabaseAwayError: PostgreSQL did not answer.
        TookTooLongError: a statement took longer than is allowed, or all of them longer than `seconds_left` says.
        DataError: a value is one that PostgreSQL cannot hold, such as text with a NUL.
    """

    primary: Engine
    replica: Engine
    seconds_left: SecondsLeft = field(default=lambda: math.inf)
    slow: SlowStatements = field(default_factory=lambda: SlowStatements(0))
    snapshot: SnapshotReads | None = None
    on_read: Callable[[datetime | None], None] = field(default=lambda _: None)
    _of_primary: Breaker = field(default_factory=Breaker)
    _absence: _Absence = field(default_factory=_Absence)
    _watchers: list["Watcher"] = field(default_factory=list)

    def observe(self, watcher: "Watcher", room: int) -> None:
        """Tell a watcher from now on what is done with it, and how many connections a pool gives out at once."""
        self._of_primary.on_change = watcher.changed
        self._watchers.append(watcher)
        _observe("primary", self.primary, watcher, room)
        if self.has_replica:
            _observe("replica", self.replica, watcher, room)

    @classmethod
    def open(
        cls,
        settings: Settings,
        seconds_left: SecondsLeft = lambda: math.inf,
        find_snapshot: Callable[[], str | None] | None = None,
    ) -> "Database":
        """Connect lazily; statements end after two thirds of the request timeout, and with what is left of it.

        Args:
            settings: URLs of the primary and the replica, and the request timeout.
            seconds_left: how long whoever calls may still take.
            find_snapshot: URL of the snapshot on disk, None while it cannot be read.
        """
        statement_seconds = settings.request_timeout * 2 / 3
        options = f" -c statement_timeout={statement_seconds * 1000:.0f}"

        def engine(url: str, most: int = settings.pool_size) -> Engine:
            made = _engine(url, most, options)
            event.listen(made, "before_cursor_execute", bound)
            return made

        def bound(_connection: Connection, cursor: Any, *_: object) -> None:
            left = seconds_left()
            if left <= 0:
                raise TookTooLongError(TOO_LONG)
            if left < statement_seconds:
                cursor.execute(f"set local statement_timeout = {math.ceil(left * 1000)}")

        slow = SlowStatements(settings.slow_query_ms)
        primary = replica = engine(database_url(settings))
        slow.watch(primary, "primary")
        if settings.database_read_url is not None:
            replica = engine(_with_driver(settings.database_read_url, settings))
            slow.watch(replica, "replica")
        if find_snapshot is None:
            return cls(primary, replica, seconds_left, slow)
        reads = SnapshotReads(find_snapshot, partial(engine, most=CONNECTIONS))
        made = cls(primary, replica, seconds_left, slow, reads)
        made._of_primary.ask = partial(made._read, primary, _ask)
        return made

    def telling(self, on_read: Callable[[datetime | None], None]) -> "Database":
        """The same database, for somebody else who wants to know what it is read from."""
        return replace(self, on_read=on_read)

    @property
    def without_snapshot(self) -> "Database":
        """The same database, for what is of no use from a snapshot."""
        return replace(self, snapshot=None)

    @property
    def outage(self) -> Outage | None:
        """Why the primary does not answer, and since when; None while it does, by the last call."""
        return self._of_primary.outage

    def snapshot_moment(self) -> datetime | None:
        """The moment that the snapshot on disk is of; None where there is none that can be read."""
        if self.snapshot is None:
            return None
        try:
            return self.snapshot.ask(lambda engine: self._read(engine, moment_of))
        except TransientError:
            return None

    @property
    def has_replica(self) -> bool:
        """Whether reads have a server of their own."""
        return self.replica is not self.primary

    @property
    def reads_replica(self) -> bool:
        """Whether reads go to the replica."""
        return self.has_replica and not self._absence.is_left

    def rejoin(self, function: Callable[[Connection], Answer], is_fit: Callable[[Answer], bool]) -> None:
        """Go back to a replica that was left, if it answers `function` fit: not behind what the primary said since.

        Asks it every ten seconds at most.
        """
        if not self._absence.is_left or time.monotonic() < self._absence.ask_again_at:
            return
        self._absence.leave()
        with suppress(TransientError):
            self._absence.is_left = not is_fit(in_our_errors(lambda: self._read(self.replica, function)))

    def read(
        self,
        function: Callable[Concatenate[Connection, _Given], Answer],
        *args: _Given.args,
        **kwargs: _Given.kwargs,
    ) -> Answer:
        """Call `function(connection, …)`; all its statements see the same moment."""
        if self.reads_replica:
            try:
                answer = in_our_errors(lambda: self._read(self.replica, function, *args, **kwargs))
            except DatabaseAwayError:
                self._absence.leave()
            else:
                self.on_read(None)
                return answer
        return self.read_primary(function, *args, **kwargs)

    def read_primary(
        self,
        function: Callable[Concatenate[Connection, _Given], Answer],
        *args: _Given.args,
        **kwargs: _Given.kwargs,
    ) -> Answer:
        """As `read`, never from the replica: of what must not be behind."""
        try:
            answer = self._of_primary.call(
                lambda: self._read(self.primary, function, *args, **kwargs), self.seconds_left
            )
        except DatabaseAwayError:
            if self.snapshot is None or self.outage is None:
                raise
        else:
            self.on_read(None)
            return answer
        return self._read_snapshot(self.snapshot, lambda connection: function(connection, *args, **kwargs))

    def _read_snapshot(self, snapshot: SnapshotReads, function: Callable[[Connection], Answer]) -> Answer:
        def with_moment(connection: Connection) -> tuple[datetime, Answer]:
            return moment_of(connection), function(connection)

        moment, answer = snapshot.ask(lambda engine: self._read(engine, with_moment))
        self.on_read(moment)
        return answer

    def _read(
        self, engine: Engine, function: Callable[..., Answer], *args: object, **kwargs: object
    ) -> Answer:
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with (
            span("database.read", function=function.__name__),
            self._connected(engine, function).execution_options(**options) as connection,
        ):
            return function(connection, *args, **kwargs)

    def _connected(self, engine: Engine, function: Callable[..., Any]) -> Connection:
        begun = time.perf_counter()
        connection = engine.connect()
        connection.info[FUNCTION] = function.__name__
        for watcher in self._watchers:
            watcher.waited(time.perf_counter() - begun)
        return connection

    def write(
        self,
        function: Callable[Concatenate[Connection, _Given], Answer],
        *args: _Given.args,
        **kwargs: _Given.kwargs,
    ) -> Answer:
        """Call `function(connection, …)` in one transaction on the primary; nothing is written while it is away."""

        def once() -> Answer:
            with (
                span("database.write", function=function.__name__),
                self._connected(self.primary, function) as connection,
                connection.begin(),
            ):
                return function(connection, *args, **kwargs)

        try:
            return self._of_primary.call(once, self.seconds_left)
        except DatabaseAwayError as error:
            if self.snapshot is None:
                raise
            raise DatabaseAwayError(_NO_WRITES) from error

    def close(self) -> None:
        """Give back all connections."""
        self._of_primary.close()
        if self.snapshot is not None:
            self.snapshot.close()
        self.primary.dispose()
        self.replica.dispose()
