"""The snapshot on disk as it is read while PostgreSQL is away; a process of its own keeps it beside the API's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from core.connections.breaker import Answer, in_our_errors, state_of
from core.errors import DatabaseAwayError

CONNECTIONS = 5
_NONE = "PostgreSQL does not answer, and there is no snapshot to read meanwhile; try again later"
_NOT_IN_IT = (
    "PostgreSQL does not answer, and the snapshot that is read meanwhile does not hold this; try again later"
)
_UNKNOWN = ("42P01", "42703")  # a table, a column


@dataclass
class SnapshotReads:
    """Where the snapshot is, and the connections on it, made when they are first needed.

    find: its URL, None while its server does not run. connect: makes an engine on a URL.
    """

    find: Callable[[], str | None]
    connect: Callable[[str], Engine]
    _engine: Engine | None = None

    def ask(self, call: Callable[[Engine], Answer]) -> Answer:
        """Call with an engine on the snapshot.

        Raises:
            DatabaseAwayError: there is no usable snapshot, or it does not hold what is asked for.
        """
        engine = self._engine or self._opened()
        try:
            return in_our_errors(lambda: call(engine))
        except DatabaseAwayError:
            self.close()  # its server may come back at another place
            raise
        except DBAPIError as error:
            if state_of(error) in _UNKNOWN:
                raise DatabaseAwayError(_NOT_IN_IT) from error
            raise

    def close(self) -> None:
        """Give back all connections."""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def _opened(self) -> Engine:
        url = self.find()
        if url is None:
            raise DatabaseAwayError(_NONE)
        self._engine = engine = self.connect(url)
        return engine


def moment_of(connection: Connection) -> datetime:
    """The moment that the snapshot is of.

    Raises:
        DatabaseAwayError: its first copy is not complete.
    """
    moment: datetime | None = connection.scalar(text("select taken_at from public.snapshot_state"))
    if moment is None:
        raise DatabaseAwayError(_NONE)
    return moment
