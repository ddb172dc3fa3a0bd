"""The engine's entry point: computes a scope and writes `values.parquet`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.engine.aggregate import EventLake, EventLeaves, LeafTable
from pipelines.engine.calendar import MICROSECOND, Calendar, Range, from_us, to_us
from pipelines.engine.evaluate import Evaluation, in_ranges
from pipelines.engine.formulas import Formulas
from pipelines.engine.plan import Cell, Plan, Samples, make_plans
from pipelines.engine.ranges import Ranges, union
from pipelines.engine.scope import Scope
from pipelines.engine.sql import text
from schemas.catalog.documents import Catalog, Grain
from schemas.formula.compiled import Compilation

VALUES = pa.schema(
    [
        pa.field("metric_id", pa.string(), nullable=False),
        pa.field("grain", pa.string(), nullable=False),
        pa.field("slice", pa.string(), nullable=False),
        pa.field("period_start", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("period_end", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("is_complete", pa.bool_(), nullable=False),
        pa.field("value", pa.float64()),
        pa.field("numerator", pa.float64()),
        pa.field("denominator", pa.float64()),
        pa.field("sample_count", pa.int64(), nullable=False),
        pa.field("is_carried", pa.bool_(), nullable=False),
    ]
)
KNOWN_SLICES = pa.schema(
    [
        pa.field("metric_id", pa.string()),
        pa.field("grain", pa.string()),
        pa.field("slice", pa.string()),
        pa.field("first_period_start", pa.timestamp("us", tz="UTC")),
    ]
)
CARRY_SEEDS = pa.schema(
    [
        pa.field("metric_id", pa.string()),
        pa.field("grain", pa.string()),
        pa.field("slice", pa.string()),
        pa.field("value", pa.float64()),
    ]
)
# planning a query takes more than linear time in its columns
_BATCH = 50
_ROW_GROUP = 100_000
_PARTS = {"value": "v", "numerator": "u", "denominator": "w", "is_carried": "c"}


@dataclass(frozen=True)
class Computed:
    """What one computation gave.

    `path` is a Parquet file in the shape of `VALUES`, one row per metric, grain, slice and period; `scope` is what the
    rows replace, which may have grown since it was asked for.
    """

    path: Path
    scope: Scope
    row_count: int
    leaf_count: int
    files_read: int
    events_scanned: int
    data_through: datetime | None


def compute(
    lake: EventLake,
    compilation: Compilation,
    catalog: Catalog,
    scope: Scope,
    known_slices: pa.Table,
    carry_seeds: pa.Table,
    as_of: datetime,
    zone: ZoneInfo,
    workdir: Path,
    memory_limit: str = "1GB",
) -> Computed:
    """Compute every value of a scope from the lake.

    Args:
        lake: the events, at one version.
        compilation: the computed metrics, in dependency order.
        catalog: their documents.
        scope: which periods of which metrics.
        known_slices: published slices and their first period, as `KNOWN_SLICES`.
        carry_seeds: per carry metric, grain and slice the last published value that is not null before the scope
            begins, as `CARRY_SEEDS`.
        as_of: events at or after it do not count; the newest period contains it.
        zone: the reporting zone.
        workdir: where `values.parquet` and what does not fit into memory are written.
        memory_limit: of DuckDB, such as 1GB.
    """
    workdir.mkdir(parents=True, exist_ok=True)
    events = sorted({event for compiled in compilation.metrics.values() for event in compiled.events})
    extents = {event: lake.extent(event) for event in events}
    with _session(workdir, memory_limit) as connection:
        _load(connection, scope, known_slices, carry_seeds)
        while True:
            run = _Run(connection, lake, Calendar(zone), as_of)
            plans = make_plans(compilation, catalog, scope, extents, run.calendar, as_of)
            path = workdir / "values.parquet"
            with pq.ParquetWriter(path, VALUES, compression="zstd") as run.writer:
                for plan in plans:
                    run.compute(plan)
                run.flush()
            if not run.missing:
                break
            scope = scope.widened(run.missing)
        through = [_data_through(connection, lake, event, extents[event], as_of) for event in events]
    return Computed(
        path=path,
        scope=scope,
        row_count=run.row_count,
        leaf_count=run.leaf_count,
        files_read=lake.files_read,
        events_scanned=run.events_scanned,
        data_through=max((instant for instant in through if instant is not None), default=None),
    )


@contextmanager
def _session(workdir: Path, memory_limit: str) -> Iterator[duckdb.DuckDBPyConnection]:
    options = {
        "memory_limit": memory_limit,
        "temp_directory": str(workdir / "spill"),
        "preserve_insertion_order": "false",
    }
    connection = duckdb.connect(config=options)
    try:
        yield connection
    finally:
        connection.close()


def _load(
    connection: duckdb.DuckDBPyConnection, scope: Scope, known_slices: pa.Table, carry_seeds: pa.Table
) -> None:
    """Keep what is published as tables `known` and `seeds`; of metrics computed from the beginning nothing counts."""
    full = pa.table({"metric_id": pa.array(sorted(scope.full), pa.string())})
    for name, table in (
        ("incoming_known", known_slices),
        ("incoming_seeds", carry_seeds),
        ("incoming_full", full),
    ):
        connection.register(name, table)
    connection.execute(
        "CREATE TEMP TABLE known AS SELECT metric_id, grain, slice, epoch_us(first_period_start) AS first, "
        "array_to_string(list_transform(string_split(slice, ','), lambda part: split_part(part, '=', 1)), ',') "
        "AS slice_set FROM incoming_known ANTI JOIN incoming_full USING (metric_id)"
    )
    connection.execute("CREATE TEMP TABLE seeds AS SELECT metric_id, grain, slice, value FROM incoming_seeds")


def _data_through(
    connection: duckdb.DuckDBPyConnection, lake: EventLake, event: str, extent: Range | None, as_of: datetime
) -> datetime | None:
    """Time of the event's last row before `as_of`."""
    if extent is None or extent[0] >= as_of:
        return None
    if extent[1] < as_of:
        return extent[1]
    scan = lake.scan(event, [(extent[0], as_of)], ["occurred_at"])
    row = connection.execute(f"SELECT max(epoch_us(occurred_at)) FROM ({scan})").fetchone()
    return None if row is None or row[0] is None else from_us(row[0])


