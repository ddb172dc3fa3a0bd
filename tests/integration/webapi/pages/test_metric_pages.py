"""The list of metrics and the page of one: the numbers of the API, and nothing that the reader may not see."""

import re
from collections.abc import Callable

import orjson
import pytest

from tests.integration.webapi.access.test_kept_for_readers import classify
from tests.integration.webapi.conftest import Asked
from tests.integration.webapi.pages.conftest import HTML, Browser
from tests.integration.webapi.test_numbers import counted

Browse = Callable[..., Browser]
PAGES = ("/metrics/revenue", "/catalog/metric/revenue", "/metrics")
DATA = re.compile(r'<data[^>]* value="([^"]+)"')


def numbers(text: str) -> list[float]:
    return [float(value) for value in DATA.findall(text)]


def section(text: str, begins: str, ends: str) -> str:
    return text.partition(begins)[2].partition(ends)[0]


def test_prometheus_scrapes_where_browsers_see_the_list(ask: Asked, browse: Browse) -> None:
    scraped = ask.app.test_client().get("/metrics", headers={"Accept": "text/plain;q=0.5,*/*;q=0.1"})
    assert scraped.status_code == 200
    assert scraped.content_type.startswith("text/plain; version=")
    assert "mdl_metrics 3.0" in scraped.text
    assert scraped.headers["Vary"] == "Accept"
    assert ask.app.test_client().get("/metrics", headers=HTML).status_code == 303
    shown = browse(ask).visit("/metrics")
    assert shown.content_type.startswith("text/html")
    assert "Accept" in shown.headers["Vary"]


def test_what_came_through_our_proxy_is_not_told_the_numbers_for_prometheus(
    ask_of: Callable[..., Asked], published_url: str
) -> None:
    """An ingress gives strangers every path, and Prometheus asks each process itself."""
    ask = ask_of(published_url, proxies=1)
    through_proxy = {"X-Forwarded-For": "203.0.113.7"}
    assert ask.get("/metrics", None, headers=through_proxy).status_code == 404
    assert "mdl_metrics 3.0" in ask.get("/metrics", None).text
    assert "/sign-in" in ask.get("/metrics", None, headers={**through_proxy, "Accept": "text/html"}).location


def test_the_list_has_every_metric_with_where_it_stands(ask: Asked, browse: Browse) -> None:
    shown = browse(ask).visit("/metrics").text
    table = section(shown, "<tbody>", "</tbody>")
    assert re.findall(r'href="/metrics/([^"]+)"', table) == ["average-order", "happiness", "revenue"]
    # March is under way on its fourth day, so that no month is finished and the latest has no number
    assert numbers(table) == []
    assert "documented" in table


def test_filters_search_and_order_are_in_the_address(ask_twice: Asked, browse: Browse) -> None:
    browser = browse(ask_twice, "admin")

    def listed(query: str) -> list[str]:
        table = section(browser.visit(f"/metrics?{query}").text, "<tbody>", "</tbody>")
        return re.findall(r'href="/metrics/([^"]+)"', table)

    assert listed("sort=-id") == ["revenue", "refunds", "orders", "happiness"]
    assert listed("domain=SHOP") == ["orders", "refunds", "revenue"]
    assert listed("owner_team=sales") == listed("tier=1") == ["revenue"]
    assert listed("search=ORD") == ["orders"]
    assert listed("kind=observed&status=") == ["happiness"]
    assert listed("certified=true") == []
    assert browser.visit("/metrics?stauts=ok").status_code == 422


def test_who_may_not_read_a_metric_sees_its_name_and_that_it_is_restricted(
    ask_own: Asked, browse: Browse
) -> None:
    classify(ask_own, "restricted", owner_team="hr")
    viewer = browse(ask_own)
    row = section(viewer.visit("/metrics").text, 'href="/metrics/revenue"', "</tr>")
    # status, value and change, each by class and word
    assert row.count("restricted") == 6
    assert not numbers(row)
    assert "<svg" not in row
    # neither found nor put in order by what may not be seen
    for status in ("ok", "warning", "critical", "no_data"):
        assert 'href="/metrics/revenue"' not in viewer.visit(f"/metrics?status={status}").text
    page = viewer.visit("/metrics/revenue?grain=day")
    assert page.status_code == 200
    assert "SUM(" in page.text
    assert "classified as restricted" in page.text
    assert not numbers(page.text)
    for file in ("chart.svg", "chart.png", "chart.json", "values.arrow"):
        assert viewer.visit(f"/metrics/revenue/{file}").status_code == 403
    assert numbers(browse(ask_own, "admin").visit("/metrics/revenue?grain=day").text)


@pytest.mark.parametrize(
    ("metric_id", "query"),
    [("orders", "grain=day"), ("orders", "grain=day&slice=country%3DUS"), ("refunds", "grain=day&days=30")],
)
def test_the_page_shows_the_numbers_of_the_api(
    ask_twice: Asked, browse: Browse, metric_id: str, query: str
) -> None:
    shown = browse(ask_twice, "admin").visit(f"/metrics/{metric_id}?{query}")
    table = section(shown.text, "The same numbers", "</table>")
    rows = section(table, "<tbody>", "</tbody>").split("</tr>")[:-1]
    asked = query.replace("&days=30", "")
    answer = ask_twice.get(f"/api/v1/metrics/{metric_id}/values?{asked}").get_json()["data"]
    expected = [
        [each for each in (row["value"], row["change_pct"], row["sample_count"]) if each is not None]
        for row in reversed(answer)
    ]
    assert [numbers(row) for row in rows] == expected[-len(rows) :] != []


