"""Deliveries written as Python rows, and the lake's live rows read back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.duck import connect, literal
from pipelines.lake import AcceptedRows, Commit, Lake, deliver

DAY_ONE = datetime(2013, 1, 1, tzinfo=UTC)
INGESTED_AT = datetime(2013, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Event:
    """One row of a delivery; `minute` counts from 2013-01-01 00:00 UTC."""

    minute: int
    value: float
    key: str | None = None
    event: str = "order"


def give(
    lake: Lake,
    number: int,
    files: Mapping[str, Iterable[Event]],
    *,
    keyed: bool = False,
    source_id: str = "shop",
    replaces: Iterable[str] = (),
) -> Commit | None:
    """Deliver files as the delivery `number`."""
    rows = [
        f"({literal(file)}, {position}, {literal(row.event)}, TIMESTAMPTZ '2013-01-01 00:00:00+00' "
        f"+ INTERVAL ({row.minute}) MINUTE, {literal(row.key) if row.key else 'NULL'}, {row.value}::DOUBLE)"
        for file, events in files.items()
        for position, row in enumerate(events, 1)
    ]
    nothing = "('', 0, '', TIMESTAMPTZ '2013-01-01 00:00:00+00', NULL, 0.0)"
    columns = "file_id, row_number, event, occurred_at, unique_key, field_value"
    sql = f"SELECT * FROM (VALUES {', '.join(rows) or nothing}) AS t({columns})"
    delivery = AcceptedRows(
        source_id=source_id,
        files=dict.fromkeys(files, number),
        rows=sql if rows else f"{sql} WHERE false",
        is_keyed=keyed,
        ingested_at=INGESTED_AT,
        replaces=frozenset(replaces),
    )
    with connect(lake.path.parent / "spill") as connection:
        return deliver(lake, delivery, connection)


def live(lake: Lake, event: str = "order") -> list[tuple[int, float]]:
    """(minute, value) of the live rows of an event, sorted."""
    with connect(lake.path.parent / "spill") as connection:
        scan = lake.scan(event, None, ["occurred_at", "field_value"])
        sql = f"SELECT epoch_us(occurred_at), field_value FROM ({scan})"
        start = int(DAY_ONE.timestamp()) * 1_000_000
        return sorted(((us - start) // 60_000_000, value) for us, value in connection.execute(sql).fetchall())


def changed_quarters(lake: Lake, since: int | None, event: str = "order") -> set[int]:
    """Quarter hours since 2013-01-01 that `changes` names."""
    quarter = timedelta(minutes=15)
    return {
        number
        for start, end in lake.changes(since).get(event, [])
        for number in range((start - DAY_ONE) // quarter, (end - DAY_ONE) // quarter)
    }


def new_lake(folder: Path) -> Lake:
    return Lake(folder / "lake" / "events")
