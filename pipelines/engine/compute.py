"""The engine's entry point: computes a scope and writes `values.parquet`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.arrow_schemas import VALUES
from pipelines.calendar.periods import Calendar, from_us
from pipelines.calendar.ranges import Range
from pipelines.duck import connect
from pipelines.engine.failing_metrics import find_failing, may_be_of_a_formula
from pipelines.engine.plan import make_plans
from pipelines.engine.rows import EventLake
from pipelines.engine.run import Run
from pipelines.engine.scope import Scope
from schemas.documents.documents import Catalog
from schemas.formula.compiled import Compilation


@dataclass(frozen=True)
class Computed:
    """What one computation gave.

    `path` is a Parquet file in the shape of `VALUES`, one row per metric, grain, slice and period; `scope` is what the
    rows replace, which may have grown since it was asked for. `coverage` is the time of the last
    occurrence that counts, of every event that has one. `failed` are metrics that were to be computed and could not be,
    with the engine's words; neither rows nor scope have them.
    """

    path: Path
    scope: Scope
    row_count: int
    leaf_count: int
    files_read: int
    events_scanned: int
    coverage: dict[str, datetime]
    failed: Mapping[str, str] = field(default_factory=dict)

    @property
    def data_through(self) -> datetime | None:
        """Time of the last event that counts."""
        return max(self.coverage.values(), default=None)


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
    suspects: Collection[str] = (),
) -> Computed:
    """Compute every value of a scope from the lake; a metric that cannot be computed keeps no other from it.

    Args:
        lake: the events, at one version.
        compilation: the computed metrics, in dependency order.
        catalog: their documents.
        scope: which periods of which metrics.
        known_slices: published slices and their first period, as `SLICES`.
        carry_seeds: per slice of each metric that carries values forward and is computed in part, the last published
            value before the scope that is not null; at least the columns of `SEEDS`.
        as_of: events at or after it do not count; the newest period contains the instant before it.
        zone: the reporting zone.
        workdir: where `values.parquet` and what does not fit into memory are written.
        memory_limit: of DuckDB, such as 1GB.
        suspects: metrics that could not be computed the last time.

    Raises:
        duckdb.Error: no metric is to blame, or the machine is.
    """
    computation = _Computation(
        lake, compilation, catalog, known_slices, carry_seeds, as_of, zone, workdir, memory_limit
    )
    try:
        return computation.of(scope)
    except duckdb.Error as error:
        if not may_be_of_a_formula(error):
            raise
        metrics = {metric_id for metric_id, _ in scope.ranges}
        failed = find_failing(
            metrics,
            suspects,
            compilation,
            lambda some: computation.of(scope.without(metrics.difference(some))),
        )
        if not failed:
            raise
    return replace(computation.of(scope.without(failed)), failed=failed)


@dataclass(frozen=True)
class _Computation:
    """What `compute` is given but for the scope."""

    lake: EventLake
    compilation: Compilation
    catalog: Catalog
    known_slices: pa.Table
    carry_seeds: pa.Table
    as_of: datetime
    zone: ZoneInfo
    workdir: Path
    memory_limit: str

    def of(self, scope: Scope) -> Computed:
        """Compute a scope in a session of its own: an error may leave one behind that is good for nothing."""
        self.workdir.mkdir(parents=True, exist_ok=True)
        path = self.workdir / "values.parquet"
        calendar = Calendar(self.zone)
        events = sorted(
            {event for compiled in self.compilation.metrics.values() for event in compiled.events}
        )
        extents = {event: self.lake.extent(event) for event in events}
        files_before = self.lake.files_read
        with connect(self.workdir / "spill", self.memory_limit, is_ordered=False) as connection:
            _load(connection, scope, self.known_slices, self.carry_seeds)
            while True:
                plans = make_plans(self.compilation, self.catalog, scope, extents, calendar, self.as_of)
                with pq.ParquetWriter(path, VALUES, compression="zstd") as writer:
                    run = Run(connection, self.lake, calendar, self.as_of, writer)
                    for plan in plans:
                        run.compute(plan)
                    run.flush()
                if not run.missing:
                    break
                scope = scope.widened(run.missing)
            files_read = self.lake.files_read - files_before
            newest = {
                event: _newest(connection, self.lake, event, extents[event], self.as_of) for event in events
            }
        return Computed(
            path=path,
            scope=scope,
            row_count=run.row_count,
            leaf_count=run.leaf_count,
            files_read=files_read,
            events_scanned=run.events_scanned,
            coverage={event: instant for event, instant in newest.items() if instant is not None},
        )


def _load(
    connection: duckdb.DuckDBPyConnection, scope: Scope, known_slices: pa.Table, carry_seeds: pa.Table
) -> None:
    """Keep what is published as tables `known` and `seeds`; of metrics computed from the beginning nothing counts."""
    full = pa.table({"metric_id": pa.array(sorted(scope.full), pa.string())})
    connection.register("incoming_known", known_slices)
    connection.register("incoming_seeds", carry_seeds)
    connection.register("incoming_full", full)
    connection.execute(
        "CREATE TEMP TABLE known AS SELECT metric_id, grain, slice, epoch_us(first_period_start) AS first, "
        "array_to_string(list_transform(string_split(slice, ','), lambda part: split_part(part, '=', 1)), ',') "
        "AS slice_set FROM incoming_known ANTI JOIN incoming_full USING (metric_id)"
    )
    connection.execute("CREATE TEMP TABLE seeds AS SELECT metric_id, grain, slice, value FROM incoming_seeds")


def _newest(
    connection: duckdb.DuckDBPyConnection, lake: EventLake, event: str, extent: Range | None, as_of: datetime
) -> datetime | None:
    """Time of the event's last row before `as_of`, looked for from there backwards."""
    if extent is None or extent[0] >= as_of:
        return None
    if extent[1] < as_of:
        return extent[1]
    reach = timedelta(days=1)
    while True:
        begin = max(extent[0], as_of - reach)
        scan = lake.scan(event, [(begin, as_of)], ["occurred_at"])
        last = connection.execute(f"SELECT max(epoch_us(occurred_at)) FROM ({scan})").fetchall()[0][0]
        if last is not None:
            return from_us(last)
        if begin == extent[0]:
            return None
        reach *= 8
