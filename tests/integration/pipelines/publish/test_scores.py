from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, insert, text

from core.errors import CatalogError
from schemas.documents.documents import Domain, Objective
from schemas.tables import key_result_check_ins
from tests.build_marts import daily, metric, publish_rows, utc

FRAME = {"start": date(2013, 9, 1), "end": date(2013, 9, 30)}
# 10 of 30 days have passed
AS_OF = utc("2013-09-11")


def objective(*key_results: dict[str, object], **fields: object) -> Objective:
    return Objective.model_validate(
        {"objective_id": "OBJ-1", "name": "Grow", "timeframe": FRAME, "business_domain": "Sales"}
        | {"key_results": [{"kr_id": f"KR-{n}", "name": "x"} | kr for n, kr in enumerate(key_results, 1)]}
        | fields
    )


SALES = Domain(domain_id="DOMAIN-SALES", name="Sales", key_metrics=["METRIC-B"])
LINKED = {"metric_ids": ["METRIC-A"], "baseline_value": 0, "target_value": 20}


def found(database: Engine, table: str, columns: str) -> list[tuple[object, ...]]:
    statement = f"select {columns} from marts.{table} order by 1"
    with database.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def test_a_key_result_is_scored_by_the_values_of_the_same_publication(
    database: Engine, tmp_path: Path
) -> None:
    rows = [*daily("2013-09-01", [2, 4, 5]), *daily("2013-09-04", [9], is_complete=False)]
    publish_rows(database, tmp_path, rows, objectives=[objective(LINKED)], domains=[SALES], as_of=AS_OF)

    columns = "as_of_date, kr_id, metric_id, current_value, progress, status, provenance"
    assert found(database, "key_result_progress", columns) == [
        (date(2013, 9, 11), "KR-1", "METRIC-A", 5, 0.25, "on_track", "measured")
    ]
    (evidence,) = found(database, "key_result_progress", "evidence")[0]
    assert evidence["period_start"] == "2013-09-03T00:00:00+00:00"
    columns = "objective_id, domain_id, progress, coverage, status, provenance"
    assert found(database, "objective_progress", columns) == [
        ("OBJ-1", "DOMAIN-SALES", 0.25, 1, "on_track", "rolled_up")
    ]


def test_the_newest_value_before_the_timeframe_stands_where_it_holds_none(
    database: Engine, tmp_path: Path
) -> None:
    publish_rows(database, tmp_path, daily("2013-08-01", [3, 4]), objectives=[objective(LINKED)], as_of=AS_OF)
    assert found(database, "key_result_progress", "current_value, progress") == [(4, 0.2)]


def test_without_a_timeframe_the_whole_history_counts_and_nothing_is_expected(
    database: Engine, tmp_path: Path
) -> None:
    endless = objective({"metric_ids": ["METRIC-A"], "target_value": 13}, timeframe={})
    zone = ZoneInfo("America/New_York")
    publish_rows(
        database, tmp_path, daily("2013-08-01", [3, 4, 5]), objectives=[endless], as_of=AS_OF, zone=zone
    )
    columns = "baseline_value, progress, expected_progress, status, projected_value"
    assert found(database, "key_result_progress", columns) == [(3, 0.2, None, "on_track", None)]


def test_check_ins_after_the_as_of_moment_do_not_count(database: Engine, tmp_path: Path) -> None:
    with database.begin() as connection:
        for value, moment in ((5, "2013-09-05"), (8, "2013-09-12")):
            connection.execute(
                insert(key_result_check_ins).values(
                    objective_id="OBJ-1",
                    kr_id="KR-1",
                    value=value,
                    checked_in_by="ann",
                    checked_in_at=utc(moment),
                )
            )
    by_hand = objective({"baseline_value": 0, "target_value": 10})
    publish_rows(database, tmp_path, [], objectives=[by_hand], as_of=AS_OF)
    columns = "current_value, progress, provenance, evidence->>'by'"
    assert found(database, "key_result_progress", columns) == [(5, 0.5, "checked_in", "ann")]
    publish_rows(database, tmp_path, [], objectives=[by_hand], as_of=utc("2013-09-13"))
    assert found(database, "key_result_progress", "as_of_date, current_value") == [
        (date(2013, 9, 11), 5),
        (date(2013, 9, 13), 8),
    ]


