"""Pages of reports: what was made, one report, one run as it was, and its files."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, select, update

from reports.documents.addresses import report_path
from schemas.catalog.store import apply
from schemas.documents.documents import Catalog, Report
from schemas.tables import audit_log, catalog_documents, report_archive
from tests.build_incidents import NOW
from tests.build_reports import MONDAY, add_file, add_report_delivery, add_run, contents
from tests.integration.webapi.pages.conftest import Browser
from tests.integration.webapi.pages.crawling import Read
from tests.integration.webapi.reports.conftest import SEES, WHO

STRINGS = json.loads((Path(__file__).parents[1] / "pages" / "hostile_texts.json").read_text())
Browse = Callable[[str], Browser]


def define(engine: Engine, **fields: object) -> None:
    """The report `weekly` in the catalog."""
    report = Report.model_validate({"report_id": "weekly", "name": "Weekly scorecard", **fields})
    wanted = Catalog(reports={"weekly": report})
    apply(engine, wanted, changed_by="test", origin_of=lambda *_: "test", now=NOW, prune=False)


def test_without_reports_the_list_says_how_to_define_one(engine: Engine, browse: Browse) -> None:
    page = browse("viewer").read("/reports")
    assert "Nothing was made yet" in page
    assert "mdl catalog apply" in page
    assert "The catalog defines no report yet" in page


def test_the_list_shows_state_period_files_and_how_many_have_it(engine: Engine, browse: Browse) -> None:
    with engine.begin() as connection:
        run_id = add_run(connection)
        add_file(connection, run_id)
        add_file(connection, run_id, "01-revenue.png", format="image")
        add_report_delivery(connection, run_id)
        add_report_delivery(connection, run_id, target="webhook:a", state="dead")
        late = MONDAY + timedelta(days=7)
        add_run(connection, period_start=late, state="withheld", reason="orders are late")
    browser = browse("viewer")
    page = browser.read("/reports")
    assert page.index("orders are late") < page.index("1 of 2")
    assert '<span class="status withheld"><span class="shape"' in page
    # by the clock of the report's zone the period begins on Monday, though in UTC it is Sunday
    assert "Mar 2 \N{EN DASH} Mar 8, 2026" in page
    assert f'href="/reports/weekly/{run_id}"' in page
    lines = browser.get("/reports?format=csv&table=runs").text.splitlines()
    assert lines[0] == "Report,Period,State,Why,Made,Sent to,Files"
    assert lines[2].endswith(",1 of 2,pdf")
    assert "orders are late" not in browser.read("/reports?state=sent")
    assert "orders are late" not in browser.read("/reports?until=2026-03-02")
    assert "No report fits" in browser.read("/reports?report_id=other")
    assert browser.get("/reports?state=lost").status_code == 422


def test_a_report_has_its_definition_and_when_it_is_due_next(engine: Engine, browse: Browse) -> None:
    define(engine, schedule="0 7 * * 1", timezone="Europe/Berlin", scope={"metrics": ["revenue"]})
    page = browse("viewer").read("/reports/weekly")
    assert "Nothing was made of it yet" in page
    assert '<a href="/metrics/revenue" dir="auto">revenue</a>' in page
    # as of Wednesday 4 March 2026 the next Monday is the 9th
    assert '<time datetime="2026-03-09T07:00:00+01:00">' in page
    assert 'href="/reports/weekly"' in browse("viewer").read("/reports")


def test_a_document_that_another_version_stored_is_read_as_the_catalog_is(
    engine: Engine, browse: Browse
) -> None:
    define(engine)
    stored = catalog_documents.c
    other = {"id": "weekly", "title": "Weekly numbers", "cron": "0 7 * * 1", "colour": "green"}
    with engine.begin() as connection:
        connection.execute(
            update(catalog_documents)
            .where(stored.kind == "report")
            .values(content=other, content_hash="another")
        )
    browser = browse("viewer")
    for path in ("/reports", "/reports/weekly"):
        page = browser.read(path)
        assert "Weekly numbers" in page
        assert '<time datetime="2026-03-09T07:00:00' in page


def test_a_report_that_left_the_catalog_keeps_its_page_while_there_are_runs(
    engine: Engine, browse: Browse
) -> None:
    browser = browse("viewer")
    assert browser.get("/reports/weekly").status_code == 404
    with engine.begin() as connection:
        add_run(connection)
    assert "has no report" in browser.read("/reports/weekly")


def test_a_run_shows_the_document_as_it_was_in_its_locale_and_zone(engine: Engine, browse: Browse) -> None:
    with engine.begin() as connection:
        run_id = add_run(connection)
        add_file(connection, run_id)
        add_file(connection, run_id, "01-revenue.png", format="image", media_type="image/png")
        add_report_delivery(connection, run_id)
    page = browse("viewer").read(f"/reports/weekly/{run_id}")
    read = Read(page)
    assert read.faults == []
    assert sorted(set(read.numbers)) == [-3.5, 0.25, 1.0, 12.5, 271828.5]
    assert '<data value="271828.5">271.828\xa0€</data>' in page, "as German writes it"
    assert "09.03.2026, 07:00 (publication 1)" in page, "published, by the clock in Berlin"
    assert "<strong>Trust with care:</strong>" in page
    assert re.search(r'class="better">Better:</strong>.*25\xa0%', page)
    assert "email:board@example.com" in page
    assert f'href="/reports/weekly/{run_id}/files/weekly.pdf"' in page
    assert page.count(f'src="/reports/weekly/{run_id}/files/01-revenue.png"') == 1


def test_a_run_that_ended_otherwise_says_why(engine: Engine, browse: Browse) -> None:
    states = {"withheld": "Withheld because", "failed": "Failed because", "waiting": "Waits because"}
    browser = browse("viewer")
    for edition, (state, words) in enumerate(states.items(), 1):
        with engine.begin() as connection:
            ended = {"state": state, "reason": "orders are late", "contents": None, "made_at": None}
            run_id = add_run(connection, edition=edition, **ended)
        page = browser.read(f"/reports/weekly/{run_id}")
        assert f"<strong>{words}:</strong> <span" in page
        assert "orders are late" in page


def test_a_restricted_report_shows_that_it_is_there_and_whom_to_ask(engine: Engine, browse: Browse) -> None:
    with engine.begin() as connection:
        run_id = add_run(connection, shows_restricted=True, reason="whispered")
        sent = add_file(connection, run_id)
    for who in WHO:
        browser = browse(who)
        page, listed = browser.read(f"/reports/weekly/{run_id}"), browser.read("/reports")
        file = browser.get(f"/reports/weekly/{run_id}/files/weekly.pdf")
        assert 'class="status sent"' in page
        if who in SEES:
            assert (file.status_code, file.data) == (200, sent)
            assert "271828.5" in page
            continue
        assert file.status_code == 403
        assert "ask sales" in page
        for told in (page, listed):
            for secret in ("271828.5", "whispered", "weekly.pdf"):
                assert secret not in told
        assert "restricted" in listed
    with engine.connect() as connection:
        noted = select(audit_log.c.actor).where(audit_log.c.action == "report.download")
        assert sorted(connection.scalars(noted)) == ["user:boss", "user:owner"]
    assert f'<a href="/reports/weekly/{run_id}" dir="auto">report_run:{run_id}</a>' in browse("boss").read(
        "/admin/audit"
    )


def test_what_is_no_longer_kept_is_said_on_its_page(engine: Engine, browse: Browse) -> None:
    with engine.begin() as connection:
        run_id = add_run(connection, contents=None)
    browser = browse("viewer")
    assert "no longer kept" in browser.read("/reports")
    assert "no longer kept" in browser.read(f"/reports/weekly/{run_id}")
    assert browser.get(f"/reports/weekly/{run_id}/files/weekly.pdf").status_code == 410


def test_a_file_that_is_damaged_is_said_to_be_on_a_page_with_what_to_do(
    engine: Engine, browse: Browse
) -> None:
    with engine.begin() as connection:
        run_id = add_run(connection)
        add_file(connection, run_id)
        connection.execute(update(report_archive).values(content=b"something else"))
    answer = browse("viewer").get(f"/reports/weekly/{run_id}/files/weekly.pdf")
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "Content-Disposition" not in answer.headers
    page = Read(answer.text)
    assert page.faults == []
    assert "The stored file is damaged" in page.text
    assert f"mdl report archive check {run_id}" in page.text


def test_a_run_is_found_below_its_own_report_alone(engine: Engine, browse: Browse) -> None:
    with engine.begin() as connection:
        run_id = add_run(connection)
        add_file(connection, run_id)
    browser = browse("viewer")
    assert browser.get(f"/reports/other/{run_id}").status_code == 404
    assert browser.get(f"/reports/other/{run_id}/files/weekly.pdf").status_code == 404
    assert browser.get(f"/reports/weekly/{run_id + 1}").status_code == 404


def test_hostile_text_of_reports_is_shown_as_text(engine: Engine, browse: Browse) -> None:
    with engine.begin() as connection:
        runs = {}
        for number, text in enumerate(STRINGS):
            report_id = f"r{number}/" + "".join(text.split())[:190].replace("\0", "")
            run_id = add_run(connection, report_id=report_id, contents=contents(text), reason=text)
            add_file(connection, run_id, text.replace("/", "-") or "x", format="pdf")
            runs[report_path(report_id, run_id)] = text
    browser = browse("viewer")
    for path in ("/reports?limit=100", *(path.rpartition("/")[0] for path in runs)):
        assert Read(browser.read(path)).faults == [], path
    for path, text in runs.items():
        read = Read(browser.read(path))
        assert read.faults == [], path
        assert "".join(text.split()) in "".join(read.text.split())
        [file] = [link for link in read.links if "/files/" in link]
        answer = browser.get(file)
        assert answer.status_code == 200, file
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