@dataclass
class _Run:
    """One pass over all plans."""

    connection: duckdb.DuckDBPyConnection
    lake: EventLake
    calendar: Calendar
    as_of: datetime
    missing: dict[tuple[str, str], Ranges] = field(default_factory=dict)
    row_count: int = 0
    leaf_count: int = 0
    events_scanned: int = 0
    pending: list[pa.RecordBatch] = field(default_factory=list)
    writer: pq.ParquetWriter = field(init=False)

    def compute(self, plan: Plan) -> None:
        """Compute one cohort, slice set by slice set."""
        by_event: dict[str, dict[Cell, dict]] = {}
        for cell in plan.cells:
            for event, uses in plan.uses(cell).items():
                by_event.setdefault(event, {})[cell] = uses
        events = [
            EventLeaves(self.connection, self.lake, plan, self.calendar, self.as_of, event, by_cell)
            for event, by_cell in by_event.items()
        ]
        formulas = Formulas(plan)
        for cell in sorted(plan.cells, key=lambda cell: cell[1]):
            if plan.published(cell):
                self._compute_cell(
                    formulas, cell, [table for leaves in events for table in leaves.tables(cell)]
                )
        for leaves in events:
            self.events_scanned += leaves.rows_scanned
            self.leaf_count += leaves.leaf_count
            leaves.drop()

    def _compute_cell(self, formulas: Formulas, cell: Cell, tables: list[LeafTable]) -> None:
        plan = formulas.plan
        self._spine(plan, cell, tables)
        alike: dict[tuple[Samples, Ranges], list[str]] = {}
        for metric_id in plan.published(cell):
            ranges = plan.scope.ranges[metric_id, cell[0].value]
            alike.setdefault((plan.samples[metric_id], ranges), []).append(metric_id)
        for (_, ranges), metrics in alike.items():
            for position in range(0, len(metrics), _BATCH):
                batch = metrics[position : position + _BATCH]
                evaluation = Evaluation(formulas, cell, tables, batch)
                self.connection.execute(f"CREATE OR REPLACE TEMP TABLE wide AS {evaluation.query('spine')}")
                if position == 0:
                    self._first_periods(cell, formulas.rows_of(batch[0]), ranges, metrics)
                self._write(evaluation, ranges)
        for table in tables:
            self.connection.execute(f"DROP TABLE {table.name}")

    def _spine(self, plan: Plan, cell: Cell, tables: list[LeafTable]) -> None:
        """Table `spine`: every slice of the cell at every period that some metric is evaluated at."""
        grain, slice_set = cell
        starts, ends = self._periods(
            grain, union(span for metric in plan.cells[cell] for span in plan.reads[metric, grain])
        )
        hours = (ends - starts) / 3_600_000_000
        days = [
            self.calendar.length_days(grain, from_us(a), from_us(b))
            for a, b in zip(starts.tolist(), ends.tolist())
        ]
        periods = pa.table(
            {
                "period_start": starts,
                "period_end": ends,
                "period_days": pa.array(days, pa.float64()),
                "period_hours": hours,
                "is_complete": ends <= to_us(self.as_of),
            }
        )
        self.connection.register("periods", periods)
        published = ", ".join(text(metric_id) for metric_id in plan.published(cell))
        slices = [f"SELECT slice FROM {table.name}" for table in tables]
        known = (
            f"SELECT slice FROM known WHERE grain = {text(grain.value)} AND slice_set = {text(','.join(slice_set))} "
            f"AND metric_id IN ({published})"
        )
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE spine AS SELECT * FROM ({' UNION '.join([*slices, known])}), periods"
        )
        self.connection.unregister("periods")

    def _periods(self, grain: Grain, ranges: Ranges) -> tuple[np.ndarray, np.ndarray]:
        bounds = [self.calendar.starts(grain, each) for each in ranges]
        return np.concatenate([each[:-1] for each in bounds]), np.concatenate([each[1:] for each in bounds])

    def _first_periods(self, cell: Cell, rows: str, ranges: Ranges, metrics: list[str]) -> None:
        """Table `firsts`: the period that each slice begins with; what the scope leaves open goes to `missing`.

        A slice begins with its first period that has rows. Where the scope moves that, periods between the old and the
        new beginning that lie outside of the scope must appear or vanish, and so be computed too.
        """
        grain, slice_set = cell
        named = ", ".join(text(metric_id) for metric_id in metrics)
        newest_end = to_us(self.calendar.cover(grain, (self.as_of - MICROSECOND, self.as_of))[1])
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE firsts AS SELECT slice, old, new, "
            f"CASE WHEN {in_ranges(ranges, 'old')} THEN new ELSE least(old, new) END AS first, "
            f"CASE WHEN old IS NULL THEN new WHEN {in_ranges(ranges, 'old')} OR new < old THEN least(old, new) END AS low, "
            f"CASE WHEN old IS NULL OR new IS NULL THEN {newest_end} ELSE greatest(old, new) END AS high FROM ("
            f"SELECT slice, min(period_start) FILTER (WHERE {rows} > 0 AND {in_ranges(ranges, 'period_start')}) AS new "
            f"FROM wide GROUP BY slice) LEFT JOIN ("
            f"SELECT slice, min(first) AS old FROM known WHERE grain = {text(grain.value)} "
            f"AND slice_set = {text(','.join(slice_set))} AND metric_id IN ({named}) GROUP BY slice) USING (slice)"
        )
        covered = " OR ".join(f"(low >= {to_us(begin)} AND high <= {to_us(end)})" for begin, end in ranges)
        low, high = self.connection.execute(
            f"SELECT min(low), max(high) FROM firsts WHERE low < high AND NOT ({covered})"
        ).fetchall()[0]
        if low is not None:
            for metric_id in metrics:
                key = (metric_id, grain.value)
                self.missing[key] = union([*self.missing.get(key, ()), (from_us(low), from_us(high))])

    def _write(self, evaluation: Evaluation, ranges: Ranges) -> None:
        """Turn the metrics' columns into rows, for periods in scope since their slice begins."""
        if self.missing:
            return
        metrics = evaluation.wanted
        stacked = {
            "metric_id": [text(metric_id) for metric_id in metrics],
            **{name: [evaluation.part(each, prefix) for each in metrics] for name, prefix in _PARTS.items()},
        }
        lists = [f"unnest([{', '.join(each)}]) AS {name}" for name, each in stacked.items()]
        rows = evaluation.formulas.rows_of(metrics[0])
        query = (
            f"SELECT slice, make_timestamptz(period_start) AS period_start, make_timestamptz(period_end) AS period_end, "
            f"is_complete, {rows} AS sample_count, {text(evaluation.cell[0].value)} AS grain, {', '.join(lists)} "
            f"FROM wide JOIN firsts USING (slice) "
            f"WHERE period_start >= first AND {in_ranges(ranges, 'period_start')}"
        )
        ordered = f"SELECT {', '.join(VALUES.names)} FROM ({query})"
        for batch in self.connection.sql(ordered).to_arrow_reader(_ROW_GROUP):
            self.row_count += batch.num_rows
            self.pending.append(pa.RecordBatch.from_arrays(batch.columns, schema=VALUES))
            if sum(each.num_rows for each in self.pending) >= _ROW_GROUP:
                self.flush()

    def flush(self) -> None:
        """Write what was computed so far."""
        if self.pending:
            self.writer.write_table(pa.Table.from_batches(self.pending, VALUES))
            self.pending.clear()
