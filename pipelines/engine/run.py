"""One pass over a scope: from events to rows of values, cell by cell (a grain and a slice set)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.arrow_schemas import VALUES
from pipelines.calendar.periods import MICROSECOND, Calendar, from_us, to_us
from pipelines.calendar.ranges import Range, Ranges, union
from pipelines.duck import literal
from pipelines.engine.additive import EventLeaves
from pipelines.engine.buckets import coarsest, frames
from pipelines.engine.evaluate import WideQuery, of_cell
from pipelines.engine.formulas import Formulas
from pipelines.engine.holistic import LeafTable
from pipelines.engine.plan import Cell, Plan, Samples, Use, WindowKey
from pipelines.engine.rows import EventLake, EventRows
from pipelines.engine.sql import in_ranges
from schemas.documents.documents import Grain
from schemas.formula.leaves import Leaf

_PARTS = {"value": "v", "numerator": "u", "denominator": "w", "is_carried": "c"}
# planning a query takes more than linear time in its columns
_BATCH = 50
_ROW_GROUP = 100_000

Needs = Mapping[Cell, Mapping[Use, tuple[Leaf, Ranges]]]


@dataclass
class Run:
    """Computes plans and writes their rows; where the scope proves too small, `missing` says what it lacks."""

    connection: duckdb.DuckDBPyConnection
    lake: EventLake
    calendar: Calendar
    as_of: datetime
    writer: pq.ParquetWriter
    missing: dict[tuple[str, str], Ranges] = field(default_factory=dict)
    row_count: int = 0
    leaf_count: int = 0
    events_scanned: int = 0
    serial: int = 0
    pending: list[pa.RecordBatch] = field(default_factory=list)

    def compute(self, plan: Plan) -> None:
        """Compute one cohort, slice set by slice set."""
        by_event: dict[str, dict[Cell, Mapping[Use, tuple[Leaf, Ranges]]]] = {}
        for cell in plan.cells:
            for event, uses in plan.uses(cell).items():
                by_event.setdefault(event, {})[cell] = uses
        events = [self._leaves(event, needs) for event, needs in by_event.items()]
        formulas = Formulas(plan)
        for cell in sorted(plan.cells, key=lambda cell: cell[1]):
            if plan.published(cell):
                self._compute_cell(formulas, cell, events)
        for leaves in events:
            self.events_scanned += int(leaves.histogram.count.sum())
            self.leaf_count += leaves.leaf_count
            leaves.rows.drop()

    def flush(self) -> None:
        """Write what was computed so far."""
        if self.pending:
            self.writer.write_table(pa.Table.from_batches(self.pending, VALUES))
            self.pending.clear()

    def _leaves(self, event: str, needs: Needs) -> EventLeaves:
        needed: dict[tuple[Grain, WindowKey], list[Range]] = {}
        for (grain, _), uses in needs.items():
            for (_, window), (_, ranges) in uses.items():
                needed.setdefault((grain, window), []).extend(ranges)
        found = {
            (grain, window): frames(self.calendar, grain, union(ranges), window)
            for (grain, window), ranges in needed.items()
        }
        self.serial += 1
        rows = EventRows(
            connection=self.connection,
            lake=self.lake,
            event=event,
            as_of=self.as_of,
            dimensions=sorted({name for _, slice_set in needs for name in slice_set}),
            buckets=coarsest(self.calendar, found),
            prefix=f"event_{self.serial}",
        )
        return EventLeaves(rows, needs, found)

    def _compute_cell(self, formulas: Formulas, cell: Cell, events: Sequence[EventLeaves]) -> None:
        plan = formulas.plan
        made = [(leaves.rows, table) for leaves in events for table in leaves.tables(cell)]
        tables = [table for _, table in made]
        self._spine(plan, cell, tables)
        alike: dict[tuple[Samples, Ranges], list[str]] = {}
        for metric_id in plan.published(cell):
            ranges = plan.scope.ranges[metric_id, cell[0].value]
            alike.setdefault((plan.samples[metric_id], ranges), []).append(metric_id)
        for (_, ranges), metrics in alike.items():
            for position in range(0, len(metrics), _BATCH):
                wide_query = WideQuery(formulas, cell, tables, metrics[position : position + _BATCH])
                self.connection.execute(f"CREATE OR REPLACE TEMP TABLE wide AS {wide_query.query('spine')}")
                if position == 0:
                    self._first_periods(cell, formulas.rows_of(metrics[0]), ranges, metrics)
                if not self.missing:
                    self._write(wide_query, ranges)
        for rows, table in made:
            rows.drop(table.name)

    def _spine(self, plan: Plan, cell: Cell, tables: Sequence[LeafTable]) -> None:
        """Table `spine`: every slice of the cell at every period that some metric is evaluated at."""
        grain = cell[0]
        spans = union(span for metric_id in plan.cells[cell] for span in plan.reads[metric_id, grain])
        periods = frames(self.calendar, grain, spans, None)
        table = pa.table(
            {
                "period_start": periods.begin,
                "period_end": periods.end,
                "period_days": self.calendar.lengths(grain, periods.begin, periods.end),
                "period_hours": (periods.end - periods.begin) / 3_600_000_000,
                "is_complete": periods.end <= to_us(self.as_of),
            }
        )
        slices = [f"SELECT slice FROM {table.name}" for table in tables]
        slices.append(f"SELECT slice FROM known WHERE {of_cell(cell, plan.published(cell))}")
        self.connection.register("periods", table)
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE spine AS SELECT * FROM ({' UNION '.join(slices)}), periods"
        )
        self.connection.unregister("periods")

    def _first_periods(self, cell: Cell, rows: str, ranges: Ranges, metrics: Sequence[str]) -> None:
        """Table `firsts`: the period that each slice begins with; what the scope leaves open goes to `missing`.

        A slice begins with its first period that has rows. Where the scope moves that, periods between the old and the
        new beginning that lie outside of the scope must appear or vanish, and so be computed too. Metrics of the same
        events, windows and scope have the same slices.
        """
        grain = cell[0]
        newest_end = to_us(self.calendar.cover(grain, (self.as_of - MICROSECOND, self.as_of))[1])
        was_within = in_ranges(ranges, "old")
        new = f"min(period_start) FILTER (WHERE {rows} > 0 AND {in_ranges(ranges, 'period_start')})"
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE firsts AS SELECT slice, "
            f"CASE WHEN {was_within} THEN new ELSE least(old, new) END AS first, "
            f"CASE WHEN old IS NULL OR {was_within} OR new < old THEN least(old, new) END AS low, "
            f"CASE WHEN old IS NULL OR new IS NULL THEN {newest_end} "
            f"ELSE least(greatest(old, new), {newest_end}) END AS high "
            f"FROM (SELECT slice, {new} AS new FROM wide GROUP BY slice) LEFT JOIN (SELECT slice, min(first) AS old "
            f"FROM known WHERE {of_cell(cell, metrics)} GROUP BY slice) USING (slice)"
        )
        covered = [f"(low >= {to_us(begin)} AND high <= {to_us(end)})" for begin, end in ranges]
        low, high = self.connection.execute(
            f"SELECT min(low), max(high) FROM firsts WHERE low < high AND NOT ({' OR '.join(covered)})"
        ).fetchall()[0]
        if low is not None:
            for metric_id in metrics:
                key = (metric_id, grain.value)
                self.missing[key] = union([*self.missing.get(key, ()), (from_us(low), from_us(high))])

    def _write(self, wide_query: WideQuery, ranges: Ranges) -> None:
        """Turn the metrics' columns into rows, for periods in scope since their slice begins."""
        metrics = wide_query.wanted
        stacked = {
            name: [wide_query.part(each, prefix) for each in metrics] for name, prefix in _PARTS.items()
        }
        stacked["metric_id"] = [literal(metric_id) for metric_id in metrics]
        columns = {
            **{name: f"unnest([{', '.join(each)}])" for name, each in stacked.items()},
            "grain": literal(wide_query.cell[0].value),
            "slice": "slice",
            "period_start": "make_timestamptz(period_start)",
            "period_end": "make_timestamptz(period_end)",
            "is_complete": "is_complete",
            "sample_count": wide_query.formulas.rows_of(metrics[0]),
        }
        query = (
            f"SELECT {', '.join(f'{columns[name]} AS {name}' for name in VALUES.names)} FROM wide "
            f"JOIN firsts USING (slice) WHERE wide.period_start >= first AND {in_ranges(ranges, 'wide.period_start')}"
        )
        for batch in self.connection.sql(query).to_arrow_reader(_ROW_GROUP):
            self.row_count += batch.num_rows
            self.pending.append(pa.RecordBatch.from_arrays(batch.columns, schema=VALUES))
            if sum(each.num_rows for each in self.pending) >= _ROW_GROUP:
                self.flush()
