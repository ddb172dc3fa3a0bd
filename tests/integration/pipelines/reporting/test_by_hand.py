"""Reports that people ask for, and what becomes of one that cannot be made."""

import io
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from cli.main import cli
from core.errors import DataError, PermanentError
from pipelines.reporting import make
from pipelines.reporting.by_hand import NotAgainError, make_period, rendered, send_report
from pipelines.reporting.make import ReportFailedError, make_report
from pipelines.reporting.runs import MOST_ATTEMPTS
from reports.archive.again import make_again
from reports.errors import NothingPublishedError
from tests.build_marts import utc
from tests.integration.pipelines.reporting.newsroom import CHANNELS, CREATED, DUE, Newsroom, weekly
from tests.unit.reports.documents.pdf_reading import reader_of

WEEK = date(2026, 3, 4)
"""A day of the week that is due first."""


def send(newsroom: Newsroom, day: date | None = WEEK, **options: bool) -> tuple[int, str]:
    sent = send_report(newsroom.engine, newsroom.settings, "weekly", day, "cli:ann", DUE, **options)
    return sent.edition, sent.outcome.state


def test_a_report_that_is_sent_before_it_is_due_is_not_sent_when_it_is(newsroom: Newsroom) -> None:
    newsroom.whole()
    early = utc("2026-03-09 06:30")
    sent = send_report(newsroom.engine, newsroom.settings, "weekly", None, "cli:ann", early)
    assert (sent.edition, sent.outcome.state, sent.outcome.reason) == (1, "made", None)
    assert newsroom.work(DUE) == []
    assert newsroom.runs() == [("03-02", 1, "made")]
    assert newsroom.queued() == CHANNELS


def test_a_report_is_sent_again_only_where_that_is_said_as_another_edition(newsroom: Newsroom) -> None:
    newsroom.whole()
    newsroom.work(DUE)
    with pytest.raises(NotAgainError, match="was made before and is made; `--again` makes"):
        send(newsroom)
    assert send(newsroom, again=True) == (2, "made")
    assert send(newsroom, again=True) == (3, "made")
    assert newsroom.runs() == [("03-02", 1, "made"), ("03-02", 2, "made"), ("03-02", 3, "made")]
    assert newsroom.queued() == sorted(CHANNELS * 3)


def test_a_report_whose_data_are_not_complete_is_not_sent_and_leaves_no_run(newsroom: Newsroom) -> None:
    newsroom.publish("2026-03-08 06:00", {"revenue": [1, 2], "customers": [4, 5]})
    with pytest.raises(DataError, match="its data are not complete: the newest publication stands at Mar 8"):
        send(newsroom)
    assert newsroom.runs() == []


def test_a_withheld_report_is_sent_by_hand_as_the_run_it_was(newsroom: Newsroom) -> None:
    newsroom.work(DUE)
    newsroom.work(DUE + timedelta(hours=7))
    newsroom.whole()
    assert send(newsroom) == (1, "made")
    assert newsroom.runs() == [("03-02", 1, "made")]


def test_what_is_not_over_or_not_known_is_refused_with_what_to_do(newsroom: Newsroom) -> None:
    newsroom.whole()
    with pytest.raises(PermanentError, match=r"ends at 2026-03-16 00:00 UTC; it is not over"):
        send(newsroom, date(2026, 3, 11))
    with pytest.raises(PermanentError, match=r"no report 'weakly'; did you mean weekly\?"):
        rendered(newsroom.engine, newsroom.settings, "weakly", None, None, [])
    with pytest.raises(PermanentError, match="weekly is a report of each week, not day"):
        make_period(newsroom.engine, newsroom.settings, "weekly", "day", WEEK, DUE)


def test_rendering_leaves_nothing_and_says_what_is_missing(newsroom: Newsroom) -> None:
    newsroom.publish("2026-03-08 06:00", {"revenue": [1, 2], "customers": [4, 5]})
    files, missing = rendered(newsroom.engine, newsroom.settings, "weekly", WEEK, None, ["html"])
    assert [each.name for each in files if each.format == "html"] == ["weekly-week-2026-03-02.html"]
    assert missing[0].startswith("the newest publication stands at Mar 8 06:00")
    assert newsroom.runs() == []
    with pytest.raises(NothingPublishedError):
        rendered(newsroom.engine, newsroom.settings, "weekly", WEEK, date(2026, 3, 7), ["html"])


