"""Metric tests of catalog documents: their events through the real lake and engine, their values compared."""

import math
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import DataError
from pipelines import duck
from pipelines.arrow_schemas import SEEDS, SLICES
from pipelines.engine.compute import compute
from pipelines.engine.scope import affected
from pipelines.lake import AcceptedRows, Lake, deliver
from schemas.documents.documents import Catalog, ExpectedValue, Metric, MetricTest
from schemas.formula.compile import Compilation, compile_catalog
from schemas.formula.names import DIMENSION_PREFIX, FIELD_PREFIX, Event, Names, collect_names

_INSTANT = timedelta(microseconds=1)
_TOLERANCE = 1e-9
_FILE = "test"

Values = Mapping[tuple[str, datetime], float | None]
"""Value by slice and period start."""


@dataclass(frozen=True)
class Outcome:
    """How one test of one metric ended; `failures` says for each expectation that was not met what came instead."""

    metric_id: str
    name: str
    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every expectation was met."""
        return not self.failures


def run_tests(
    catalog: Catalog, zone: ZoneInfo, is_wanted: Callable[[str], bool] = lambda _: True
) -> Iterator[Outcome]:
    """Run the tests of all wanted metrics, one after the other, each over a lake of its own."""
    compilation, names = compile_catalog(catalog), collect_names(catalog)
    for metric_id, metric in catalog.metrics.items():
        for test in metric.tests if is_wanted(metric_id) else ():
            yield Outcome(metric_id, test.name, _failures(metric, test, catalog, compilation, names, zone))


def _failures(
    metric: Metric, test: MetricTest, catalog: Catalog, compilation: Compilation, names: Names, zone: ZoneInfo
) -> tuple[str, ...]:
    if metric.metric_id not in compilation.metrics:
        reason = compilation.documented.get(metric.metric_id, "its formula has an error")
        return (f"the metric is not computed: {reason}",)
    try:
        rows = [_row(number, event, names, zone) for number, event in enumerate(test.events, start=1)]
    except DataError as error:
        return (str(error),)
    part, documents = _only(metric.metric_id, test, catalog, compilation)
    with tempfile.TemporaryDirectory(prefix="mdl-") as folder:
        found = _compute(rows, test, part, documents, zone, Path(folder), metric.metric_id)
    return tuple(failure for one in test.expect if (failure := _compare(one, found, zone)))


def _row(number: int, given: Mapping[str, object], names: Names, zone: ZoneInfo) -> dict[str, object]:
    """One event of a test as the lake keeps it: every name goes where the sources of its event put it.

    Raises:
        DataError: the event, its time or one of its columns means nothing.
    """
    where, name = f"event {number}", str(given.get("event"))
    event = names.event(name)
    if event is None:
        raise DataError(f"{where}: {names.unknown(name)}")
    row: dict[str, object] = {
        "row_number": number,
        "event": name,
        "occurred_at": _instant(where, given, zone),
    }
    for column, value in given.items():
        if column not in {"event", "occurred_at"} and value is not None:
            row |= _columns(where, event, column, value)
    return row


def _instant(where: str, given: Mapping[str, object], zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(str(given["occurred_at"]))
    except (KeyError, ValueError) as error:
        raise DataError(f"{where}: occurred_at must be a timestamp such as 2013-03-04T15:00:00Z") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _columns(where: str, event: Event, column: str, value: object) -> dict[str, object]:
    found: dict[str, object] = {}
    if column in event.fields:
        try:
            found[FIELD_PREFIX + column] = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError) as error:
            raise DataError(f"{where}: field {column!r} must be a number, not {value!r}") from error
    if column in event.dimensions:
        found[DIMENSION_PREFIX + column] = str(value).lower() if isinstance(value, bool) else str(value)
    if not found:
        raise DataError(f"{where}: {event.unknown_column(column)}")
    return found


def _only(
    metric_id: str, test: MetricTest, catalog: Catalog, compilation: Compilation
) -> tuple[Compilation, Catalog]:
    """The metric, and those it reads, at the test's grain."""
    needed, waiting = set[str](), [metric_id]
    while waiting:
        needed.add(current := waiting.pop())
        waiting += [other for other in compilation.metrics[current].metric_refs if other not in needed]
    documents = {}
    for name in needed:
        data = catalog.metrics[name].data.model_copy(update={"time_grain": [test.grain.value]})
        documents[name] = catalog.metrics[name].model_copy(update={"data": data})
    part = replace(
        compilation,
        metrics={name: compilation.metrics[name] for name in needed},
        order=[name for name in compilation.order if name in needed],
    )
    return part, catalog.model_copy(update={"metrics": documents})


def _compute(
    rows: list[dict[str, object]],
    test: MetricTest,
    compilation: Compilation,
    catalog: Catalog,
    zone: ZoneInfo,
    folder: Path,
    metric_id: str,
) -> Values:
    lake = Lake(folder / "lake")
    if rows:
        _fill(lake, rows, folder)
    moments = [*(row["occurred_at"] for row in rows), *(_begin(one, zone) for one in test.expect)]
    as_of = max(moment for moment in moments if isinstance(moment, datetime)) + _INSTANT
    extents = {event: lake.extent(event) for event in compilation.metrics[metric_id].events}
    scope = affected(compilation, catalog, {}, extents, None, as_of, zone)
    known, seeds = SLICES.empty_table(), SEEDS.empty_table()
    computed = compute(lake, compilation, catalog, scope, known, seeds, as_of, zone, folder)
    table = pq.read_table(computed.path, filters=[("metric_id", "=", metric_id)])
    return {(row["slice"], row["period_start"]): row["value"] for row in table.to_pylist()}


def _fill(lake: Lake, rows: list[dict[str, object]], folder: Path) -> None:
    prefixes = (DIMENSION_PREFIX, FIELD_PREFIX)
    names = dict.fromkeys(name for row in rows for name in row if name.startswith(prefixes))
    schema = pa.schema(
        [
            ("row_number", pa.int64()),
            ("event", pa.string()),
            ("occurred_at", pa.timestamp("us", tz="UTC")),
            *((name, pa.float64() if name.startswith(FIELD_PREFIX) else pa.string()) for name in names),
        ]
    )
    with duck.connect(folder / "spill") as connection:
        connection.register("given", pa.Table.from_pylist(rows, schema))
        select = f"SELECT '{_FILE}' AS file_id, NULL::VARCHAR AS unique_key, * FROM given"
        deliver(lake, AcceptedRows(_FILE, {_FILE: 1}, select, False, datetime.now(UTC)), connection)


def _begin(expected: ExpectedValue, zone: ZoneInfo) -> datetime:
    moment = expected.period_start
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.min)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _compare(expected: ExpectedValue, found: Values, zone: ZoneInfo) -> str | None:
    begin = _begin(expected, zone)
    shown = f"{expected.slice or '(total)'} from {begin.astimezone(zone):%Y-%m-%d %H:%M}"
    if (expected.slice, begin) not in found:
        if expected.value is None:
            return None
        return f"{shown}: expected {expected.value!r}, there is no such slice or period"
    value = found[expected.slice, begin]
    if value is None or expected.value is None:
        is_same = value is expected.value
    else:
        is_same = math.isclose(value, expected.value, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
    return None if is_same else f"{shown}: expected {expected.value!r}, got {value!r}"
