"""Each suite is met by right values and finds the one that is made wrong."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine

from core.errors import DataError
from core.settings import Settings
from pipelines.engine.compute import Computed
from pipelines.engine.scope import Scope
from pipelines.suites import SuiteVerdict
from pipelines.suites.approval import approve
from pipelines.suites.values import VALUE_SUITES, waiting_values
from pipelines.versioned_catalog import Versioned
from pipelines.waiting_values import WaitingValues, clear, keep, newest_publication_id, waiting
from pipelines.workspace import Workspace
from schemas.documents.load import load_content
from tests.build_marts import VALUES, metric, publish_rows, row, utc

CATALOG = b"""
sources:
  - {source_id: shop, format: csv, path: x.csv, event: order, timestamp: {column: at}, fields: {value: v},
     dimensions: {country: c}}
metrics:
  - {metric_id: REVENUE, name: Revenue, definition: {formula: SUM(order)}, data: {time_grain: [day]},
     dimensions: [{name: country}]}
  - {metric_id: AVERAGE, name: Average, definition: {formula: SUM(order) / COUNT(order) * 100},
     data: {time_grain: [day]}}
  - {metric_id: TWICE, name: Twice, definition: {formula: "METRIC('REVENUE') * 2"}, data: {time_grain: [day]}}
