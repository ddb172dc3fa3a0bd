"""A metric that the engine cannot compute keeps no other from being computed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow.parquet as pq
import pytest
from sqlglot import exp

from pipelines.arrow_schemas import SEEDS, SLICES
from pipelines.calendar.ranges import Range
from pipelines.engine.compute import Computed, compute
from pipelines.engine.failing_metrics import find_failing
from pipelines.engine.scope import affected
from schemas.formula.compile import compile_catalog
from schemas.formula.compiled import Compilation
from schemas.formula.leaves import make_leaf
from tests.unit.pipelines.engine.world import Choice, ParquetLake, build

ZONE, AS_OF = ZoneInfo("UTC"), datetime(2024, 1, 3, tzinfo=UTC)
ROW = {
    "occurred_at": datetime(2024, 1, 1, 10, tzinfo=UTC),
    "file_id": "f",
    "row_number": 0,
    "p": "x",
    "q": None,
    "value": 5.0,
    "k": None,
}
# DuckDB's function that raises wherever it is computed
_ERROR = exp.Anonymous(this="error", expressions=[exp.Literal.string("Overflow in POWER\nLINE 1: …")])
BOOM = exp.Cast(this=_ERROR, to=exp.DataType.build("double"))
CHOICES = {
    "right": Choice("sum"),
    "wrong": Choice("count"),
    "of_wrong": Choice("growth", other="wrong"),
    "twice_of": Choice("growth", other="of_wrong"),
    "also_right": Choice("growth", other="right"),
}


def broken(compilation: Compilation, *metrics: str, in_rows: bool = False) -> Compilation:
    """The compilation with formulas that fail, over aggregates or over rows."""
    changed = {}
    for metric_id in metrics:
        compiled = compilation.metrics[metric_id]
        leaf = make_leaf("a", "sum", BOOM)
        changed[metric_id] = (
            replace(compiled, leaves=(leaf,), expression=exp.column(leaf.key, table="leaf"))
            if in_rows
            else replace(compiled, expression=BOOM)
        )
    return replace(compilation, metrics={**compilation.metrics, **changed})


def computed(folder: Path, *metrics: str, in_rows: bool = False, suspects: Collection[str] = ()) -> Computed:
    catalog, _ = build(CHOICES)
    compilation = broken(compile_catalog(catalog), *metrics, in_rows=in_rows)
    lake = ParquetLake(folder, {"a": [ROW], "b": []})
    extents = {event: lake.extent(event) for event in ("a", "b")}
    scope = affected(compilation, catalog, {}, extents, None, AS_OF, ZONE)
    known, seeds = SLICES.empty_table(), SEEDS.empty_table()
    return compute(
        lake, compilation, catalog, scope, known, seeds, AS_OF, ZONE, folder / "work", suspects=suspects
    )


@pytest.mark.parametrize("suspects", [(), ("wrong",), ("right",), tuple(CHOICES)])
@pytest.mark.parametrize("in_rows", [False, True])
def test_what_fails_and_what_is_made_of_it_is_left_out_with_the_engines_words(
    tmp_path: Path, *, in_rows: bool, suspects: tuple[str, ...]
) -> None:
    found = computed(tmp_path, "wrong", in_rows=in_rows, suspects=suspects)
    assert found.failed == {
        "wrong": "Invalid Input Error: Overflow in POWER",
        "of_wrong": "made of wrong",
        "twice_of": "made of of_wrong",
    }
    assert {metric_id for metric_id, _ in found.scope.ranges} == found.scope.full == {"right", "also_right"}
    rows = pq.read_table(found.path).to_pylist()
    assert {row["metric_id"] for row in rows} == {"right", "also_right"}
    assert {row["value"] for row in rows if row["metric_id"] == "right"} == {5.0, None}


def test_all_may_fail(tmp_path: Path) -> None:
    found = computed(tmp_path, *CHOICES)
    assert found.failed.keys() == CHOICES.keys()
    assert pq.read_table(found.path).num_rows == 0


def test_nothing_fails_where_nothing_is_wrong(tmp_path: Path) -> None:
    assert computed(tmp_path).failed == {}


class Unreadable(ParquetLake):
    """A lake whose files are gone."""

    def scan(self, event: str, ranges: Sequence[Range] | None, columns: Iterable[str]) -> str:
        return super().scan(event, ranges, columns).replace(".parquet", ".gone")


def test_a_lake_that_cannot_be_read_is_no_metrics_fault(tmp_path: Path) -> None:
    catalog, _ = build(CHOICES)
    compilation, lake = compile_catalog(catalog), Unreadable(tmp_path, {"a": [ROW], "b": []})
    scope = affected(compilation, catalog, {}, {"a": lake.extent("a")}, None, AS_OF, ZONE)
    known, seeds = SLICES.empty_table(), SEEDS.empty_table()
    with pytest.raises(duckdb.IOException):
        compute(lake, compilation, catalog, scope, known, seeds, AS_OF, ZONE, tmp_path / "work")


def test_what_only_fails_together_is_nobodys_fault() -> None:
    def attempt(some: Collection[str]) -> None:
        if len(some) > 1:
            raise duckdb.OutOfMemoryException("too much at once")

    compilation = compile_catalog(build({name: Choice("sum") for name in "abcde"})[0])
    assert find_failing(set("abcde"), (), compilation, attempt) == {}


def test_one_of_many_is_found_in_few_attempts() -> None:
    tried: list[int] = []

    def attempt(some: Collection[str]) -> None:
        tried.append(len(some))
        if "m77" in some:
            raise duckdb.OutOfRangeException("Out of Range Error: too large")

    names = {f"m{number}" for number in range(128)}
    compilation = compile_catalog(build({name: Choice("sum") for name in sorted(names)})[0])
    assert find_failing(names, (), compilation, attempt) == {"m77": "Out of Range Error: too large"}
    assert len(tried) == 14
    tried.clear()
    assert find_failing(names, {"m77"}, compilation, attempt) == {"m77": "Out of Range Error: too large"}
    assert tried == [127, 1]
