"""What `data_retention` lets go: how long metrics keep each kind of event, and what is older. Removes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from pipelines.calendar.ranges import BEGINNING
from pipelines.duck import connect, path_list
from pipelines.lake import Lake
from pipelines.versioned_catalog import Versioned
from schemas.documents.documents import Catalog
from schemas.documents.durations import retention_days
from schemas.formula.compiled import Compilation


@dataclass(frozen=True)
class Retention:
    """How long events of a kind are kept.

    `metrics` read it, themselves or by way of others; `keeping` are those of them that state no readable length, of
    which one is enough to keep it for ever, as does nobody reading it: then `days` and `before` are None. `past` are
    rows of the lake, superseded ones too, that happened earlier than `before`, a local midnight in UTC.
    """

    event: str
    metrics: tuple[str, ...] = ()
    keeping: tuple[str, ...] = ()
    days: int | None = None
    before: datetime | None = None
    past: int = 0


def retentions(
    events: Iterable[str], compilation: Compilation, catalog: Catalog, as_of: datetime, zone: ZoneInfo
) -> list[Retention]:
    """What the catalog says of each kind, for the longest of its metrics; nothing is counted yet."""
    found = []
    for event in events:
        readers = [name for name in compilation.order if event in compilation.metrics[name].events]
        stated = {name: retention_days(catalog.metrics[name].data.data_retention) for name in readers}
        lengths = [days for days in stated.values() if days is not None]
        keeping = tuple(name for name, days in stated.items() if days is None)
        days = max(lengths) if lengths and not keeping else None
        before = None if days is None else days_before(as_of, days, zone)
        found.append(Retention(event, tuple(readers), keeping, days, before))
    return found


def days_before(as_of: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Midnight with which the local day begins that lies `days` before that of `as_of`, in UTC."""
    today = as_of.astimezone(zone).date()
    # a year more than the calendar has is left for the way from local time to UTC
    if days > today.toordinal() - 366:
        return BEGINNING
    return datetime.combine(today - timedelta(days=days), time(), tzinfo=zone).astimezone(UTC)


def past_retention(lake: Lake, current: Versioned, as_of: datetime, zone: ZoneInfo) -> list[Retention]:
    """Every kind of event in the lake, with how many of its rows no metric may keep longer."""
    found = retentions(lake.events(), current.compilation, current.catalog, as_of, zone)
    with connect(None) as connection:
        return [
            replace(one, past=_count(lake, connection, one.event, one.before)) if one.before else one
            for one in found
        ]


def _count(lake: Lake, connection: DuckDBPyConnection, event: str, before: datetime) -> int:
    """Rows of an event that happened earlier; only files of the day that holds `before` are read."""
    day = before.date()
    files = [file for file in lake.files() if file.event == event and file.event_date <= day]
    edge = [file for file in files if file.event_date == day]
    rows = sum(file.row_count for file in files if file.event_date < day)
    if not edge:
        return rows
    found = connection.execute(
        f"SELECT count(*) FROM read_parquet({path_list(lake.absolute(edge))}) WHERE occurred_at < ?", [before]
    ).fetchall()
    return rows + int(found[0][0])
