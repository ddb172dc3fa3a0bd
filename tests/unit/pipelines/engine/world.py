"""Small catalogs and events for the engine's tests, and a lake of one Parquet file per event."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from pipelines.arrow_schemas import SEEDS, SLICES
from pipelines.engine.compute import Computed, compute
from pipelines.engine.scope import Scope, affected
from schemas.documents.documents import (
    Catalog,
    DataFacts,
    Definition,
    Dimension,
    Metric,
    Source,
    TimestampColumn,
    Window,
)
from schemas.formula.compile import compile_catalog
from schemas.formula.hash import definition_hash
from tests.unit.pipelines.engine.reference import (
    Fact,
    Key,
    Number,
    Row,
    Spec,
    deviation,
    highest,
    less,
    lowest,
    mean,
    over,
    plus,
    quantile,
    times,
)

EVENTS = ("a", "b")
TEXTS = ["x", "y", "50%,a=b", None]
QUARTER = timedelta(minutes=15)
Range = tuple[datetime, datetime]

SCHEMA = pa.schema(
    [
        ("occurred_at", pa.timestamp("us", tz="UTC")),
        ("file_id", pa.string()),
        ("row_number", pa.int64()),
        ("dim_p", pa.string()),
        ("dim_q", pa.string()),
        ("field_value", pa.float64()),
        ("field_k", pa.float64()),
    ]
)


class ParquetLake:
    """The part of the lake that the engine reads, over rows held as Parquet; keeps what was asked for."""

    def __init__(self, folder: Path, events: dict[str, list[Row]]) -> None:
        self.files_read = 0
        self.asked: list[tuple[str, tuple[Range, ...]]] = []
        self._folder = folder
        self._events = events
        folder.mkdir(parents=True, exist_ok=True)
        for event, rows in events.items():
            table = pa.Table.from_pylist([_stored(row) for row in rows], schema=SCHEMA)
            pq.write_table(table, folder / f"{event}.parquet")

    def extent(self, event: str) -> Range | None:
        instants = [row["occurred_at"] for row in self._events.get(event, [])]
        return (min(instants), max(instants)) if instants else None

    def scan(self, event: str, ranges: Sequence[Range] | None, columns: Iterable[str]) -> str:
        assert ranges is not None, "the engine always says what it needs"
        self.files_read += 1
        self.asked.append((event, tuple(ranges)))
        tests = [
            f"(occurred_at >= '{begin.isoformat()}'::timestamptz and occurred_at < '{end.isoformat()}'::timestamptz)"
            for begin, end in ranges
        ]
        path = self._folder / f"{event}.parquet"
        return (
            f"select {', '.join(columns)} from read_parquet('{path}') where {' or '.join(tests) or 'false'}"
        )


def _stored(row: Row) -> Row:
    return {
        "occurred_at": row["occurred_at"],
        "file_id": row["file_id"],
        "row_number": row["row_number"],
        "dim_p": row["p"],
        "dim_q": row["q"],
        "field_value": row["value"],
        "field_k": row["k"],
    }


# ---- metrics --------------------------------------------------------------------------------------------


def v(row: Row) -> Number:
    return row["value"]


def k(row: Row) -> Number:
    return row["k"]


def only(test: Any, of: Any) -> Any:
    """Filtered rows count as null, which aggregates leave out."""
    return lambda row: of(row) if test(row) else None


FORMULAS: dict[str, tuple[str, tuple[str, ...], Any]] = {
    "count": ("COUNT(a)", ("a",), lambda c: c.count("a")),
    "count_present": ("COUNT(a.k)", ("a",), lambda c: c.count("a", lambda row: row["k"] is not None)),
    "sum": ("SUM(a.value)", ("a",), lambda c: c.sum("a", v)),
    "mean": ("AVG(a.value)", ("a",), lambda c: mean(c.values("a", v))),
    "span": (
        "MAX(a.value) - MIN(a.k)",
        ("a",),
        lambda c: less(highest(c.values("a", v)), lowest(c.values("a", k))),
    ),
    "net": ("SUM(a.value) - SUM(a.k)", ("a",), lambda c: less(c.sum("a", v), c.sum("a", k))),
    "negated": ("MIN(a.value) * -1", ("a",), lambda c: times(lowest(c.values("a", v)), -1.0)),
    "median": ("MEDIAN(a.value)", ("a",), lambda c: quantile(c.values("a", v), 0.5)),
    "p90": ("PERCENTILE_90(b.k)", ("b",), lambda c: quantile(c.values("b", k), 0.9)),
    "distinct": (
        "COUNT(DISTINCT a.q)",
        ("a",),
        lambda c: float(len({row["q"] for row in c.rows("a")} - {None})),
    ),
    "distinct_some": (
        "COUNT(DISTINCT b.k) FILTER (WHERE p = 'x') + COUNT(a)",
        ("a", "b"),
        lambda c: plus(
            float(len({row["k"] for row in c.rows("b") if row["p"] == "x"} - {None})), c.count("a")
        ),
    ),
    "first": (
        "FIRST(a.k)",
        ("a",),
        lambda c: next((each for each in c.values("a", k) if each is not None), None),
    ),
    "last": (
        "LAST(a.value)",
        ("a",),
        lambda c: next((each for each in reversed(c.values("a", v)) if each is not None), None),
    ),
    "deviation": ("STDDEV(a.value)", ("a",), lambda c: deviation(c.values("a", v))),
    "share": (
        "COUNT(a) FILTER (WHERE p = 'x' AND k > 1) / COUNT(a) * 100",
        ("a",),
        lambda c: times(
            over(c.count("a", lambda row: row["p"] == "x" and (row["k"] or 0) > 1), c.count("a")), 100.0
        ),
    ),
    "per_other": ("SUM(a.value) / COUNT(b)", ("a", "b"), lambda c: over(c.sum("a", v), c.count("b"))),
    "row_arithmetic": (
        "AVG(a.value - a.k) FILTER (WHERE q IN ('x', 'y'))",
        ("a",),
        lambda c: mean(
            c.values("a", only(lambda row: row["q"] in ("x", "y"), lambda row: less(v(row), k(row))))
        ),
    ),
    "both": (
        "COALESCE(SUM(a.value), -1) + SUM(b.value)",
        ("a", "b"),
        lambda c: plus(_or(c.sum("a", v), -1.0), c.sum("b", v)),
    ),
    "per_day": ("COUNT(a) / time_period", ("a",), lambda c: over(c.count("a"), c.days())),
    "per_hour": ("SUM(b.k) / HOURS_IN_PERIOD()", ("b",), lambda c: over(c.sum("b", k), c.hours())),
    "logarithm": ("LN(SUM(a.value))", ("a",), lambda c: _ln(c.sum("a", v))),
    "stock": (
        "LAST(a.value) FILTER (WHERE p = 'x')",
        ("a",),
        lambda c: next(
            (
                each
                for each in reversed(c.values("a", only(lambda row: row["p"] == "x", v)))
                if each is not None
            ),
            None,
        ),
    ),
    "sum_change": (
        "SUM(a.value) - LAG(SUM(a.value))",
        ("a",),
        lambda c: less(c.sum("a", v), c.lag(1, lambda e: e.sum("a", v))),
    ),
    "change": (
        "COUNT(a) - LAG(COUNT(a), 1)",
        ("a",),
        lambda c: less(c.count("a"), c.lag(1, lambda e: e.count("a"))),
    ),
    "two_back": (
        "COALESCE(LAG(LAG(COUNT(b)), 1), -1) + COUNT(a)",
        ("a", "b"),
        lambda c: plus(_or(c.lag(2, lambda e: e.count("b")), -1.0), c.count("a")),
    ),
}
DERIVED: dict[str, tuple[str, Any]] = {
    "same": ("METRIC('{0}')", lambda x: lambda c: c.metric(x)),
    "times_ten": ("METRIC('{0}') * 10", lambda x: lambda c: times(c.metric(x), 10.0)),
    "growth": (
        "METRIC('{0}') - LAG(METRIC('{0}'), 1)",
        lambda x: lambda c: less(c.metric(x), c.lag(1, lambda e: e.metric(x))),
    ),
    "filled_growth": (
        "COALESCE(METRIC('{0}'), 0) - LAG(COALESCE(METRIC('{0}'), 0), 2)",
        lambda x: lambda c: less(_or(c.metric(x), 0.0), c.lag(2, lambda e: _or(e.metric(x), 0.0))),
    ),
    "less_five": ("METRIC('{0}') - 5", lambda x: lambda c: less(c.metric(x), 5.0)),
    "less_rows": (
        "METRIC('{0}') - LAG(COUNT(b))",
        lambda x: lambda c: less(c.metric(x), c.lag(1, lambda e: e.count("b"))),
    ),
    "with_rows": (
        "METRIC('{0}') / COUNT(b)",
        lambda x: lambda c: over(c.metric(x), c.count("b")),
    ),
}


def _or(value: Number, otherwise: Number) -> Number:
    return otherwise if value is None else value


def _ln(value: Number) -> Number:
    return math.log(value) if value is not None and value > 0 else None


@dataclass(frozen=True)
class Choice:
    """One metric: a formula by name, what it is published at, and how it treats what is missing."""

    formula: str
    grains: tuple[str, ...] = ("day",)
    dimensions: tuple[str, ...] = ()
    breakdowns: tuple[tuple[str, ...], ...] = ()
    null_policy: str = "unknown"
    window: tuple[int, str] | None = None
    other: str | None = None


def build(choices: dict[str, Choice]) -> tuple[Catalog, dict[str, Spec]]:
    """The catalog, and the same metrics as the reference sees them."""
    metrics, specs = {}, {}
    for metric_id, choice in choices.items():
        if choice.other is None:
            formula, events, value = FORMULAS[choice.formula]
        else:
            text, make = DERIVED[choice.formula]
            formula, value = text.format(choice.other), make(choice.other)
            events = ("b",) if choice.formula in ("with_rows", "less_rows") else ()
        metrics[metric_id] = Metric(
            metric_id=metric_id,
            name=metric_id,
            definition=Definition(
                formula=formula,
                null_policy=choice.null_policy,
                window=Window(trailing=choice.window[0], unit=choice.window[1]) if choice.window else None,
            ),
            dimensions=[Dimension(name=name) for name in choice.dimensions],
            breakdowns=[list(names) for names in choice.breakdowns],
            data=DataFacts(time_grain=list(choice.grains)),
        )
        specs[metric_id] = Spec(
            metric_id=metric_id,
            events=events,
            value=value,
            grains=choice.grains,
            slice_sets=tuple(metrics[metric_id].slice_sets),
            null_policy=choice.null_policy,
            window=choice.window,
            refs=(choice.other,) if choice.other else (),
        )
    sources = {
        event: Source(
            source_id=event,
            format="csv",
            path="*.csv",
            event=event,
            timestamp=TimestampColumn(column="at"),
            dimensions={"p": "p", "q": "q"},
            fields={"value": "value", "k": "k"},
        )
        for event in EVENTS
    }
    return Catalog(sources=sources, metrics=metrics), specs


# ---- running --------------------------------------------------------------------------------------------


@dataclass
class State:
    """What is published, as the marts would hold it."""

    as_of: datetime
    definition_hashes: dict[str, str]
    rows: dict[Key, Fact] = field(default_factory=dict)

    def known_slices(self) -> pa.Table:
        firsts: dict[tuple[str, str, str], datetime] = {}
        for metric_id, grain, slice_text, start in self.rows:
            series = (metric_id, grain, slice_text)
            firsts[series] = min(start, firsts.get(series, start))
        return pa.Table.from_pylist(
            [dict(zip(SLICES.names, (*series, start), strict=True)) for series, start in firsts.items()],
            schema=SLICES,
        )

    def carry_seeds(self, scope: Scope, catalog: Catalog) -> pa.Table:
        found: dict[tuple[str, str, str], tuple[datetime, float]] = {}
        for (metric_id, grain), ranges in scope.ranges.items():
            if metric_id in scope.full or catalog.metrics[metric_id].definition.null_policy != "carry":
                continue
            before = ranges[0][0]
            for (of_metric, of_grain, slice_text, start), fact in self.rows.items():
                if (of_metric, of_grain) == (metric_id, grain) and start < before and fact.value is not None:
                    series = (metric_id, grain, slice_text)
                    found[series] = max((start, fact.value), found.get(series, (start, fact.value)))
        return pa.Table.from_pylist(
            [dict(zip(SEEDS.names, (*series, value), strict=True)) for series, (_, value) in found.items()],
            schema=SEEDS,
        )


@dataclass
class Outcome:
    """A publication and how it came about."""

    state: State
    scope: Scope
    computed: Computed
    lake: ParquetLake


def run(
    folder: Path,
    catalog: Catalog,
    events: dict[str, list[Row]],
    as_of: datetime,
    zone: ZoneInfo,
    previous: State | None = None,
    changes: dict[str, list[Range]] | None = None,
    forced: Range | None = None,
) -> Outcome:
    """Compute what is affected and put it in the place of what was published."""
    compilation = compile_catalog(catalog)
    assert not compilation.errors
    assert set(compilation.order) == set(catalog.metrics)
    lake = ParquetLake(folder, events)
    extents = {event: lake.extent(event) for event in EVENTS}
    scope = affected(compilation, catalog, changes or {}, extents, previous, as_of, zone, forced)
    state = previous or State(as_of, {})
    computed = compute(
        lake,
        compilation,
        catalog,
        scope,
        state.known_slices(),
        state.carry_seeds(scope, catalog),
        as_of,
        zone,
        folder / "work",
    )
    fresh = read(computed)
    kept = {
        key: fact
        for key, fact in state.rows.items()
        if key[0] not in computed.scope.full
        and not any(begin <= key[3] < end for begin, end in computed.scope.ranges.get(key[:2], ()))
    }
    assert not kept.keys() & fresh.keys(), "rows are computed only within the scope"
    hashes = {
        metric_id: definition_hash(catalog.metrics[metric_id], compilation, zone.key)
        for metric_id in compilation.order
    }
    return Outcome(State(as_of, hashes, kept | fresh), scope, computed, lake)


def read(computed: Computed) -> dict[Key, Fact]:
    rows = pq.read_table(computed.path).to_pylist()
    assert len(rows) == computed.row_count
    facts = {}
    for row in rows:
        key = (row["metric_id"], row["grain"], row["slice"], row["period_start"].astimezone(UTC))
        assert key not in facts
        facts[key] = Fact(
            row["period_end"].astimezone(UTC),
            row["is_complete"],
            row["value"],
            row["sample_count"],
            row["is_carried"],
        )
    return facts


def differences(found: dict[Key, Fact], expected: dict[Key, Fact]) -> list[str]:
    """Readable differences; numbers may differ by 1e-9 of their size."""
    lines = []
    for key in sorted(found.keys() | expected.keys()):
        have, want = found.get(key), expected.get(key)
        if have is None or want is None or not _same(have, want):
            lines.append(f"{key}: found {have}, expected {want}")
    return lines


def _same(have: Fact, want: Fact) -> bool:
    if (have.period_end, have.is_complete, have.sample_count, have.is_carried) != (
        want.period_end,
        want.is_complete,
        want.sample_count,
        want.is_carried,
    ):
        return False
    if have.value is None or want.value is None:
        return have.value is want.value
    return abs(have.value - want.value) <= 1e-9 * max(1.0, abs(want.value))


# ---- hypothesis -----------------------------------------------------------------------------------------

# a zone and the instants around which its clock, week or year does something
MOMENTS = [
    ("UTC", datetime(2015, 12, 31, tzinfo=UTC)),
    ("UTC", datetime(2024, 2, 27, tzinfo=UTC)),
    ("America/New_York", datetime(2013, 3, 9, 12, tzinfo=UTC)),
    ("America/New_York", datetime(2013, 11, 2, 12, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2020, 12, 30, 12, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2024, 10, 26, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2024, 4, 6, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2024, 10, 5, tzinfo=UTC)),
    ("Asia/Kolkata", datetime(2021, 1, 1, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 11, 3, tzinfo=UTC)),
    ("America/St_Johns", datetime(2010, 11, 6, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2014, 9, 25, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 29, 12, tzinfo=UTC)),
    ("Pacific/Kwajalein", datetime(1993, 8, 20, 12, tzinfo=UTC)),
    ("Pacific/Kiritimati", datetime(1994, 12, 30, 12, tzinfo=UTC)),
]


@dataclass(frozen=True)
class Season:
    """How far generated events spread, in quarter hours, and what suits metrics over them."""

    grains: tuple[str, ...]
    windows: tuple[tuple[int, str], ...]
    quarters: int
    leap: int


SEASONS = {
    "months": Season(
        ("day", "week", "month", "quarter", "year"),
        ((3, "day"), (1, "week"), (1, "month"), (2, "quarter")),
        96 * 40,
        96 * 5,
    ),
    "days": Season(("hour", "day", "week"), ((5, "hour"), (2, "day")), 96 * 2, 24),
    "hours": Season(("minute", "hour"), ((90, "minute"), (1, "day")), 12, 1),
}


@st.composite
def moments(draw: st.DrawFn, season: Season) -> tuple[ZoneInfo, datetime]:
    """A zone and an instant from which on things happen; short seasons begin nearer to the moment of interest."""
    zone, moment = draw(st.sampled_from(MOMENTS))
    if season.quarters < 96:
        moment += timedelta(hours=draw(st.integers(0, 36)))
    return ZoneInfo(zone), moment


@st.composite
def rows(draw: st.DrawFn, begin: datetime, quarters: int, most: int = 25) -> list[Row]:
    """Events at quarter hours and odd seconds, with gaps, missing texts and missing numbers."""
    found = []
    for number in range(draw(st.integers(0, most))):
        quarter = draw(st.integers(0, quarters - 1))
        odd = draw(st.sampled_from([0, 0, 1, 899_999_999]))
        found.append(
            {
                "occurred_at": begin + quarter * QUARTER + timedelta(microseconds=odd),
                "file_id": draw(st.sampled_from(["f1", "f2"])),
                "row_number": number,
                "p": draw(st.sampled_from(TEXTS)),
                "q": draw(st.sampled_from(TEXTS)),
                "value": draw(st.sampled_from([None, 0.0, 1.0, 2.5, -2.5, 10.0])),
                "k": draw(st.sampled_from([None, 0.0, 1.0, 2.0, 3.25])),
            }
        )
    return found


@st.composite
def choices(draw: st.DrawFn, season: Season) -> dict[str, Choice]:
    """Up to five metrics; the later ones may refer to the earlier."""
    made: dict[str, Choice] = {}
    for number in range(draw(st.integers(1, 5))):
        other = draw(st.sampled_from([None, *made])) if made else None
        grains = draw(st.lists(st.sampled_from(season.grains), min_size=1, max_size=2, unique=True))
        made[f"m{number}"] = Choice(
            formula=draw(st.sampled_from(sorted(DERIVED if other else FORMULAS))),
            grains=tuple(grains),
            dimensions=tuple(draw(st.lists(st.sampled_from(["p", "q"]), max_size=2, unique=True))),
            breakdowns=draw(st.sampled_from([(), (("q", "p"),)])),
            null_policy=draw(st.sampled_from(["unknown", "unknown", "zero", "carry"])),
            window=draw(st.sampled_from([None, None, *season.windows])),
            other=other,
        )
    return made


@st.composite
def deliveries(draw: st.DrawFn, begin: datetime, season: Season) -> tuple[str, Range, list[Row]]:
    """An event and a range whose rows are replaced by others, possibly by none."""
    start = begin + draw(st.integers(0, season.quarters - 1)) * QUARTER
    length = draw(st.sampled_from([1, 4, season.leap, season.leap * 5]))
    event = draw(st.sampled_from(["a", "a", "b"]))
    return event, (start, start + length * QUARTER), draw(rows(start, length, 6))
