"""One delivery into the lake: the rows of a file take the place of what the file delivered before."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from pipelines.duck import connect, identifier, literal, path_list
from pipelines.lake.files import BASE_COLUMNS, DataFile, add_action, duckdb_type
from pipelines.lake.quarter_hours import Spans, from_quarters
from pipelines.lake.table import Lake

log = logging.getLogger(__name__)

_DAY = "(occurred_at AT TIME ZONE 'UTC')::DATE"
# the column `delivery` holds the arrival
_POSITION = "delivery::HUGEINT * 9223372036854775808 + row_number"


@dataclass(frozen=True)
class AcceptedRows:
    """The accepted rows of one or several files of a source.

    `files` maps each file to the number of its delivery, by which the lake knows what it holds; `arrivals` to when its
    bytes arrived, where that was before. Of rows with the same key the one that arrived last lives: the one of the
    highest arrival, then of the highest row number. `rows` is a DuckDB SELECT of file_id, row_number, event,
    occurred_at, unique_key (JSON text or null) and any `dim_…` (text) and `field_…` (double) columns.
    `replaces` names further files whose rows go away.
    """

    source_id: str
    files: Mapping[str, int]
    rows: str
    is_keyed: bool
    ingested_at: datetime
    replaces: frozenset[str] = field(default_factory=frozenset)
    arrivals: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Commit:
    """What a delivery did: rows now in the lake and superseded ones among them, per file; changed spans."""

    version: int
    row_counts: dict[str, int]
    superseded_counts: dict[str, int]
    changes: dict[str, Spans]


def deliver(lake: Lake, delivery: AcceptedRows, connection: DuckDBPyConnection) -> Commit | None:
    """Bring files into the lake in one Delta commit; None where the lake holds exactly them already.

    Only the lake's files that hold replaced rows, or rows whose superseding changes, are rewritten.

    Raises:
        DataError: a column of the rows differs only by case from one of the lake.
    """
    fresh = {file: number for file, number in delivery.files.items() if lake.delivered(file) != number}
    if not fresh:
        return None
    described = [name for name, *_ in connection.execute(f"DESCRIBE ({delivery.rows})").fetchall()]
    lake.ensure(name for name in described if name not in BASE_COLUMNS)
    return _Exchange(lake, delivery, connection, fresh, described).run()


class _Exchange:
    """The steps of one delivery; each reads what the one before left in temporary tables."""

    def __init__(
        self,
        lake: Lake,
        delivery: AcceptedRows,
        connection: DuckDBPyConnection,
        fresh: Mapping[str, int],
        described: Iterable[str],
    ) -> None:
        self.lake = lake
        self.delivery = delivery
        self.connection = connection
        self.fresh = fresh
        self.content = [name for name in described if name.startswith(("dim_", "field_"))]
        gone = {*fresh, *delivery.replaces}
        self.gone = sorted(file_id for file_id in gone if lake.delivered(file_id) is not None)

    def run(self) -> Commit:
        self._incoming()
        touched = self._touched()
        rivals = self._rivals(touched)
        self._heads(touched, rivals)
        self._flag(rivals)
        touched |= {path for (path,) in self._fetch("SELECT DISTINCT path FROM flags")}
        removed = [file for file in self.lake.files() if str(self.lake.path / file.path) in touched]
        copied = self._write(removed)
        changes = self._changes(removed, copied)
        counts = self._fetch(
            "SELECT file_id, count(*), count(*) FILTER (is_superseded) "
            f"FROM ({self._new_rows()}) GROUP BY file_id"
        )
        last = max(self.fresh.values())
        version = self.lake.commit(
            [add_action(self.lake.path, row) for row in copied],
            removed,
            changes,
            {**dict.fromkeys(self.delivery.replaces, last), **self.fresh},
        )
        log.info("version %d: %d files delivered, %d rewritten", version, len(self.fresh), len(removed))
        return Commit(
            version,
            dict.fromkeys(self.fresh, 0) | {file: rows for file, rows, _ in counts},
            dict.fromkeys(self.fresh, 0) | {file: superseded for file, _, superseded in counts},
            changes,
        )

    def _fetch(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def _incoming(self) -> None:
        """View `incoming`: the delivered rows with where they come from."""
        arrivals = {file: self.delivery.arrivals.get(file, number) for file, number in self.fresh.items()}
        files = ", ".join(f"({literal(file)}, {number}::BIGINT)" for file, number in arrivals.items())
        key = "unique_key" if self.delivery.is_keyed else "NULL::VARCHAR"
        ingested_at = self.delivery.ingested_at.astimezone(UTC).isoformat(sep=" ")
        columns = "".join(
            f", {identifier(name)}::{duckdb_type(name)} AS {identifier(name)}" for name in self.content
        )
        self.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW incoming AS SELECT event, {_DAY} AS event_date, occurred_at, "
            f"{literal(self.delivery.source_id)} AS source_id, file_id, row_number::BIGINT AS row_number, "
            f"delivery, {key} AS unique_key, TIMESTAMPTZ {literal(ingested_at)} AS ingested_at{columns} "
            f"FROM ({self.delivery.rows}) JOIN (VALUES {files}) AS file(file_id, delivery) USING (file_id)"
        )

    def _touched(self) -> set[str]:
        """Paths of the lake's files that hold rows of the replaced content."""
        files = [
            file
            for file in self.lake.files()
            if any(file.may_hold("file_id", file_id, file_id) for file_id in self.gone)
        ]
        if not files:
            return set()
        held = _read(self.lake.absolute(files))
        return {
            path for (path,) in self._fetch(f"SELECT DISTINCT filename FROM {held} WHERE {self._is_gone()}")
        }

    def _is_gone(self, table: str = "") -> str:
        return f"{table}file_id IN ({', '.join(map(literal, self.gone))})" if self.gone else "false"

    def _lost(self, touched: set[str]) -> str:
        """SELECT of the keys that replaced content had."""
        return f"SELECT unique_key FROM {_read(sorted(touched))} WHERE unique_key IS NOT NULL AND {self._is_gone()}"

    def _heads(self, touched: set[str], rivals: list[DataFile]) -> None:
        """Table `heads`: the keys that come or go, each with the last of its new rows (null where it only goes).

        One row a key, whatever number of rows have it: what follows joins with these and with no other. Of keys that
        nothing in the lake can have, only those that several new rows have matter.
        """
        heads = (
            f"SELECT unique_key, max({_POSITION}) AS position, count(*) AS number FROM incoming "
            "WHERE unique_key IS NOT NULL GROUP BY unique_key"
        )
        if not rivals:
            heads += " HAVING count(*) > 1"
        elif touched:
            heads = (
                "SELECT unique_key, max(position) AS position, sum(number) AS number "
                f"FROM ({heads} UNION ALL SELECT DISTINCT unique_key, NULL::HUGEINT, 0 "
                f"FROM ({self._lost(touched)})) GROUP BY unique_key"
            )
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE heads AS {heads}")

    def _flag(self, rivals: list[DataFile]) -> None:
        """Table `latest`: the place of the row that lives, of keys with several rows, or whose other rows went.

        Table `flags`: rows of the lake whose superseding changes; at most two a key.
        """
        held = ""
        if rivals:
            held = (
                f"(SELECT filename AS path, file_id, row_number, unique_key, is_superseded, {_POSITION} AS place "
                f"FROM {_read(self.lake.absolute(rivals))} "
                f"WHERE source_id = {literal(self.delivery.source_id)} AND NOT ({self._is_gone()}))"
            )
        others = (
            " UNION ALL SELECT unique_key, max(place), count(*), bool_or(is_superseded) "
            f"FROM {held} SEMI JOIN heads USING (unique_key) GROUP BY unique_key"
        )
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE latest AS SELECT unique_key, max(position) AS position FROM ("
            "SELECT unique_key, position, number, false AS was_superseded FROM heads"
            f"{others if held else ''}) GROUP BY unique_key HAVING sum(number) > 1 OR bool_or(was_superseded)"
        )
        nothing = (
            "SELECT NULL::VARCHAR AS path, NULL::VARCHAR AS file_id, NULL::BIGINT AS row_number, "
            "NULL::BOOLEAN AS is_superseded WHERE false"
        )
        changed = (
            "SELECT path, file_id, row_number, place <> position AS is_superseded "
            f"FROM {held} JOIN latest USING (unique_key) WHERE (place <> position) <> is_superseded"
        )
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE flags AS {changed if held else nothing}")

    def _rivals(self, touched: set[str]) -> list[DataFile]:
        """Files that may hold rows of this source with one of the keys that come or go."""
        source_id = self.delivery.source_id
        files = [file for file in self.lake.files() if file.may_hold("source_id", source_id, source_id)]
        if not files:
            return []
        keys = "SELECT unique_key FROM incoming" + (f" UNION ALL {self._lost(touched)}" if touched else "")
        low, high = self._fetch(f"SELECT min(unique_key), max(unique_key) FROM ({keys})")[0]
        return [] if low is None else [file for file in files if file.may_hold("unique_key", low, high)]

    def _new_rows(self) -> str:
        if not self.delivery.is_keyed:
            return "SELECT *, false AS is_superseded FROM incoming"
        return (
            f"SELECT incoming.*, coalesce({_POSITION} <> latest.position, false) AS is_superseded "
            "FROM incoming LEFT JOIN latest USING (unique_key)"
        )

    def _kept_rows(self, removed: list[DataFile]) -> str:
        """Rows of the rewritten files that stay, flagged anew."""
        events = {self.lake.path / file.path: file.event for file in removed}
        return (
            "SELECT kept.* EXCLUDE (filename) "
            "REPLACE (coalesce(flags.is_superseded, kept.is_superseded) AS is_superseded), "
            f"place.event, {_DAY} AS event_date FROM {_read(self.lake.absolute(removed))} AS kept "
            f"JOIN {_places(events)} AS place ON place.path = kept.filename "
            "LEFT JOIN flags ON flags.path = kept.filename AND flags.file_id = kept.file_id "
            f"AND flags.row_number = kept.row_number WHERE NOT ({self._is_gone('kept.')})"
        )

    def _write(self, removed: list[DataFile]) -> list[tuple[Any, ...]]:
        """Write the new files next to the old ones; nobody sees them before the commit."""
        rows = self._new_rows()
        if removed:
            rows += f" UNION ALL BY NAME {self._kept_rows(removed)}"
        return self._fetch(
            f"COPY ({rows}) TO {literal(str(self.lake.path))} (FORMAT parquet, COMPRESSION zstd, "
            "PARTITION_BY (event, event_date), OVERWRITE_OR_IGNORE, FILENAME_PATTERN 'part-{uuid}', "
            "RETURN_STATS)"
        )

    def _changes(self, removed: list[DataFile], copied: list[tuple[Any, ...]]) -> dict[str, Spans]:
        """Quarter hours whose live rows differ: those of every new row, where nothing was rewritten."""
        rewritten = {(file.event, str(file.event_date)) for file in removed}
        fresh = f"SELECT event, event_date, occurred_at FROM ({self._new_rows()}) WHERE NOT is_superseded"
        if not rewritten:
            return from_quarters(self._quarters(fresh))
        days = ", ".join(f"({literal(event)}, DATE {literal(day)})" for event, day in sorted(rewritten))
        before = {
            self.lake.path / file.path: file.event
            for file in self.lake.files()
            if (file.event, str(file.event_date)) in rewritten
        }
        after = {path: event for path, event in before.items() if path not in self._paths(removed)} | {
            Path(name): keys["event"]
            for name, _, _, _, _, keys, *_ in copied
            if (keys["event"], keys["event_date"]) in rewritten
        }
        return from_quarters(
            self._quarters(
                f"SELECT * FROM ({fresh}) ANTI JOIN (VALUES {days}) AS d(event, event_date) "
                "USING (event, event_date)"
            )
            | self._quarters(self._difference(self._live(before), self._live(after)))
        )

    def _paths(self, files: list[DataFile]) -> set[Path]:
        return {self.lake.path / file.path for file in files}

    def _quarters(self, rows: str) -> set[tuple[str, int]]:
        return set(
            self._fetch(f"SELECT DISTINCT event, floor(epoch_us(occurred_at) / 9e8)::BIGINT FROM ({rows})")
        )

    def _difference(self, then: str, now: str) -> str:
        return f"(({then}) EXCEPT ({now})) UNION (({now}) EXCEPT ({then}))"

    def _live(self, files: dict[Path, str]) -> str:
        """Live rows of files as (event, occurred_at, position, digest): equal where readers see no change.

        Rows of one instant keep their order, which FIRST and LAST go by; the file a row came from counts only
        where it decides that order.
        """
        columns = sorted(name for name in self.lake.columns() if name not in BASE_COLUMNS)
        values = "".join(f", {identifier(name)}" for name in columns)
        nothing = "".join(f", NULL::{duckdb_type(name)} AS {identifier(name)}" for name in columns)
        base = "NULL::VARCHAR AS path, NULL::TIMESTAMPTZ AS occurred_at, NULL::VARCHAR AS file_id"
        rows = f"SELECT {base}, NULL::BIGINT AS row_number, true AS is_superseded{nothing} WHERE false"
        if files:
            rows += f" UNION ALL BY NAME SELECT * RENAME (filename AS path) FROM {_read(map(str, files))}"
        tied = "count(*) OVER (PARTITION BY event, occurred_at) > 1"
        return (
            "SELECT event, occurred_at, row_number() OVER instant AS position, "
            f"hash(CASE WHEN {tied} THEN file_id END{values}) AS digest "
            f"FROM ({rows}) AS live JOIN {_places(files)} USING (path) WHERE NOT is_superseded "
            "WINDOW instant AS (PARTITION BY event, occurred_at ORDER BY file_id, row_number)"
        )


def superseded_counts(lake: Lake, spill: Path, memory_limit: str, file_ids: Sequence[str]) -> dict[str, int]:
    """How many superseded rows the lake holds of each of the files."""
    wanted = [file for file in lake.files() if any(file.may_hold("file_id", one, one) for one in file_ids)]
    counts = dict.fromkeys(file_ids, 0)
    if wanted:
        with connect(spill, memory_limit) as connection:
            named = ", ".join(map(literal, file_ids))
            counts |= dict(
                connection.execute(
                    f"SELECT file_id, count(*) FROM {_read(lake.absolute(wanted))} "
                    f"WHERE is_superseded AND file_id IN ({named}) GROUP BY file_id"
                ).fetchall()
            )
    return counts


def _places(files: Mapping[Path, str]) -> str:
    """Which event each file belongs to: the files themselves hold no partition columns."""
    rows = ", ".join(f"({literal(str(path))}, {literal(event)})" for path, event in files.items())
    return f"(SELECT * FROM (VALUES {rows or '(NULL, NULL)'}) AS place(path, event))"


def _read(paths: Iterable[str]) -> str:
    return f"read_parquet({path_list(paths)}, union_by_name=true, hive_partitioning=false, filename=true)"