def test_a_report_that_cannot_be_written_is_tried_again_then_fails_and_is_told_once(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.whole()

    def broken(*_: object) -> None:
        raise RuntimeError("no font has this letter")

    monkeypatch.setattr(make, "_written", broken)
    said = []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        moment = DUE + timedelta(minutes=20 * attempt)
        (request,) = newsroom.look(moment).requests
        with pytest.raises(ReportFailedError, match=r"weekly \(run \d+\): RuntimeError: no font has"):
            make_report(newsroom.engine, newsroom.settings, request.run.run_id, moment)
        said.append(newsroom.state())
    why = "RuntimeError: no font has this letter"
    assert said == [
        ("waiting", f"attempt 1 of 3 failed: {why}"),
        ("waiting", f"attempt 2 of 3 failed: {why}"),
        ("failed", f"it could not be made: {why}"),
    ]
    for _ in range(3):
        assert newsroom.look(DUE + timedelta(hours=2)).requests == []
    assert newsroom.incidents() == [("weekly/week-2026-03-02", "report_failed", "firing")]
    monkeypatch.undo()
    assert make_period(newsroom.engine, newsroom.settings, "weekly", "week", WEEK, DUE).state == "made"
    newsroom.look(DUE + timedelta(hours=3))
    assert newsroom.incidents() == [("weekly/week-2026-03-02", "report_failed", "resolved")]


def test_a_backfilled_period_shows_what_stood_at_the_end_of_its_day(newsroom: Newsroom) -> None:
    first = newsroom.publish("2026-03-02 06:00", {"revenue": [1, None], "customers": [4, None]})
    newsroom.publish("2026-03-09 06:00", {"revenue": [100, 2], "customers": [4, 5]})
    outcome = make_period(newsroom.engine, newsroom.settings, "weekly", "week", date(2026, 2, 23), DUE)
    assert outcome.state == "sent"
    ((publication, asked_by, due_at),) = newsroom.query(
        "select publication_id, asked_by, due_at from ops.report_runs"
    )
    assert (publication, asked_by, due_at) == (first, "backfill", utc("2026-03-02 07:00"))
    assert newsroom.queued() == []


def test_a_report_that_shows_what_not_everyone_may_read_is_marked(newsroom: Newsroom) -> None:
    hidden = newsroom.metrics[0].model_copy(deep=True)
    hidden.governance.data_classification = "restricted"
    newsroom.metrics[0] = hidden
    scope = {"metrics": ["revenue"]}
    newsroom.apply(CREATED, weekly(scope=scope, audience={"role": "admin"}))
    newsroom.whole()
    newsroom.work(DUE)
    found = newsroom.query("select shows_restricted, audience from ops.report_runs")
    assert found == [(True, {"role": "admin", "team": None})]


@pytest.fixture
def called(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    """A terminal on the installation, whose clock stands at the time the report is due."""
    monkeypatch.setenv("MDL_DATABASE_URL", newsroom.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("MDL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MDL_AS_OF", "2026-03-09T07:00")
    newsroom.whole()
    return CliRunner()


def test_the_commands_list_render_and_send(called: CliRunner, newsroom: Newsroom, tmp_path: Path) -> None:
    made = called.invoke(cli, ["report", "render", "weekly", "--out", str(tmp_path / "out")])
    assert made.exit_code == 0, made.output
    assert "weekly-week-2026-03-02.html" in made.output
    written = (tmp_path / "out" / "weekly-week-2026-03-02.html").read_text(encoding="utf-8")
    assert "cid:" not in written, "its pictures are inside"
    assert not list((tmp_path / "out").glob("*.png"))
    assert newsroom.runs() == []
    listed = called.invoke(cli, ["report", "list", "--format", "csv"], catch_exceptions=False)
    assert listed.output.splitlines()[1].startswith("weekly,Weekly,week,0 7 * * 1,UTC,2026-03-16 07:00,,,")
    sent = called.invoke(cli, ["report", "send", "weekly"])
    queued = "queued for its channels, to which `mdl up` or `mdl alerts evaluate` sends it"
    assert sent.output == f"weekly of 2026-03-02: {queued}\n"
    again = called.invoke(cli, ["report", "send", "weekly", "--period", "2026-03-05"])
    assert isinstance(again.exception, NotAgainError)
    edition = called.invoke(cli, ["report", "send", "weekly", "--again"])
    assert edition.output == f"weekly of 2026-03-02, edition 2: {queued}\n"
    listed = called.invoke(cli, ["report", "list", "--format", "csv"])
    assert ",2026-03-02,made,," in listed.output
    assert newsroom.query("select asked_by like 'cli:%' from ops.report_runs") == [(True,), (True,)]
    with newsroom.engine.connect() as connection:
        assert connection.scalar(text("select count(*) from ops.deliveries")) == 4


def test_a_report_leads_to_its_own_page_in_every_format(newsroom: Newsroom) -> None:
    newsroom.settings = newsroom.settings.model_copy(update={"public_url": "https://example.com/mdl/"})
    newsroom.apply(CREATED, weekly(formats=["html", "pdf", "xlsx"]))
    newsroom.whole()
    newsroom.work(DUE)
    [(run_id, link)] = newsroom.query("select run_id, contents #>> '{cover,link}' from ops.report_runs")
    assert link == f"https://example.com/mdl/reports/weekly/{run_id}"
    stored = "select format, content from ops.report_archive where format <> 'png'"
    files = {name: bytes(content) for name, content in newsroom.query(stored)}
    notes: list[Any] = [each for page in reader_of(files["pdf"]).pages for each in page.get("/Annots", [])]
    assert link in {each.get_object()["/A"]["/URI"] for each in notes}
    with zipfile.ZipFile(io.BytesIO(files["xlsx"])) as book:
        assert any(f'"{link}"' in book.read(name).decode() for name in book.namelist() if "_rels/" in name)
    assert f'href="{link}"' in files["html"].decode()
    assert link in files["text"].decode()
    with newsroom.engine.connect() as connection:
        zone = newsroom.settings.zone
        again = make_again(connection, run_id, zone, newsroom.settings.locale, newsroom.settings.public_url)
    assert again.differences == ()
    looked, _ = rendered(newsroom.engine, newsroom.settings, "weekly", None, None, ["html"])
    page = next(each.content for each in looked if each.format == "html").decode()
    assert "https://example.com/mdl/reports/weekly" in re.findall('href="([^"]*)"', page)
