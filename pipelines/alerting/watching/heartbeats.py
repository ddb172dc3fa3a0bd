"""Heartbeats: each sensor notes when it last did its work, so that one that fails or stands still is noticed."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects.postgresql import insert

from pipelines.alerting.watching.findings import SENSOR_FAILING, Finding
from schemas.alerting.heartbeats import is_silent
from schemas.tables import heartbeats

_LONGEST_ERROR = 500


@contextmanager
def beating(engine: Engine, name: str, every_seconds: int, now: datetime) -> Iterator[None]:
    """Note whether the block did its work; what it raises goes on."""
    try:
        yield
    except Exception as error:
        _note(engine, name, every_seconds, now, f"{type(error).__name__}: {error}"[:_LONGEST_ERROR])
        raise
    _note(engine, name, every_seconds, now, None)


def _note(engine: Engine, name: str, every_seconds: int, now: datetime, error: str | None) -> None:
    stamp = "last_succeeded_at" if error is None else "last_failed_at"
    values = {"expected_every_seconds": every_seconds, stamp: now, "last_error": error}
    statement = insert(heartbeats).values(name=name, failures=0 if error is None else 1, **values)
    failures = 0 if error is None else heartbeats.c.failures + 1
    newer = {**values, "failures": failures}
    with engine.begin() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=newer))


def has_beaten(connection: Connection, name: str, since: datetime) -> bool:
    """Whether a sensor did its work then or later."""
    last = connection.scalar(select(heartbeats.c.last_succeeded_at).where(heartbeats.c.name == name))
    return last is not None and last >= since


def sick_sensors(connection: Connection, names: Collection[str], now: datetime) -> dict[str, Finding]:
    """Those of the sensors that are silent, with what to say of each."""
    found = {}
    for row in connection.execute(select(heartbeats).where(heartbeats.c.name.in_(names), is_silent(now))):
        last = row.last_succeeded_at
        if row.failures:
            why = f"failed {row.failures} times in a row: {row.last_error}"
        else:
            why = f"has done nothing since {last:%Y-%m-%d %H:%M:%S} UTC; it was stopped, or hangs"
        evidence = {"last_succeeded_at": last.isoformat() if last else None, "error": row.last_error}
        found[row.name] = Finding(SENSOR_FAILING, f"Sensor {row.name} {why}", "critical", evidence)
    return found