def test_a_domain_weighs_the_latest_complete_status_of_its_metrics_by_tier(
    database: Engine, tmp_path: Path
) -> None:
    bounds = {"warning_threshold": 10, "critical_threshold": 5}
    metrics = [
        metric("METRIC-A", business_domain="sales", tier=1, targets_and_alerts=bounds),
        metric("METRIC-B", tier="Tier 2", targets_and_alerts=bounds),  # named by the domain
        metric("METRIC-C", business_domain="DOMAIN-SALES", tier=3),
        metric("METRIC-D", business_domain="Elsewhere", tier=1, targets_and_alerts=bounds),
    ]
    rows = [
        *daily("2013-09-01", [1, 12]),
        *daily("2013-09-03", [1], is_complete=False),
        *daily("2013-09-01", [7], metric_id="METRIC-B"),
        *daily("2013-09-01", [1], metric_id="METRIC-D"),
    ]
    publish_rows(database, tmp_path, rows, metrics=metrics, domains=[SALES])

    columns = (
        "health, coverage, metrics_ok, metrics_warning, metrics_critical, metrics_no_data, metrics_count"
    )
    # (3 * 1 + 2 * 0.5) / 5, and 5 of 6 weights have data
    assert found(database, "domain_scorecards", columns) == [(80, pytest.approx(5 / 6), 1, 1, 0, 1, 3)]


def test_a_day_is_published_once_and_the_next_day_again(database: Engine, tmp_path: Path) -> None:
    rows = daily("2013-09-01", [5])

    def run(as_of: str) -> bool:
        moment = utc(as_of)
        return publish_rows(
            database, tmp_path, rows, objectives=[objective(LINKED)], as_of=moment, published_at=moment
        ).is_new

    assert [run("2013-09-11"), run("2013-09-11 18:00"), run("2013-09-12"), run("2013-09-12")] == [
        True,
        False,
        True,
        False,
    ]
    assert found(database, "key_result_progress", "as_of_date, round(expected_progress * 30)") == [
        (date(2013, 9, 11), 10),
        (date(2013, 9, 12), 11),
    ]


def test_a_key_result_that_left_the_catalog_leaves_the_day(database: Engine, tmp_path: Path) -> None:
    rows = daily("2013-09-01", [5])
    publish_rows(database, tmp_path, rows, objectives=[objective(LINKED, {})], as_of=AS_OF)
    again = publish_rows(database, tmp_path, rows, objectives=[objective(LINKED)], as_of=AS_OF)
    assert again.is_new
    assert found(database, "key_result_progress", "kr_id") == [("KR-1",)]


def test_shelved_objectives_do_not_count_for_their_domain(database: Engine, tmp_path: Path) -> None:
    half = {"progress_percentage": 50}
    objectives = [
        objective(half, objective_id="OBJ-1"),
        objective({"progress_percentage": 0}, objective_id="OBJ-2", status="cancelled"),
        objective(half, objective_id="OBJ-3", business_domain=None),
    ]
    sales = SALES.model_copy(update={"objectives": ["OBJ-3"]})
    publish_rows(database, tmp_path, [], objectives=objectives, domains=[sales])
    assert found(database, "domain_scorecards", "objective_progress, health") == [(0.5, None)]
    assert found(database, "objective_progress", "objective_id, domain_id") == [
        ("OBJ-1", "DOMAIN-SALES"),
        ("OBJ-2", "DOMAIN-SALES"),
        ("OBJ-3", "DOMAIN-SALES"),
    ]


def test_weights_of_zero_stop_the_publication(database: Engine, tmp_path: Path) -> None:
    weightless = objective(LINKED | {"weight": 0})
    with pytest.raises(CatalogError, match="OBJ-1"):
        publish_rows(database, tmp_path, daily("2013-09-01", [5]), objectives=[weightless])
    assert found(database, "metric_values", "value, value") == []
