"""Suites of computed values, examined before they are published."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
from sqlalchemy import Connection, Engine, and_, or_, select

from pipelines import duck
from pipelines.calendar.ranges import ALWAYS, Range
from pipelines.publish.scope import as_table
from pipelines.suites import EXAMPLES, Suite, SuiteVerdict
from pipelines.waiting_values import WaitingValues, waiting
from pipelines.workspace import Workspace
from schemas.documents.documents import Grain
from schemas.rounding import same_sql
from schemas.tables import metric_values

_ROW = "metric_id, grain, slice, period_start"
_COARSENESS = [grain.value for grain in Grain]
_SUMMED = frozenset({"count", "sum"})
# of a quotient and of its parts, which are rounded apart
_TOLERANCE = "1e-9"


@dataclass(frozen=True)
class Values:
    """Computed values that wait for publication: relation `v`, and `scope` with the ranges that they stand for."""

    connection: duckdb.DuckDBPyConnection
    found: WaitingValues
    engine: Engine

    def verdict(self, broken: str) -> SuiteVerdict:
        """A verdict of one SELECT that returns what is broken."""
        count = self.connection.execute(f"SELECT count(*) FROM ({broken})").fetchall()[0][0]
        rows = self.connection.sql(f"SELECT * FROM ({broken}) ORDER BY ALL LIMIT {EXAMPLES}")
        metrics = self.connection.execute(f"SELECT DISTINCT metric_id FROM ({broken})").fetchall()
        return SuiteVerdict(
            count,
            tuple(rows.to_arrow_reader().read_all().to_pylist()),
            metrics=frozenset(row[0] for row in metrics),
        )


@contextmanager
def waiting_values(workspace: Workspace) -> Iterator[Values | None]:
    """The values that wait for publication; None where there are none, and so nothing to object to."""
    found = waiting(workspace.engine, workspace.workdir)
    if found is None:
        yield None
        return
    with duck.connect(workspace.workdir / "spill", workspace.settings.memory_limit) as connection:
        path = duck.literal(str(found.computed.path))
        connection.execute(f"CREATE VIEW v AS SELECT * FROM read_parquet({path})")
        connection.register("scope", as_table(found.computed.scope.ranges))
        yield Values(connection, found, workspace.engine)


def _finite(values: Values) -> SuiteVerdict:
    odd = " OR ".join(f"NOT isfinite({name})" for name in ("value", "numerator", "denominator"))
    return values.verdict(f"SELECT {_ROW}, value, numerator, denominator FROM v WHERE {odd}")


def _ratios(values: Values) -> SuiteVerdict:
    """A quotient is its parts, times the one constant that the formula multiplies by."""
    exact = [
        metric_id
        for metric_id, compiled in values.found.current.compilation.metrics.items()
        if compiled.denominator is not None
        and all(node.key != "round" for node in compiled.expression.walk())
    ]
    columns = f"{_ROW}, value, numerator, denominator"
    return values.verdict(
        f"WITH ratio AS (SELECT {columns}, value * denominator / numerator AS factor FROM v "
        f"WHERE sample_count > 0 AND NOT is_carried AND denominator IS NOT NULL AND metric_id IN {_listed(exact)}) "
        f"SELECT {columns} FROM ratio "
        "JOIN (SELECT metric_id, median(factor) AS usual FROM ratio "
        "WHERE numerator <> 0 AND denominator <> 0 GROUP BY metric_id) USING (metric_id) "
        "WHERE (denominator = 0 AND value IS NOT NULL) OR (denominator <> 0 AND numerator = 0 AND value <> 0) "
        f"OR (denominator <> 0 AND numerator <> 0 AND NOT abs(factor - usual) <= {_TOLERANCE} * abs(usual))"
    )


def _totals(values: Values) -> SuiteVerdict:
    """Rows of the slices of one dimension are the total's rows; of what adds up, so are the values."""
    summed = [
        metric_id
        for metric_id, compiled in values.found.current.compilation.metrics.items()
        if compiled.expression.key == "column"
        and compiled.leaves
        and compiled.leaves[0].aggregate in _SUMMED
        and values.found.current.catalog.metrics[metric_id].definition.null_policy == "unknown"
    ]
    return values.verdict(
        "WITH parts AS (SELECT metric_id, grain, period_start, split_part(slice, '=', 1) AS dimension, "
        "sum(sample_count) AS rows_of_slices, fsum(value) AS sum_of_slices, sum(abs(value)) AS size FROM v "
        "WHERE slice <> '' AND NOT contains(slice, ',') GROUP BY ALL) "
        "SELECT metric_id, grain, period_start, dimension, sample_count, rows_of_slices, value, sum_of_slices "
        "FROM v JOIN parts USING (metric_id, grain, period_start) WHERE slice = '' AND ("
        f"sample_count <> rows_of_slices OR (metric_id IN {_listed(summed)} AND NOT is_carried "
        f"AND NOT {same_sql('coalesce(value, 0)', 'coalesce(sum_of_slices, 0)', 'coalesce(size, 0)')}))"
    )