def test_the_rows_of_the_file_are_those_of_the_page(ask_twice: Asked, browse: Browse) -> None:
    browser = browse(ask_twice, "admin")
    text = browser.visit("/metrics/orders?grain=day&format=csv&table=values").text
    assert text.splitlines()[0] == "Period,Value,Status,Change,Rows counted"
    # the days of the second delivery, the newest first; the third was left out of both
    assert [line.split(",")[1] for line in text.splitlines()[1:]][-2:] == ["1.0", "2.0"]


def test_arrow_is_byte_for_byte_that_of_the_api(ask_twice: Asked, browse: Browse) -> None:
    query = "grain=day&by=country&from=2026-03-01&to=2026-03-04"
    page = browse(ask_twice, "admin").visit(f"/metrics/orders/values.arrow?{query}")
    accepted = {"Accept": "application/vnd.apache.arrow.stream"}
    api = ask_twice.get(f"/api/v1/metrics/orders/values?{query}", headers=accepted)
    assert page.status_code == api.status_code == 200
    assert page.data == api.data


def test_the_chart_is_had_as_picture_and_as_specification(ask_twice: Asked, browse: Browse) -> None:
    browser = browse(ask_twice, "admin")
    page = browser.visit("/metrics/orders?grain=day&comparison=previous_period").text
    address = section(page, 'data-chart="', '"').replace("&amp;", "&")
    assert address.startswith("/metrics/orders/chart.json?grain=day&from=")
    specification = browser.visit(address)
    assert specification.get_json()["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    picture = browser.visit(address.replace(".json", ".svg"))
    assert picture.content_type.startswith("image/svg+xml")
    assert "<script" not in picture.text
    assert browser.visit(address.replace(".json", ".png")).data.startswith(b"\x89PNG")


def test_a_breakdown_shows_every_slice_and_what_they_are_called(ask_twice: Asked, browse: Browse) -> None:
    shown = browse(ask_twice, "admin").visit("/metrics/orders?grain=day&breakdown=country").text
    table = section(section(shown, "The same numbers", "</table>"), "<tbody>", "</tbody>")
    assert set(re.findall(r'data-label="country"><span dir="auto">(\w+)', table)) == {"DE", "US"}


def test_what_cannot_be_drawn_is_said_in_place_of_the_chart(ask_twice: Asked, browse: Browse) -> None:
    shown = browse(ask_twice, "admin").visit("/metrics/orders?grain=month")
    assert shown.status_code == 200
    assert "not published by month; offered are day, week" in shown.text
    assert "data-chart" not in shown.text


def test_a_documented_metric_has_a_page_that_says_why_it_has_no_numbers(ask: Asked, browse: Browse) -> None:
    shown = browse(ask).visit("/metrics/happiness")
    assert shown.status_code == 200
    assert "how happy people are" in shown.text
    assert "documented, not computed" in shown.text


def test_an_unknown_metric_is_a_page_with_the_nearest_names(ask: Asked, browse: Browse) -> None:
    shown = browse(ask).visit("/metrics/revenu")
    assert shown.status_code == 404
    assert "did you mean" in shown.text


def test_the_page_names_refused_rows_and_why_the_numbers_need_care(ask: Asked, browse: Browse) -> None:
    shown = browse(ask).visit("/metrics/revenue").text
    refused = section(shown, 'id="refused"', "</section>")
    assert 'href="/data/orders"' in refused
    assert "row 4" in refused
    assert "Trust with care:" in shown
    assert "1 of 4 rows refused" in shown


def test_a_changed_definition_shows_what_changed_and_that_the_numbers_are_older(
    ask_own: Asked, browse: Browse
) -> None:
    found = ask_own.get("/api/v1/metrics/revenue", "editor")
    changed = {"definition": {"formula": "SUM(order.value) * 2", "expected_direction": "increase"}}
    answer = ask_own(
        "PATCH",
        "/api/v1/metrics/revenue",
        "editor",
        json=changed,
        headers={"If-Match": found.headers["ETag"], "Content-Type": "application/merge-patch+json"},
    )
    assert answer.status_code == 200, answer.text
    shown = browse(ask_own).visit("/metrics/revenue").text
    history = section(shown, 'id="history"', "</section>")
    assert "<strong>2.0.0</strong> major" in history
    assert '<code dir="auto">SUM(order.value)</code>' in history
    assert '<code dir="auto">SUM(order.value) * 2</code>' in history
    assert "the definition of revenue changed since these numbers were published" in shown


def test_pages_of_metrics_ask_few_statements(ask: Asked, browse: Browse) -> None:
    browser = browse(ask)
    found = []
    # a first one reads the rules in force
    for path in ("/metrics/revenue", "/metrics?search=r", "/metrics/revenue?grain=day&days=30"):
        with counted(ask) as statements:
            assert browser.visit(path).status_code == 200
        found.append(len(statements))
    # four more are those of the trust line
    assert found[1] <= 4 + 4
    assert found[2] <= 32 + 4


def test_the_page_of_a_metric_stays_kept_while_others_are_edited(ask_own: Asked, browse: Browse) -> None:
    reader = browse(ask_own)
    merge = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}

    def kept_after(edited: str) -> list[str | None]:
        body = orjson.dumps({"description": f"edited {edited}"})
        answer = ask_own("PATCH", f"/api/v1/metrics/{edited}", "editor", merge, data=body)
        assert answer.status_code == 200
        return [reader.get(path).headers.get("X-Cache") for path in PAGES]

    for path in PAGES:
        reader.read(path)
    assert kept_after("happiness") == ["HIT", "HIT", "MISS"]
    assert kept_after("revenue") == ["MISS", "MISS", "MISS"]
    assert "edited revenue" in reader.read("/metrics/revenue")
