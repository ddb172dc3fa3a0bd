"""Where the catalog's pages show reports as documents."""

import csv
import io
import re
from collections.abc import Callable

import pytest

from tests.integration.webapi.conftest import Asked
from tests.integration.webapi.pages.conftest import Browser

HOSTILE = "<b>Weekly</b> & \"'%"
REPORT = {
    "report_id": "weekly/1",
    "name": HOSTILE,
    "owner_team": "ops",
    "schedule": "0 7 * * 1",
    "scope": {"domains": ["SHOP"]},
}


@pytest.fixture
def viewer(ask_own: Asked, browse: Callable[[Asked, str], Browser]) -> Browser:
    """A viewer of the shop with a report."""
    assert ask_own("POST", "/api/v1/reports", "editor", json=REPORT).status_code == 201
    return browse(ask_own, "viewer")


def rows(browser: Browser, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(browser.read(path))))


def test_reports_are_listed_filtered_and_shown_as_documents(viewer: Browser) -> None:
    assert 'href="/catalog/report/weekly/1"' in viewer.read("/catalog?kind=report")
    (row,) = rows(viewer, "/catalog?kind=report&grain=week&format=csv")
    assert (row["Id"], row["Owner"], row["Schedule"]) == ("weekly/1", "ops", "0 7 * * 1")
    assert rows(viewer, "/catalog?kind=report&grain=month&format=csv") == []
    text = viewer.read("/catalog/report/weekly/1")
    assert "<b>" not in text
    (to,) = rows(viewer, "/catalog/report/weekly/1?format=csv&table=refers-to")
    assert (to["Document"], to["In the field"]) == ("Shop", "scope.domains")


def test_what_a_report_names_says_so(viewer: Browser) -> None:
    by = rows(viewer, "/catalog/domain/SHOP?format=csv&table=referred-to-by")
    assert ("report", "scope.domains") in [(row["Kind"], row["In the field"]) for row in by]


def test_a_metric_shows_the_reports_that_stand_on_it(viewer: Browser) -> None:
    text = viewer.read("/metrics/revenue")
    below = text.partition("Reports that stand on it")[2].partition("</ul>")[0]
    assert re.findall(r'href="([^"]+)"', below) == ["/reports/weekly~11"]


def test_a_report_is_drawn_at_the_end_of_the_way(viewer: Browser) -> None:
    text = viewer.read("/lineage/metric/revenue")
    boxes = re.findall(r'<a href="/lineage/([^"]+)" class="node', text)
    assert boxes[-2:] == ["domain/SHOP", "report/weekly/1"]
    assert 'class="heading"' in text
    assert ">Reports</text>" in text
    assert 'aria-current="true"' in viewer.read("/lineage/report/weekly/1")
    assert 'href="/lineage/report/weekly/1"' in viewer.read("/lineage?kind=report")
    assert 'href="/catalog/report/weekly/1"' in viewer.read("/lineage/report/weekly/1")


def test_wherever_a_report_is_shown_its_runs_are_a_step_away(
    ask_own: Asked, viewer: Browser, browse: Callable[[Asked, str], Browser]
) -> None:
    for path in ("/catalog/report/weekly/1", "/lineage/report/weekly/1"):
        assert 'href="/reports/weekly~11">What was made of it' in viewer.read(path)
    page = viewer.read("/reports/weekly~11")
    assert 'href="/lineage/report/weekly/1"' in page
    assert 'href="/catalog/report/weekly/1"' in page
    admin = browse(ask_own, "admin")
    assert '<a href="/reports/weekly~11" dir="auto">report:weekly/1</a>' in admin.read("/admin/audit")


def test_a_report_is_found_from_any_page(viewer: Browser) -> None:
    for typed in ("weekly/1", "<b>Weekly", "ops"):
        answer = viewer.client.get("/search.json", query_string={"q": typed})
        assert [(hit["group"], hit["href"]) for hit in answer.get_json()["data"]][:1] == [
            ("Reports", "/reports/weekly~11")
        ]
