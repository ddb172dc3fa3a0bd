"""Every number that a page of the flights sample shows is one that the API answers for the same publication."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, create_engine, make_url

from core.clock import wall_now
from core.settings import load_settings
from examples.flights.prepare import prepare
from reports.documents.contents.document import ReportRequest, read_report
from reports.documents.model import ReportDocument
from reports.documents.periods import period_before
from schemas.catalog.stored import read_catalog
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.conftest import administer, copy_database
from tests.documents import numbers_of
from tests.e2e.conftest import Workspace
from tests.e2e.flights import sample_settings
from tests.integration.webapi.conftest import PASSWORD, Asked
from tests.integration.webapi.pages.conftest import Browser
from tests.integration.webapi.pages.crawling import crawl
from tests.unit.reports.documents.test_four_ways import differences
from webapi.app import create_app

_REPORTS = ("weekly-scorecard", "monthly-punctuality")
_GRAINS = ("day", "week", "month", "quarter", "year")


# what the API does not tell of sources, by hand: data end an hour before midnight, on-time arrivals promise two days
# (in seconds), 34 of 41 metrics read flights, and the wind of 1,048 mph stands in row 1,010
_OF_DATA = {3_600.0, 172_800.0, 34.0, 1_010.0}


@pytest.fixture(scope="module")
def sample(postgres_url: str, _template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """The sample as `make run` computes it, its two reports made, and the app over it."""
    copy_database(postgres_url, "same_numbers", _template)
    url = make_url(postgres_url).set(database="same_numbers").render_as_string(hide_password=False)
    root: Path = tmp_path_factory.mktemp("flights")
    given = sample_settings()
    workspace = Workspace(root, url, given)
    prepare(root / "landing")
    workspace.mdl("run")
    workspace.mdl("alerts", "evaluate")
    for report in _REPORTS:
        workspace.mdl("report", "send", report)
    engine = create_engine(url)
    with engine.begin() as connection:
        create_user(connection, "admin", PASSWORD, Role.ADMIN, wall_now())
    engine.dispose()
    settings = load_settings(
        home=root / "home",
        database_url=url,
        rate_limit=1_000_000,
        timezone=given["MDL_TIMEZONE"],
        as_of=given["MDL_AS_OF"],
    )
    app = create_app(settings)
    yield Asked(app, {})
    app.extensions["mdl"].database.close()
    administer(postgres_url, "drop database same_numbers with (force)")


class Answers:
    """What the API answers, and the numbers within."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.kept: dict[str, Any] = {}

    def of(self, path: str) -> Any:
        """The body of an answer; of one that is refused nothing."""
        if path not in self.kept:
            answer = self.asked.get(path, "admin")
            self.kept[path] = answer.get_json() if answer.status_code == 200 else {}
        return self.kept[path]

    def numbers(self, *paths: str) -> set[float]:
        """Every number in the answers."""
        return {number for path in paths for number in _numbers(self.of(path))}


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _numbers(each)
    elif isinstance(value, list):
        yield len(value)
        for each in value:
            yield from _numbers(each)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def test_a_crawl_of_every_page_shows_no_number_that_the_api_does_not_answer(sample: Asked) -> None:
    browser = Browser(sample.app.test_client())
    assert browser.sign_in("admin").status_code == 200
    answers, differences, compared = Answers(sample), [], 0
    starts = (
        "/",
        "/metrics",
        "/explore?metric=FLT-DEPARTURES&metric=FLT-CANCELLED",
        "/incidents",
        "/data",
        "/catalog",
    )
    for path, answer, read in crawl(browser, (*starts, "/lineage", "/about"), most=450, one_of=_kind):
        assert answer.status_code == 200, path
        allowed = _allowed(path, answers)
        wrong = [number for number in read.numbers if number not in allowed]
        compared += len(read.numbers)
        if wrong:
            differences.append((path, wrong[:5]))
    assert differences == [], json.dumps(differences, indent=1)
    assert compared > 5_000, compared


def _kind(address: str) -> str:
    """One page of each metric and document, a few of each list."""
    parts = urlsplit(address)
    is_single = re.match(r"/(metrics|objectives|domains|incidents)/", parts.path)
    return parts.path + ("?" + parts.query if parts.query and is_single and len(parts.query) < 20 else "")


def _allowed(path: str, answers: Answers) -> set[float]:
    """The numbers of what the API answers about the subject of a page."""
    parts = urlsplit(path)
    kind, _, rest = parts.path.strip("/").partition("/")
    subject = rest.split("/")[0]
    if kind in ("", "domains", "objectives"):
        objectives = f"/api/v1/objectives/{subject}"
        return answers.numbers("/api/v1/scorecard", "/api/v1/incidents", objectives)
    if kind == "metrics" and subject:
        return _of_metric(subject, answers)
    if kind == "metrics":
        every = [f"/api/v1/metrics?include=current&limit=100&page={number}" for number in (1, 2)]
        return answers.numbers(*every) | {
            number for metric in _ids(answers) for number in _of_summary(metric, answers)
        }
    if kind == "reports":
        run = rest.rpartition("/")[2]
        return answers.numbers("/api/v1/reports/archive", f"/api/v1/reports/archive/{run}")
    if kind == "explore":
        return {number for metric in _ids(answers) for number in _of_metric(metric, answers)}
    found = answers.numbers(
        "/api/v1/stats", "/api/v1/publications", "/api/v1/data-quality", "/api/v1/incidents", "/api/v1/alert-rules",
        f"/api/v1/incidents/{subject}", "/health",
    )  # fmt: skip
    return found | _OF_DATA if kind == "data" else found


def _ids(answers: Answers) -> list[str]:
    return [each["id"] for each in answers.of("/api/v1/metrics?limit=100")["data"]]


def _of_summary(metric: str, answers: Answers) -> set[float]:
    return answers.numbers(f"/api/v1/metrics/{metric}/summary")


def _of_metric(metric: str, answers: Answers) -> set[float]:
    values = [f"/api/v1/metrics/{metric}/values?grain={grain}" for grain in _GRAINS]
    return answers.numbers(f"/api/v1/metrics/{metric}", f"/api/v1/metrics/{metric}/summary", *values)


@pytest.mark.parametrize("report", _REPORTS)
def test_a_report_shows_the_same_numbers_in_every_format_as_over_the_api(sample: Asked, report: str) -> None:
    answers = Answers(sample)
    [run] = answers.of(f"/api/v1/reports/{report}/archive")["data"]
    address = f"/api/v1/reports/archive/{run['run_id']}"
    contents = answers.of(address)["data"]["contents"]
    files = {
        each["format"]: sample.get(f"{address}/files/{each['name']}", "admin").data for each in run["files"]
    }
    database = sample.app.extensions["mdl"].database
    document = database.read(_read_again, report, run["publication_id"], contents["cover"]["made_at"])
    assert len(numbers_of(document)) > 200
    assert differences(document, contents, files) == []


def _read_again(connection: Connection, report_id: str, publication: int, made_at: str) -> ReportDocument:
    report = read_catalog(connection).reports[report_id]
    zone = ZoneInfo("America/New_York")
    period = period_before(report.grain, datetime(2013, 10, 15, tzinfo=zone), zone)
    moment = datetime.fromisoformat(made_at)
    return read_report(connection, ReportRequest(report, period, publication, moment))