def _dense(values: Values) -> SuiteVerdict:
    """Within one computed range each period begins where the one before ended, and lasts."""
    return values.verdict(
        f"SELECT {_ROW}, period_end, following FROM ("
        f"SELECT {_ROW}, period_end, lead(period_start) OVER slices AS following "
        "FROM v JOIN scope USING (metric_id, grain) WHERE period_start >= low AND period_start < high "
        "WINDOW slices AS (PARTITION BY metric_id, grain, slice, low ORDER BY period_start)) "
        "WHERE following <> period_end OR period_end <= period_start"
    )


def _present(values: Values) -> SuiteVerdict:
    """A metric whose definition stands and whose rows all go has lost its data; computing in full says it is meant.

    One that was held back is computed from the beginning by itself, which says nothing.
    """
    scope = values.found.computed.scope
    meant = scope.full - values.found.held_before
    kept = values.connection.execute("SELECT DISTINCT metric_id FROM v WHERE sample_count > 0").fetchall()
    suspects = {metric_id for metric_id, _ in scope.ranges} - meant - {row[0] for row in kept}
    if not suspects:
        return SuiteVerdict(0)
    coarsest = {
        metric_id: max((grain for name, grain in scope.ranges if name == metric_id), key=_COARSENESS.index)
        for metric_id in suspects
    }
    with values.engine.connect() as connection:
        lost = [
            metric_id
            for metric_id, grain in sorted(coarsest.items())
            if _loses_all(
                connection,
                metric_id,
                grain,
                [ALWAYS] if metric_id in scope.full else scope.ranges[metric_id, grain],
            )
        ]
    examples = tuple({"metric_id": metric_id} for metric_id in lost[:EXAMPLES])
    return SuiteVerdict(len(lost), examples, metrics=frozenset(lost))


def _loses_all(connection: Connection, metric_id: str, grain: str, replaced: Iterable[Range]) -> bool:
    """Whether rows with data are published within the replaced ranges, and none outside of them."""
    table = metric_values
    start = table.c.period_start
    is_replaced = or_(*(and_(start >= low, start < high) for low, high in replaced))
    rows = select(is_replaced).where(
        table.c.metric_id == metric_id, table.c.grain == grain, table.c.slice == "", table.c.sample_count > 0
    )
    return connection.execute(rows.distinct()).scalars().all() == [True]


def _listed(metric_ids: Iterable[str]) -> str:
    """The ids as a SQL list for IN; one that matches nothing where there are none."""
    quoted = [duck.literal(metric_id) for metric_id in metric_ids]
    return f"({', '.join(quoted) or 'NULL'})"


def _where_any(suite: Callable[[Values], SuiteVerdict]) -> Callable[[Values | None], SuiteVerdict]:
    return lambda values: SuiteVerdict(0) if values is None else suite(values)


# they block, so that Dagster examines before it publishes; what one is wrong about is held back
VALUE_SUITES = [
    Suite(name, description, _where_any(examine), is_blocking=True)
    for name, description, examine in (
        ("values_are_finite", "No value, numerator or denominator is infinite or not a number.", _finite),
        ("ratios_match_their_parts", "Every quotient is its numerator over its denominator.", _ratios),
        ("slices_add_up", "Rows and sums of a dimension's slices are those of the total.", _totals),
        ("periods_are_dense", "Periods follow one another without gap or overlap.", _dense),
        ("no_metric_lost_its_data", "No metric that had rows is left without any.", _present),
    )
]
