"""Who may write the lake, and its nightly upkeep."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, text

from pipelines.lake.table import Lake

# any constant: who stages files or writes the lake holds it, so that two runs at once wait for each other
_LAKE_LOCK = 7_310_002
# runs that read an older version, and operators who look back, have this long
_RETENTION = timedelta(days=7)


@dataclass(frozen=True)
class Upkeep:
    """What upkeep did: small files joined into others, and files deleted that no recent version needs."""

    joined_files: int
    deleted_files: int


@contextmanager
def exclusive(engine: Engine) -> Iterator[None]:
    """Wait for, and hold, the right to stage files and to write the lake; a dead holder's right ends with it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": _LAKE_LOCK})
        try:
            yield
        finally:
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": _LAKE_LOCK})


def keep_up(engine: Engine, lake: Lake, retention: timedelta = _RETENTION) -> Upkeep:
    """Join the small files of each partition and delete what no version younger than `retention` needs."""
    with exclusive(engine):
        lake.refresh()
        return Upkeep(lake.optimize(), lake.vacuum(retention))
