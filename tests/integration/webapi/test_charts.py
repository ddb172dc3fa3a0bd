"""Charts over HTTP: in every media type, kept, bounded, and with what was published before."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import altair as alt
import pytest
from sqlalchemy import create_engine, insert

from schemas.tables import incidents
from tests.integration.webapi.conftest import Asked

REVENUE = "/api/v1/metrics/revenue/chart"
VEGA_LITE = "application/vnd.vegalite.v6+json"


def test_a_chart_is_answered_as_the_client_accepts_it(ask: Asked) -> None:
    path = f"{REVENUE}?grain=day&from=2026-03-01"
    svg = ask.get(path, headers={"Accept": "image/avif,image/webp,image/svg+xml,image/*,*/*;q=0.8"})
    assert svg.content_type.startswith("image/svg+xml")
    texts = {each.text for each in ET.fromstring(svg.data).iter("{http://www.w3.org/2000/svg}text")}  # noqa: S314
    assert {"Revenue", "target 30", "warning 15", "critical 5", "no value"} <= texts
    png = ask.get(path, headers={"Accept": "image/png"})
    assert (png.content_type, png.data[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    for wanted in (VEGA_LITE, "application/json"):
        answer = ask.get(path, headers={"Accept": wanted})
        assert answer.content_type == wanted
        specification = answer.get_json(force=True)
        alt.Chart.from_dict(specification)
        assert [row["value"] for row in specification["datasets"]["values"]] == [30.0, 30.0, None]
    refused = ask.get(path, headers={"Accept": "application/pdf"})
    assert (refused.status_code, refused.content_type) == (406, "application/problem+json")
    assert "image/svg+xml" in refused.get_json()["detail"]


def test_the_media_type_of_specifications_names_the_version_that_is_drawn(ask: Asked) -> None:
    schema = ask.get(REVENUE).get_json()["$schema"]
    assert schema.startswith("https://vega.github.io/schema/vega-lite/v6.")


def test_a_chart_is_kept_and_known_by_its_tag(ask: Asked) -> None:
    path = f"{REVENUE}?grain=month&theme=dark&width=300&height=150"
    accept = {"Accept": "image/svg+xml"}
    first = ask.get(path, headers=accept)
    again = ask.get(path, headers=accept | {"If-None-Match": first.headers["ETag"]})
    assert (first.headers["X-Cache"], again.headers["X-Cache"], again.status_code) == ("MISS", "HIT", 304)
    assert ask.get(path, headers={"Accept": "image/png"}).headers["X-Cache"] == "MISS"


def test_slices_and_the_rest_are_drawn_where_they_add_up(ask: Asked) -> None:
    path = f"{REVENUE}?grain=month&breakdown=country&top=1"
    rows = ask.get(path).get_json()["datasets"]["values"]
    assert [(row["name"], row["value"]) for row in rows] == [("US", 40.0), ("the other 1", 20.0)]
    ratio = ask.get("/api/v1/metrics/average-order/chart?grain=month&breakdown=country&top=1").get_json()
    # US had two orders of 40 together, Germany one of 20
    assert [(row["name"], row["value"]) for row in ratio["datasets"]["values"]] == [
        ("US", 20.0),
        ("the other 1", 20.0),
    ]


def test_a_range_is_compared_with_the_one_before(ask: Asked) -> None:
    path = f"{REVENUE}?grain=day&from=2026-03-02&to=2026-03-03&comparison=previous_period"
    lines = ask.get(path).get_json()["datasets"]["lines"]
    assert [(row["name"], row["value"]) for row in lines] == [
        ("the range before", None),
        ("the range before", 30.0),
        ("this range", 30.0),
        ("this range", None),
    ]
    year = ask.get(f"{REVENUE}?grain=day&comparison=previous_year").get_json()
    assert {row["value"] for row in year["datasets"]["lines"] if row["name"] == "the year before"} == {None}


def test_what_was_published_before_is_marked_as_restated(ask_twice: Asked) -> None:
    now = ask_twice.get(f"{REVENUE}?grain=day").get_json()["datasets"]
    first = next(row for row in now["values"] if row["period"] == "1 Mar 2026")
    assert (first["value"], first["remarks"]) == (35.0, "restated from 30, last on 5 Mar 2026")
    assert [row["period"] for row in now["marks"] if row["kind"] == "restated"] == ["1 Mar 2026"]
    then = ask_twice.get(f"{REVENUE}?grain=day&as_of=2026-03-03").get_json()["datasets"]
    assert next(row["value"] for row in then["values"] if row["period"] == "1 Mar 2026") == 30.0
    assert not [row for row in then["marks"] if row["kind"] == "restated"]


def test_incidents_stand_at_the_periods_that_they_began_in(ask_own: Asked, own_url: str) -> None:
    engine = create_engine(own_url)
    row = {
        "subject_kind": "metric",
        "subject_id": "revenue",
        "rule_id": "low",
        "slice": "",
        "grain": "day",
        "state": "firing",
        "severity": "critical",
        "title": "Revenue <b>low</b>",
        "evidence": {},
        "channels": [],
        "playbooks": [],
        "opened_at": datetime(2026, 3, 3, 1, tzinfo=UTC),
        "first_period_start": datetime(2026, 3, 2, tzinfo=UTC),
    }
    with engine.begin() as connection:
        connection.execute(insert(incidents), [row, row | {"rule_id": "new", "state": "pending"}])
    engine.dispose()
    marks = ask_own.get(f"{REVENUE}?grain=day").get_json()["datasets"]["marks"]
    assert [(each["period"], each["text"]) for each in marks if each["kind"] == "incident"] == [
        ("2 Mar 2026", "incident 1: Revenue <b>low</b> (critical, firing)")
    ]
    svg = ask_own.get(f"{REVENUE}?grain=day", headers={"Accept": "image/svg+xml"}).text
    assert "Revenue &lt;b&gt;low" in svg
    assert "<b>" not in svg


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("grain=hour", 422, "is not published by hour"),
        ("breakdown=browser", 422, "is not published by browser"),
        ("slice=country=FR", 422, "nothing to draw"),
        ("from=2030-01-01", 422, "nothing to draw"),
        ("breakdown=country&comparison=previous_year", 422, "some fields"),
        ("breakdown=country&slice=country=US", 422, "some fields"),
        ("width=5000", 422, "some fields"),
        ("top=0", 422, "some fields"),
        ("theme=pink", 422, "some fields"),
        ("complete=true", 422, "some fields"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_reason(
    ask: Asked, query: str, status: int, said: str
) -> None:
    answer = ask.get(f"{REVENUE}?{query}")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert said in answer.get_json()["detail"]


def test_metrics_without_numbers_have_no_chart(ask: Asked) -> None:
    assert ask.get("/api/v1/metrics/happiness/chart").status_code == 409
    assert ask.get("/api/v1/metrics/nothing/chart").status_code == 404


def test_a_chart_has_so_many_values_at_most(ask: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.charts.read.MAX_POINTS", 2)
    for query in ("grain=day&from=2026-03-01", "grain=day&from=2026-03-02&breakdown=country"):
        answer = ask.get(f"{REVENUE}?{query}")
        assert answer.status_code == 422
        assert answer.get_json()["type"] == "urn:mdl:problem:too-many-rows"
        assert "more than 2 " in answer.get_json()["detail"]
