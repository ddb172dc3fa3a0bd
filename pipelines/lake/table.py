"""The events table: which version, which files, which columns, and what to read for a range of time."""

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Field, Schema, Transaction
from deltalake.schema import PrimitiveType
from deltalake.transaction import AddAction, RemoveAction

from core.errors import DataError
from pipelines.calendar.ranges import Ranges, union
from pipelines.duck import connect, identifier, literal, path_list
from pipelines.lake import quarter_hours
from pipelines.lake.files import BASE_COLUMNS, PARTITION, DataFile, data_file, duckdb_type

log = logging.getLogger(__name__)

CHANGES = "mdl_changes"
# the log is what says which periods are affected: keep it far longer than anyone waits between runs
_CONFIGURATION = {"delta.logRetentionDuration": "interval 3650 days"}
# commits of these change files or schema, never what a reader sees
_UPKEEP = {"CREATE TABLE", "ADD COLUMN", "OPTIMIZE", "VACUUM START", "VACUUM END"}


class Lake:
    """The Delta table of events, pinned at the version it was opened or last written at.

    One writer at a time: callers serialise `deliver`, `optimize` and `vacuum` by a lock of their own.
    `files_read` counts the Parquet files that scans were told to read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files_read = 0
        self._table: DeltaTable | None = None
        self._files: list[DataFile] | None = None
        self.refresh()

    def refresh(self) -> None:
        """Pin the newest version."""
        self._files = None
        exists = DeltaTable.is_deltatable(str(self.path))
        self._table = DeltaTable(str(self.path)) if exists else None

    def version(self) -> int | None:
        """Version of the table, None before the first delivery."""
        return self._table.version() if self._table else None

    def columns(self) -> frozenset[str]:
        """Names of all columns, base and `dim_`/`field_`."""
        if self._table is None:
            return frozenset()
        return frozenset(field.name for field in self._table.schema().fields)

    def events(self) -> list[str]:
        """Names of the events that have rows, sorted."""
        return sorted({file.event for file in self.files()})

    def files(self) -> list[DataFile]:
        """Every Parquet file of the pinned version."""
        if self._files is None:
            rows = pa.table(self._table.get_add_actions(flatten=True)).to_pylist() if self._table else []
            self._files = [data_file(row) for row in rows]
        return self._files

    def absolute(self, files: Iterable[DataFile]) -> list[str]:
        """Paths that DuckDB can open."""
        return [str(self.path / file.path) for file in files]

    # ---- what changed ---------------------------------------------------------------------------------

    def changes(self, since: int | None) -> dict[str, Ranges]:
        """Quarter hours whose live rows changed after version `since`, per event.

        None, a version that this table never had, or a log that no longer reaches back: the whole extent of
        every event.
        """
        version = self.version()
        if version is None or since == version:
            return {}
        texts = self._commit_texts(since, version)
        if texts is None:
            extents = ((event, self.extent(event)) for event in self.events())
            return {
                event: quarter_hours.to_instants([quarter_hours.around(*extent)])
                for event, extent in extents
                if extent
            }
        return quarter_hours.load(texts)

    def _commit_texts(self, since: int | None, version: int) -> list[str] | None:
        """Metadata of the commits after `since`, or None where they do not tell the whole story."""
        if since is None or since > version or self._table is None:
            return None
        commits = self._table.history(version - since)
        if {commit.get("version") for commit in commits} != set(range(since + 1, version + 1)):
            return None
        if any(CHANGES not in commit and commit.get("operation") not in _UPKEEP for commit in commits):
            return None
        return [str(commit[CHANGES]) for commit in commits if CHANGES in commit]

    def extent(self, event: str) -> tuple[datetime, datetime] | None:
        """First and last instant at which the event has a live row, both included; None without rows."""
        days = sorted({file.event_date for file in self.files() if file.event == event})
        first = self._edge(event, days, "min")
        last = self._edge(event, days[::-1], "max")
        return (first, last) if first and last else None

    def _edge(self, event: str, days: Sequence[date], function: str) -> datetime | None:
        with connect(None) as connection:
            for day in days:
                start = datetime(day.year, day.month, day.day, tzinfo=UTC)
                rows = self.scan(event, [(start, start + timedelta(days=1))], ["occurred_at"], count=False)
                found = connection.execute(
                    f"SELECT epoch_us({function}(occurred_at)) FROM ({rows})"
                ).fetchall()
                if found[0][0] is not None:
                    return quarter_hours.EPOCH + timedelta(microseconds=found[0][0])
        return None

    # ---- reading --------------------------------------------------------------------------------------

    def scan(
        self,
        event: str,
        ranges: Sequence[tuple[datetime, datetime]] | None,
        columns: Iterable[str],
        *,
        count: bool = True,
    ) -> str:
        """DuckDB SELECT of the live rows of `event` within half-open `ranges` (None: all of them).

        Only files of dates within the ranges are named; a column that no file has reads as NULL.
        """
        files = [file for file in self.files() if file.event == event and _touches(file.event_date, ranges)]
        if count:
            self.files_read += len(files)
            log.info("scan of %s reads %d files", event, len(files))
        wanted = list(dict.fromkeys(columns))
        needed = dict.fromkeys([*wanted, "occurred_at", "is_superseded"])
        nothing = ", ".join(f"NULL::{duckdb_type(name)} AS {identifier(name)}" for name in needed)
        rows = f"SELECT {nothing} WHERE false"
        if files:
            paths = path_list(self.absolute(files))
            source = f"read_parquet({paths}, union_by_name=true, hive_partitioning=false)"
            day = "(occurred_at AT TIME ZONE 'UTC')::DATE"
            rows += (
                f" UNION ALL BY NAME SELECT *, {literal(event)} AS event, {day} AS event_date FROM {source}"
            )
        selected = ", ".join(f"event.{identifier(name)}" for name in wanted) or "1 AS one"
        condition, join = _within(ranges)
        return f"SELECT {selected} FROM ({rows}) AS event{join} WHERE NOT event.is_superseded{condition}"

    # ---- writing --------------------------------------------------------------------------------------

    def delivered(self, file_id: str) -> int | None:
        """The delivery of a file that the table holds, None where it never held one."""
        return self._table.transaction_version(file_id) if self._table else None

    def ensure(self, columns: Iterable[str]) -> None:
        """Create the table, or add the `dim_` and `field_` columns that it lacks.

        Raises:
            DataError: a column differs only by case from one that is there.
        """
        if self._table is None:
            self.path.mkdir(parents=True, exist_ok=True)
            fields = [Field(name, PrimitiveType(kind)) for name, kind in BASE_COLUMNS.items()]
            self._table = DeltaTable.create(
                str(self.path),
                Schema(fields),
                partition_by=PARTITION,
                configuration=_CONFIGURATION,
                mode="ignore",
            )
        known = {name.casefold(): name for name in self.columns()}
        missing = []
        for name in sorted(set(columns)):
            if known.setdefault(name.casefold(), name) != name:
                raise DataError(
                    f"{name!r} differs only by case from {known[name.casefold()]!r}, which the lake has; "
                    "name the dimension or field in the source the same way"
                )
            if name not in self.columns():
                missing.append(
                    Field(name, PrimitiveType("double" if name.startswith("field_") else "string"))
                )
        if missing:
            self._table.alter.add_columns(missing)
            self.refresh()

    def commit(
        self,
        added: Sequence[AddAction],
        removed: Sequence[DataFile],
        changes: dict[str, quarter_hours.Spans],
        deliveries: dict[str, int],
    ) -> int:
        """Exchange files in one Delta commit that names the changed ranges; the table's new version."""
        if self._table is None:
            raise DataError(f"{self.path} is no table yet")
        now_ms = int(time.time() * 1000)
        gone = [
            RemoveAction(
                path=file.path,
                data_change=True,
                deletion_timestamp=now_ms,
                size=file.size,
                partition_values={"event": file.event, "event_date": file.event_date.isoformat()},
            )
            for file in removed
        ]
        properties = CommitProperties(
            custom_metadata={CHANGES: quarter_hours.dump(changes)},
            app_transactions=[Transaction(file_id, number) for file_id, number in deliveries.items()],
        )
        self._table.create_write_transaction(
            [*gone, *added], "append", self._table.schema(), PARTITION, commit_properties=properties
        )
        self.refresh()
        return self._table.version()

    def optimize(self) -> int:
        """Join small files of each partition; the number of files that went away."""
        if self._table is None:
            return 0
        outcome = self._table.optimize.compact()
        self.refresh()
        return int(outcome["numFilesRemoved"])

    def vacuum(self, retention: timedelta = timedelta(days=7)) -> int:
        """Delete files that no version younger than `retention` needs; their number."""
        deleted = self._vacuum(retention, dry_run=False)
        self.refresh()
        return len(deleted)

    def idle_files(self, retention: timedelta) -> list[str]:
        """The files that `vacuum` would delete; changes nothing."""
        return self._vacuum(retention, dry_run=True)

    def _vacuum(self, retention: timedelta, *, dry_run: bool) -> list[str]:
        if self._table is None:
            return []
        hours = int(retention.total_seconds() // 3600)
        return self._table.vacuum(hours, dry_run=dry_run, enforce_retention_duration=False, full=True)


def _touches(day: date, ranges: Sequence[tuple[datetime, datetime]] | None) -> bool:
    if ranges is None:
        return True
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return any(begin < start + timedelta(days=1) and end > start for begin, end in ranges)


def _within(ranges: Sequence[tuple[datetime, datetime]] | None) -> tuple[str, str]:
    """SQL condition and join that keep the rows within `ranges`."""
    if ranges is None:
        return "", ""
    if not ranges:
        return " AND false", ""
    spans = [(_instant(start), _instant(end)) for start, end in union(ranges)]
    # one comparison per range costs linear time per row; a join on sorted ranges does not
    if len(spans) > 32:
        values = ", ".join(f"({start}, {end})" for start, end in spans)
        join = f" ASOF JOIN (VALUES {values}) AS span(start_at, end_at) ON event.occurred_at >= span.start_at"
        low, high = spans[0][0], spans[-1][1]
        bounds = f" AND event.occurred_at >= {low} AND event.occurred_at < {high}"
        return f"{bounds} AND event.occurred_at < span.end_at", join
    terms = " OR ".join(f"(event.occurred_at >= {a} AND event.occurred_at < {b})" for a, b in spans)
    return f" AND ({terms})", ""


def _instant(instant: datetime) -> str:
    return f"TIMESTAMPTZ '{instant.astimezone(UTC).isoformat(sep=' ')}'"