"""
DAY_1, DAY_2, DAY_3 = (utc(f"2013-09-0{day}") for day in (1, 2, 3))
EVERYTHING = (utc("2013-09-01"), utc("2013-09-04"))
Rows = list[dict[str, Any]]


def right_rows() -> Rows:
    """Two days of revenue with two countries, three days of an average that is shown as a percentage."""
    revenue = [
        row(day, value, metric_id="REVENUE", slice=part, sample_count=count)
        for day in (DAY_1, DAY_2)
        for part, value, count in (("", 30.0, 3), ("country=DE", 10.0, 1), ("country=FR", 20.0, 2))
    ]
    average = [
        row(day, 100 * sold / orders, metric_id="AVERAGE", numerator=sold, denominator=orders)
        for day, sold, orders in ((DAY_1, 30.0, 3.0), (DAY_2, 50.0, 4.0), (DAY_3, 0.0, 2.0))
    ]
    return [*revenue, *average]


@pytest.fixture
def workspace(settings: Settings, database: Engine) -> Workspace:
    return Workspace(settings, database)


@pytest.fixture
def verdicts(workspace: Workspace) -> Callable[..., dict[str, SuiteVerdict]]:
    """Hands rows over and returns the verdict of every suite, by name."""

    def examine(rows: Rows, scope: Scope | None = None) -> dict[str, SuiteVerdict]:
        leave(workspace, rows, scope)
        with waiting_values(workspace) as values:
            return {suite.name: suite.examine(values) for suite in VALUE_SUITES}

    return examine


def leave(workspace: Workspace, rows: Rows, scope: Scope | None = None) -> None:
    """Hand rows over as the step that computes does."""
    workspace.workdir.mkdir(parents=True, exist_ok=True)
    path = workspace.workdir / "values.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=VALUES), path)
    catalog = load_content(CATALOG, "shop.yaml").catalog
    asked = scope or Scope({("REVENUE", "day"): (EVERYTHING,), ("AVERAGE", "day"): (EVERYTHING,)})
    computed = Computed(path, asked, len(rows), 1, 1, 1, {"order": DAY_2})
    versioned = Versioned(catalog, dict.fromkeys(catalog.metrics, "1.0.0"), 1)
    with workspace.engine.connect() as connection:
        stands_on = newest_publication_id(connection)
    values = WaitingValues(versioned, computed, utc("2013-09-04"), 1, DAY_3, base_publication_id=stands_on)
    keep(values, workspace.workdir)


def broken(verdicts: dict[str, SuiteVerdict]) -> dict[str, int]:
    """How much is broken per suite, where anything is."""
    return {name: verdict.broken for name, verdict in verdicts.items() if verdict.broken}


def changed(rows: Rows, index: int, **fields: Any) -> Rows:
    """The rows with one of them changed."""
    return [*rows[:index], rows[index] | fields, *rows[index + 1 :]]


def test_right_values_meet_every_suite(verdicts: Callable[..., dict[str, SuiteVerdict]]) -> None:
    assert broken(verdicts(right_rows())) == {}


@pytest.mark.parametrize("odd", [float("inf"), float("-inf"), float("nan")])
@pytest.mark.parametrize("column", ["value", "numerator", "denominator"])
def test_what_is_not_finite_is_found(
    verdicts: Callable[..., dict[str, SuiteVerdict]], column: str, odd: float
) -> None:
    found = verdicts(changed(right_rows(), 6, **{column: odd}))["values_are_finite"]
    assert found.broken == 1
    assert found.examples[0]["metric_id"] == "AVERAGE"


@pytest.mark.parametrize(
    ("index", "fields"),
    [
        (6, {"value": 10.0}),  # not times 100 as the others
        (8, {"value": 1.0}),  # nothing over two is nothing
        (8, {"denominator": 0.0}),  # over nothing is no value
    ],
)
def test_a_quotient_that_is_not_its_parts_is_found(
    verdicts: Callable[..., dict[str, SuiteVerdict]], index: int, fields: dict[str, float]
) -> None:
    assert broken(verdicts(changed(right_rows(), index, **fields))).keys() == {"ratios_match_their_parts"}


def test_a_carried_quotient_needs_no_parts(verdicts: Callable[..., dict[str, SuiteVerdict]]) -> None:
    rows = changed(right_rows(), 8, value=7.0, is_carried=True, sample_count=0)
    assert broken(verdicts(rows)) == {}


@pytest.mark.parametrize("fields", [{"value": 31.0}, {"sample_count": 4}, {"value": None}])
def test_a_total_that_is_not_the_sum_of_its_slices_is_found(
    verdicts: Callable[..., dict[str, SuiteVerdict]], fields: dict[str, Any]
) -> None:
    found = verdicts(changed(right_rows(), 0, **fields))
    assert broken(found) == {"slices_add_up": 1}
    assert found["slices_add_up"].examples[0]["rows_of_slices"] == 3


def test_slices_whose_amounts_nearly_cancel_add_up_but_for_the_noise_of_their_size(
    verdicts: Callable[..., dict[str, SuiteVerdict]],
) -> None:
    rows = changed(changed(right_rows(), 1, value=1e8 + 30), 2, value=-1e8)
    rows = changed(rows, 0, value=30.000000005)
    assert broken(verdicts(rows)) == {}
    assert broken(verdicts(changed(rows, 0, value=30.01))) == {"slices_add_up": 1}


def test_a_period_of_no_length_is_found(verdicts: Callable[..., dict[str, SuiteVerdict]]) -> None:
    rows = changed(right_rows(), 8, period_end=DAY_3)
    assert broken(verdicts(rows)) == {"periods_are_dense": 1}


def test_a_check_names_all_metrics_that_it_is_wrong_about_and_they_are_held_back(
    verdicts: Callable[..., dict[str, SuiteVerdict]], workspace: Workspace
) -> None:
    found = verdicts(changed(changed(right_rows(), 0, value=31.0), 8, value=1.0))
    approve(workspace.workdir, found)
    judged = waiting(workspace.engine, workspace.workdir)
    assert judged is not None
    assert judged.is_approved
    assert judged.held_back == {
        "REVENUE": "slices_add_up",
        "AVERAGE": "ratios_match_their_parts",
        "TWICE": "made of REVENUE",
    }


def test_a_missing_period_is_found(verdicts: Callable[..., dict[str, SuiteVerdict]]) -> None:
    rows = right_rows()
    found = verdicts([*rows[:7], *rows[8:]])
    assert broken(found) == {"periods_are_dense": 1}
    assert found["periods_are_dense"].examples[0]["following"] == DAY_3


def test_a_period_twice_is_found(verdicts: Callable[..., dict[str, SuiteVerdict]]) -> None:
    rows = right_rows()
    assert broken(verdicts([*rows, rows[7]])) == {"periods_are_dense": 1}


def test_two_computed_ranges_may_lie_apart(verdicts: Callable[..., dict[str, SuiteVerdict]]) -> None:
    rows = right_rows()
    apart = ((DAY_1, DAY_2), (DAY_3, DAY_3 + timedelta(days=1)))
    scope = Scope({("AVERAGE", "day"): apart})
    assert broken(verdicts([rows[6], rows[8]], scope)) == {}


def lost(day: datetime) -> tuple[Rows, Scope]:
    """Revenue that has no rows any more from a day on."""
    empty = row(day, None, metric_id="REVENUE", period_end=day + timedelta(days=1))
    return [empty], Scope({("REVENUE", "day"): ((day, EVERYTHING[1]),)})


def test_a_metric_that_loses_all_its_rows_is_found(
    verdicts: Callable[..., dict[str, SuiteVerdict]], database: Engine, tmp_path: Path
) -> None:
    publish_rows(database, tmp_path, [row(DAY_2, 3.0, metric_id="REVENUE")], metrics=[metric("REVENUE")])
    assert broken(verdicts(*lost(DAY_1))) == {"no_metric_lost_its_data": 1}


def test_a_metric_that_keeps_rows_elsewhere_has_not_lost_its_data(
    verdicts: Callable[..., dict[str, SuiteVerdict]], database: Engine, tmp_path: Path
) -> None:
    rows = [row(day, 3.0, metric_id="REVENUE") for day in (DAY_1, DAY_2)]
    publish_rows(database, tmp_path, rows, metrics=[metric("REVENUE")])
    assert broken(verdicts(*lost(DAY_2))) == {}


def test_a_metric_that_was_defined_anew_may_have_no_rows(
    verdicts: Callable[..., dict[str, SuiteVerdict]], database: Engine, tmp_path: Path
) -> None:
    publish_rows(database, tmp_path, [row(DAY_2, 3.0, metric_id="REVENUE")], metrics=[metric("REVENUE")])
    rows, scope = lost(DAY_1)
    assert broken(verdicts(rows, Scope(scope.ranges, full=frozenset({"REVENUE"})))) == {}


def test_nothing_that_waits_is_nothing_broken(workspace: Workspace) -> None:
    with waiting_values(workspace) as values:
        assert values is None
        assert [suite.examine(values).broken for suite in VALUE_SUITES] == [0] * len(VALUE_SUITES)


def test_what_was_handed_over_is_approved_once_and_then_forgotten(workspace: Workspace) -> None:
    leave(workspace, right_rows())
    found = waiting(workspace.engine, workspace.workdir)
    assert found is not None
    assert not found.is_approved
    approve(workspace.workdir, {})
    approved = waiting(workspace.engine, workspace.workdir)
    assert approved is not None
    assert approved.is_approved
    assert approved.computed == found.computed
    clear(workspace.workdir)
    assert waiting(workspace.engine, workspace.workdir) is None


def test_values_compared_with_an_older_publication_are_refused(
    workspace: Workspace, database: Engine, tmp_path: Path
) -> None:
    leave(workspace, right_rows())
    publish_rows(database, tmp_path, [row(DAY_1, 3.0)])
    with pytest.raises(DataError, match="older publication"):
        waiting(workspace.engine, workspace.workdir)
