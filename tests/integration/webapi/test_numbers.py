"""Everything with numbers, over the shop that published twice; expectations are worked out from DELIVERIES by hand."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from werkzeug.test import TestResponse

from tests.integration.webapi.conftest import Asked

VALUES = "/api/v1/metrics/revenue/values"
META = {
    *("publication_id", "published_at", "as_of", "data_through", "timezone", "is_complete", "lake_version"),
    *("catalog_version", "quality", "deliveries", "definition_version", "definition_hash", "held_back"),
    "snapshot_at",
}
ARROW = "application/vnd.apache.arrow.stream"


def values_of(answer: TestResponse) -> list[tuple[str, int, float | None]]:
    """Slice, day of March, value."""
    assert answer.status_code == 200, answer.text
    return [(row["slice"], int(row["period_start"][8:10]), row["value"]) for row in answer.get_json()["data"]]


def detail(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["detail"]


def in_csv(cell: Any) -> str:
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


@contextmanager
def counted(ask: Asked) -> Iterator[list[str]]:
    """Statements meanwhile, without those by which each process learns of versions, identities and classifications."""
    ask.get("/api/v1/silences")
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "identity." not in statement:
            statements.append(statement)

    engine = ask.app.extensions["mdl"].database.primary
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def test_values_are_those_of_the_newest_publication(ask_twice: Asked) -> None:
    answer = ask_twice.get(VALUES)
    assert values_of(answer) == [("", 1, 35), ("", 2, 30), ("", 3, None), ("", 4, 40)]
    meta = answer.get_json()["meta"]
    assert set(meta) == META
    assert (meta["publication_id"], meta["quality"], meta["data_through"][:16]) == (
        *(2, "ok", "2026-03-04T09:00"),
    )


def test_an_earlier_day_answers_with_what_was_published_by_then(ask_twice: Asked) -> None:
    for day in ("2026-03-03", "2026-03-04"):
        answer = ask_twice.get(f"{VALUES}?as_of={day}")
        assert values_of(answer) == [("", 1, 30), ("", 2, 30)]
        meta = answer.get_json()["meta"]
        # the row `much` was refused, which the second delivery put right
        assert (meta["publication_id"], meta["quality"]) == (1, "warning")
    assert values_of(ask_twice.get(f"{VALUES}?as_of=2026-03-05")) == values_of(ask_twice.get(VALUES))
    status, said = detail(ask_twice.get(f"{VALUES}?as_of=2026-03-02"))
    assert (status, "first publication is of 2026-03-03" in said) == (404, True)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("from=2026-03-02&to=2026-03-02", [("", 2, 30)]),
        ("from=2026-03-02T00:00Z&to=2026-03-04T00:00Z", [("", 2, 30), ("", 3, None)]),
        # a moment without an offset is in the reporting zone; 01:00+01:00 is midnight there
        ("from=2026-03-01T00:00:01&to=2026-03-02T01:00%2B01:00", []),
        ("limit=1", [("", 4, 40)]),
        ("complete=false", []),
        ("slice=country%3DDE&to=2026-03-01", [("country=DE", 1, 25)]),
        ("slice=country%3DDE&slice=&to=2026-03-01", [("", 1, 35), ("country=DE", 1, 25)]),
        ("by=country&to=2026-03-01", [("country=DE", 1, 25), ("country=US", 1, 10)]),
    ],
)
def test_values_can_be_narrowed_down(ask_twice: Asked, query: str, expected: list[Any]) -> None:
    assert values_of(ask_twice.get(f"{VALUES}?{query}")) == expected


@pytest.mark.parametrize(
    ("query", "at_fault"),
    [
        ("grain=fortnight", "query.grain"),
        ("from=yesterday", "query.from"),
        ("to=0001-01-01", "query.to"),
        ("to=9999-12-31T23:59:59Z", "query.to"),
        ("as_of=9999-12-31", "query.as_of"),
        ("from=2026-03-02&to=2026-03-01", "query.to"),
        ("limit=0", "query.limit"),
        ("complete=perhaps", "query.complete"),
        ("slices=country", "query.slices"),
    ],
)
def test_an_illegal_parameter_is_named(ask_twice: Asked, query: str, at_fault: str) -> None:
    answer = ask_twice.get(f"{VALUES}?{query}")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [at_fault]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/metrics/revenu/values", 404, "did you mean revenue?"),
        ("/metrics/revenu/summary", 404, "did you mean revenue?"),
        ("/metrics/revenu/policy", 404, "did you mean revenue?"),
        ("/metrics/revenue/values?grain=week", 422, "offered are day"),
        ("/metrics/revenue/values?by=planet", 422, "offered are the total, country"),
        ("/objectives/SEL/progress", 404, "did you mean SELL?"),
        ("/domains/shops/scorecard", 404, "did you mean SHOP"),
        ("/scorecard?as_of=2026-03-02", 404, "first publication is of 2026-03-03"),
    ],
)
def test_a_refusal_says_what_can_be_had(ask_twice: Asked, path: str, status: int, said: str) -> None:
    found, explained = detail(ask_twice.get(f"/api/v1{path}"))
    assert (found, said in explained) == (status, True), explained


def test_a_documented_metric_has_no_numbers(ask: Asked) -> None:
    for answer in (
        ask.get("/api/v1/metrics/happiness/values"),
        ask.get("/api/v1/metrics/happiness/summary"),
        queried(ask, metric_ids=["revenue", "happiness"]),
    ):
        status, explained = detail(answer)
        assert (status, "documented, not computed" in explained) == (409, True)


def test_csv_and_arrow_hold_what_json_holds(ask_twice: Asked) -> None:
    path = f"{VALUES}?by=country&slice="
    whole = ask_twice.get(path).get_json()
    rows = [{"metric_id": "revenue", "grain": "day", **row} for row in whole["data"]]
    assert len(rows) == 12

    as_csv = ask_twice.get(path, headers={"Accept": "text/csv"})
    assert as_csv.mimetype == "text/csv"
    expected = [{name: in_csv(cell) for name, cell in row.items()} for row in rows]
    assert list(csv.DictReader(io.StringIO(as_csv.text))) == expected
    assert json.loads(as_csv.headers["X-MDL-Meta"]) == whole["meta"]

    as_arrow = ask_twice.get(path, headers={"Accept": ARROW})
    assert as_arrow.content_type == ARROW
    table = pa.ipc.open_stream(as_arrow.data).read_all()
    assert [
        {name: cell.isoformat() if name.startswith("period_") else cell for name, cell in row.items()}
        for row in table.to_pylist()
    ] == rows
    assert json.loads(table.schema.metadata[b"mdl"]) == whole["meta"]
    assert (table.schema.field("period_start").type, table.schema.field("sample_count").type) == (
        *(pa.timestamp("us", "UTC"), pa.int64()),
    )


@pytest.mark.parametrize(
    ("accepted", "status", "answered"),
    [
        ("", 200, "application/json"),
        ("*/*", 200, "application/json"),
        ("application/*", 200, "application/json"),
        ("text/html, text/csv;q=0.5", 200, "text/csv"),
        ("text/csv;q=0.5, application/json;q=0.4", 200, "text/csv"),
        ("image/png", 406, "application/problem+json"),
        ("application/json;q=0", 406, "application/problem+json"),
    ],
)
def test_the_client_chooses_the_format(ask_twice: Asked, accepted: str, status: int, answered: str) -> None:
    answer = ask_twice.get(VALUES, headers={"Accept": accepted})
    assert (answer.status_code, answer.mimetype) == (status, answered)


def test_kept_answers_are_told_apart_by_what_is_answered_not_by_what_is_asked(ask_twice: Asked) -> None:
    found = [
        ask_twice.get(VALUES, headers={"Accept": accepted}).headers["X-Cache"]
        for accepted in ("text/csv", "text/csv, text/html;q=0.1", "application/json", "*/*", ARROW)
    ]
    assert found == ["MISS", "HIT", "MISS", "HIT", "MISS"]


def test_a_summary_tells_the_latest_period_and_the_way_there(ask_twice: Asked) -> None:
    found = ask_twice.get("/api/v1/metrics/revenue/summary").get_json()
    data = found["data"]
    assert (data["latest"]["value"], data["latest"]["status"], data["running"]) == (40, "ok", None)
    assert data["sparkline"] == [35, 30, None, 40]
    assert (data["target_value"], data["grain"], set(found["meta"])) == (30, "day", META)
    earlier = ask_twice.get("/api/v1/metrics/revenue/summary?as_of=2026-03-03").get_json()
    assert (earlier["data"]["sparkline"], earlier["meta"]["publication_id"]) == ([30, 30], 1)


def queried(ask: Asked, **query: Any) -> TestResponse:
    body = {"metric_ids": ["revenue", "orders", "refunds"], "grain": "day"} | query
    return ask("POST", "/api/v1/query", json=body)


def test_several_metrics_stand_side_by_side(ask_twice: Asked) -> None:
    answer = queried(ask_twice, by=["country"], **{"from": "2026-03-02", "to": "2026-03-04T00:00Z"})
    found = answer.get_json()
    assert [(row["slice"], row["period_start"][:10], *row["values"].values()) for row in found["data"]] == [
        ("country=DE", "2026-03-02", None, None, None),
        ("country=DE", "2026-03-03", None, None, None),
        ("country=US", "2026-03-02", 30, 1, 7),
        ("country=US", "2026-03-03", None, None, None),
    ]
    assert list(found["data"][0]["values"]) == ["revenue", "orders", "refunds"]
    assert [(metric["metric_id"], metric["unit"]) for metric in found["metrics"]] == [
        *(("revenue", None), ("orders", "orders"), ("refunds", None)),
    ]
    assert set(found["meta"]) == META


def test_a_query_can_be_asked_as_of_an_earlier_day(ask_twice: Asked) -> None:
    found = queried(ask_twice, as_of="2026-03-04").get_json()
    assert [row["values"] for row in found["data"]] == [
        {"revenue": 30, "orders": 2, "refunds": None},
        {"revenue": 30, "orders": 1, "refunds": None},
    ]
    assert found["meta"]["publication_id"] == 1


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({"grain": "week"}, 422, "revenue, refunds cannot be had by week; all of them are published by day"),
        ({"by": ["planet"]}, 422, "all of them are published by the total, country"),
        ({"slices": ["planet=mars"]}, 422, "revenue, orders, refunds cannot be had by planet"),
        ({"metric_ids": ["revenue", "order"]}, 404, "did you mean orders?"),
    ],
)
def test_a_query_that_not_all_can_answer_is_refused(
    ask_twice: Asked, query: dict[str, Any], status: int, said: str
) -> None:
    found, explained = detail(queried(ask_twice, **query))
    assert (found, said in explained) == (status, True), explained


@pytest.mark.parametrize(
    ("query", "at_fault"),
    [
        ({"metric_ids": []}, "json.metric_ids"),
        ({"metric_ids": [f"metric-{number}" for number in range(21)]}, "json.metric_ids"),
        ({"metric_ids": ["revenue", "revenue"]}, "json.metric_ids"),
        ({"grain": "fortnight"}, "json.grain"),
        ({"limit": 5}, "json.limit"),
    ],
)
def test_an_illegal_query_names_the_field(ask_twice: Asked, query: dict[str, Any], at_fault: str) -> None:
    answer = queried(ask_twice, **query)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [at_fault]


DAYS = st.none() | st.integers(1, 5).map(lambda day: f"2026-03-{day:02}")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(
    metric_ids=st.lists(st.sampled_from(["revenue", "orders", "refunds"]), min_size=1, unique=True),
    by=st.booleans(),
    slices=st.lists(st.sampled_from(["", "country=DE", "country=US", "country=FR"]), unique=True),
    first=DAYS,
    last=DAYS,
    as_of=st.sampled_from([None, "2026-03-03", "2026-03-05"]),
)
def test_a_query_holds_exactly_the_values_of_each_metric(
    ask_twice: Asked, metric_ids: list[str], by: Any, slices: list[str], first: Any, last: Any, as_of: Any
) -> None:
    if first and last and first > last:
        first, last = last, first
    narrower = {
        name: given for name, given in (("from", first), ("to", last), ("as_of", as_of)) if given is not None
    }
    dimensions = {"by": ["country"]} if by else {}
    found = queried(ask_twice, metric_ids=metric_ids, slices=slices, **dimensions, **narrower)
    rows = found.get_json()["data"]
    spine = [(row["slice"], row["period_start"]) for row in rows]
    assert all(one < other for one, other in pairwise(spine))

    single = {
        metric_id: {
            (row["slice"], row["period_start"]): row
            for row in ask_twice.get(
                f"/api/v1/metrics/{metric_id}/values",
                query_string={"grain": "day", "slice": slices, **dimensions, **narrower},
            ).get_json()["data"]
        }
        for metric_id in metric_ids
    }
    assert set(spine) == {place for values in single.values() for place in values}
    for place, row in zip(spine, rows, strict=True):
        assert row["values"] == {
            metric_id: single[metric_id].get(place, {"value": None})["value"] for metric_id in metric_ids
        }
        ends = {values[place]["period_end"] for values in single.values() if place in values}
        assert ends == {row["period_end"]}


def test_progress_comes_with_what_speaks_for_it(ask_twice: Asked) -> None:
    found = ask_twice.get("/api/v1/objectives/SELL/progress").get_json()
    (key_result,) = found["data"]["key_results"]
    # 40 of 100, after 4 of 10 days
    assert (key_result["current_value"], key_result["progress"], key_result["expected_progress"]) == (
        40,
        0.4,
        0.4,
    )
    assert (key_result["status"], key_result["provenance"]) == ("on_track", "measured")
    assert key_result["evidence"]["period_start"] == "2026-03-04T00:00:00+00:00"
    assert (found["data"]["progress"], found["data"]["coverage"], found["data"]["domain_id"]) == (
        0.4,
        1,
        "SHOP",
    )
    assert set(found["meta"]) == META

    earlier = ask_twice.get("/api/v1/objectives/SELL/progress?as_of=2026-03-03").get_json()
    assert (earlier["data"]["progress"], earlier["meta"]["publication_id"]) == (0.3, 1)


def test_scorecards_weigh_metrics_by_tier(ask_twice: Asked) -> None:
    shop = ask_twice.get("/api/v1/domains/SHOP/scorecard").get_json()
    # revenue of tier 1 counts 3 and is ok, orders count 1 and are ok, refunds count 1 and have no data
    counts = [shop["data"][f"metrics_{status}"] for status in ("ok", "no_data", "count")]
    assert (shop["data"]["health"], shop["data"]["coverage"], counts) == (100, 0.8, [2, 1, 3])
    assert [objective["objective_id"] for objective in shop["data"]["objectives"]] == ["SELL"]

    whole = ask_twice.get("/api/v1/scorecard").get_json()
    assert whole["data"]["domains"][0] == shop["data"]
    assert [domain["domain_id"] for domain in whole["data"]["domains"]] == ["SHOP", "STORE"]
    assert (whole["data"]["as_of_date"], whole["meta"]) == ("2026-03-05", shop["meta"])
    earlier = ask_twice.get("/api/v1/scorecard?as_of=2026-03-03").get_json()
    assert (earlier["data"]["as_of_date"], earlier["meta"]["quality"]) == ("2026-03-03", "warning")


def test_stats_count_what_there_is(ask_twice: Asked) -> None:
    found = ask_twice.get("/api/v1/stats").get_json()
    assert found["data"] == {
        "metrics": 4,
        # a source with an event column may deliver observed values of any metric
        "metrics_by_kind": {"computed": 3, "observed": 1},
        "metrics_by_status": {"ok": 2, "no_data": 2},
        "metrics_by_tier": {"1": 1, "none": 3},
        "domains": 2,
        "objectives": 1,
        "objectives_by_status": {"on_track": 1},
        "reports": 0,
        "publications": 2,
    }
    assert (found["meta"]["publication_id"], set(found["meta"])) == (2, META)


def test_publications_are_listed_newest_first(ask_twice: Asked) -> None:
    answer = ask_twice.get("/api/v1/publications")
    assert [
        (row["publication_id"], row["as_of"][:10], row["quality"]) for row in answer.get_json()["data"]
    ] == [
        (2, "2026-03-05", "ok"),
        (1, "2026-03-03", "warning"),
    ]
    second = ask_twice.get("/api/v1/publications?limit=1&page=2")
    assert [row["publication_id"] for row in second.get_json()["data"]] == [1]
    assert second.get_json()["pagination"] == {
        "page": 2,
        "limit": 1,
        "total": 2,
        "pages": 2,
        "has_next": False,
        "has_prev": True,
    }
    assert second.headers["X-Total-Count"] == "2"
    assert '</api/v1/publications?limit=1&page=1>; rel="prev"' in second.headers["Link"]


def test_data_quality_is_that_of_the_newest_content_of_every_file(ask: Asked, ask_twice: Asked) -> None:
    found = ask.get("/api/v1/data-quality")
    (source,) = found.get_json()["data"]["sources"]
    assert (source["source_id"], source["rows_delivered"], source["rows_quarantined"]) == ("orders", 4, 1)
    assert (found.get_json()["data"]["state"], "X-Cache" in found.headers) == ("warning", False)
    failed = [expectation for expectation in source["expectations"] if expectation["failed_files"]]
    assert [expectation["column_name"] for expectation in failed] == ["unread_field_value"]
    corrected = ask_twice.get("/api/v1/data-quality").get_json()
    assert (corrected["data"]["state"], set(corrected["meta"])) == ("ok", META)


@pytest.mark.parametrize("path", ["/api/v1/metrics/revenue/policy", "/api/v1/policies"])
def test_a_policy_is_text_or_json(ask_twice: Asked, path: str) -> None:
    text = ask_twice.get(path, headers={"Accept": "text/plain"})
    whole = ask_twice.get(path).get_json()["data"]
    assert (text.mimetype, text.text) == ("text/plain", whole["policy"])
    assert (whole["package"], whole["catalog_version"]) == ("mdl.policy", 1)
    assert "revenue" in whole["metric_ids"]
    assert '"readers": "editors"' in text.text


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("/metrics/revenue/values?by=country", 3),
        ("/metrics/revenue/values?as_of=2026-03-03", 4),
        ("/metrics/revenu/values", 3),
        ("/metrics/revenue/summary", 3),
        ("/metrics/revenue/summary?as_of=2026-03-03", 4),
        ("/metrics/revenue/policy", 2),
        ("/policies", 2),
        ("/objectives/SELL/progress", 4),
        ("/domains/SHOP/scorecard", 4),
        ("/scorecard", 4),
        ("/scorecard?as_of=2026-03-03", 5),
        ("/stats", 6),
        ("/publications", 2),
        ("/data-quality", 3),
    ],
)
def test_the_number_of_statements_is_known(ask_twice: Asked, path: str, statements: int) -> None:
    ask_twice.token("viewer")
    with counted(ask_twice) as executed:
        ask_twice.get(f"/api/v1{path}")
    assert len(executed) == statements, executed


def test_a_query_takes_as_many_statements_for_many_metrics_as_for_one(ask_twice: Asked) -> None:
    ask_twice.token("viewer")
    for metric_ids in (["revenue"], ["revenue", "orders", "refunds"]):
        with counted(ask_twice) as executed:
            queried(ask_twice, metric_ids=metric_ids, by=["country"])
        assert len(executed) == 3, executed
