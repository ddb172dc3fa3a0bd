"""Sources in a browser: freshness, files, refused rows, expectations, Data Docs; and doubts that follow from them."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import orjson
from sqlalchemy import text

from tests.build_incidents import add_event, add_incident
from tests.integration.webapi.conftest import Asked
from tests.integration.webapi.pages.conftest import Browser

Browse = Callable[..., Browser]


def table(browser: Browser, path: str, name: str) -> list[dict[str, str]]:
    between = "&" if "?" in path else "?"
    return list(csv.DictReader(io.StringIO(browser.get(f"{path}{between}format=csv&table={name}").text)))


def change(asked: Asked, statement: str) -> None:
    with asked.app.extensions["mdl"].database.primary.begin() as connection:
        connection.execute(text(statement))


def docs(asked: Asked, name: str, body: str) -> None:
    path: Path = asked.app.extensions["mdl"].settings.home / "data_docs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(body)


def test_sources_say_how_fresh_they_are_and_what_was_refused(ask: Asked, browse: Browse) -> None:
    (row,) = table(browse(ask), "/data", "sources")
    # the newest order is of 2 March 09:00, as of is the start of 4 March: 39 hours of the 2 days that daily tolerates
    assert row["Source"] == "orders"
    assert (float(row["Age"]), float(row["Promised within"]), row["Late by"]) == (39 * 3_600, 2 * 86_400, "")
    assert (row["State"], row["Files accepted"], row["Rows accepted"], row["Rows refused"]) == (
        *("quarantined", "1"),
        *("3", "1"),
    )


def test_a_source_shows_its_files_refused_rows_and_expectations(ask: Asked, browse: Browse) -> None:
    browser = browse(ask)
    (file,) = table(browser, "/data/orders", "files")
    assert (file["Path"], file["State"], file["Rows"], file["refused"]) == (
        "orders/1.csv",
        "accepted",
        "4",
        "1",
    )
    (row,) = table(browser, "/data/orders", "refused-rows")
    assert row["Row"] == "4"
    assert '"amount": "much"' in row["As delivered"]
    results = {row["Result"] for row in table(browser, "/data/orders", "expectations")}
    assert results == {"met", "failed"}
    assert "No file is in that state" in browser.get("/data/orders?state=rejected").text
    assert table(browser, "/data/orders?path=other.csv", "refused-rows") == []
    assert browser.get("/data/nothing").status_code == 404
    assert browser.get("/data/orders?state=odd").status_code == 422


def test_what_was_delivered_is_shown_as_text(ask_own: Asked, browse: Browse) -> None:
    change(
        ask_own,
        """update ops.quarantined_rows set raw = '{"amount": "<script>alert(1)</script>"}',
        reasons = '["<img src=x onerror=alert(1)>"]'""",
    )
    change(ask_own, "update ops.ingested_files set path = '<b>a</b>.csv'")
    shown = browse(ask_own).get("/data/orders").text
    assert "&lt;script&gt;alert(1)" in shown
    assert "&lt;img src=x" in shown
    assert "&lt;b&gt;a&lt;/b&gt;.csv" in shown
    assert "<script>alert" not in shown


def test_data_docs_run_nothing_fetch_nothing_and_lead_nowhere_else(ask: Asked, browse: Browse) -> None:
    place = "validations/orders/run/1/orders.html"
    docs(
        ask,
        place,
        '<html><head><script src="https://cdn/x.js"></script></head><script>1</script>hello</html>',
    )
    browser = browse(ask)
    assert f'href="/data/docs/{place}"' in browser.get("/data/orders").text
    answer = browser.get(f"/data/docs/{place}")
    assert "hello" in answer.text
    assert "<script" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    for outside in ("../secrets/jwt", "..%2fsecrets%2fjwt", "validations/../../secrets/jwt", "/etc/passwd"):
        assert browser.get(f"/data/docs/{outside}").status_code in (404, 403), outside


def test_data_docs_of_a_source_behind_a_restricted_metric_are_not_for_others(
    ask_own: Asked, browse: Browse
) -> None:
    place = "validations/orders/run/1/orders.html"
    docs(ask_own, place, "<html>much</html>")
    merge = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
    governance = {"data_classification": "restricted", "owner_team": "hr"}
    ask_own("PATCH", "/api/v1/metrics/revenue", "admin", merge, json={"governance": governance})
    for name in (place, place.replace("/orders/", "/./orders/"), "static/../" + place):
        assert browse(ask_own).get(f"/data/docs/{name}").status_code in (403, 404), name
    assert place not in browse(ask_own).get("/data/orders").text
    assert "much" in browse(ask_own, "admin").get(f"/data/docs/{place}").text


def test_the_trust_line_says_at_once_that_data_are_late_refused_or_defined_anew(
    ask_own: Asked, browse: Browse
) -> None:
    browser = browse(ask_own)
    before = browser.get("/")
    assert "1 of 4 rows refused" in before.text
    assert "orders: no new" not in before.text
    with ask_own.app.extensions["mdl"].database.primary.begin() as connection:
        found = add_incident(
            connection,
            subject_kind="source",
            subject_id="orders",
            rule_id="rejected",
            title="orders: 1 file refused whole",
        )
    ask_own.app.extensions["mdl"].snapshot.forget()
    told = f'<a href="/incidents/{found}">orders: 1 file refused whole</a>'
    for path in ("/", "/domains/SHOP", "/objectives/SELL"):
        assert told in browser.get(path).text, path
    # of an earlier day nothing is wrong by now
    assert told not in browser.get("/?as_of=2026-03-04").text
    with ask_own.app.extensions["mdl"].database.primary.begin() as connection:
        connection.execute(text("update ops.incidents set state = 'resolved', resolved_at = now()"))
        add_event(connection, found, event="resolved")
        # a day before what is tolerated: late, though nobody judged it since
        connection.execute(text("update marts.event_coverage set newest_at = '2026-03-01T00:00Z'"))
    merge = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
    formula = {"definition": {"formula": "SUM(order.value) * 2"}}
    assert ask_own("PATCH", "/api/v1/metrics/revenue", "admin", merge, json=formula).status_code == 200
    after = browser.get("/").text
    assert told not in after
    assert '<a href="/data/orders">orders: no new order for 3 days; promised within 2 days</a>' in after
    assert "the definition of revenue changed since these numbers were published" in after


def test_about_says_what_runs_here(ask: Asked, browse: Browse) -> None:
    browser = browse(ask)
    shown = browser.get("/about").text
    for expected in ("database", "cache", "alerting", "/api-docs", "UTC"):
        assert expected in shown
    (row,) = table(browser, "/about", "publications")
    assert (row["Publication"], row["Quality"]) == ("1", "warning")


def test_an_objective_shows_its_way_history_and_the_pace_as_a_specification(
    ask_twice: Asked, browse: Browse
) -> None:
    browser = browse(ask_twice, "editor")
    spells = table(browser, "/objectives/SELL", "history")
    assert (spells[-1]["From"], spells[0]["To"]) == ("2026-03-03", "2026-03-05")
    assert (
        'data-chart="/objectives/SELL/pace.json?key_result=REVENUE"' in browser.get("/objectives/SELL").text
    )
    pace = browser.get("/objectives/SELL/pace.json?key_result=REVENUE")
    assert orjson.loads(pace.data)["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    assert browser.get("/objectives/SELL/pace.json?key_result=NO").status_code == 404


def test_the_scorecard_names_what_changed_most_since_the_publication_before(
    ask_twice: Asked, browse: Browse
) -> None:
    moved = {row["Metric"]: row for row in table(browse(ask_twice, "editor"), "/", "movers")}
    # 4 March sold 40; before, the newest finished day was 2 March with 30
    assert (moved["Revenue"]["Before"], moved["Revenue"]["Now"]) == ("30.0", "40.0")
    assert float(moved["Revenue"]["Change"]) == 100 / 3
    assert "Happiness" not in moved
