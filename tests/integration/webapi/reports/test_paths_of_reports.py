"""No id of a report leads to something else than that report, whichever route of the app it looks like."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import Engine
from werkzeug.exceptions import NotFound
from werkzeug.routing import MapAdapter, RequestRedirect

from reports.documents.addresses import report_path
from schemas.documents.documents import Report
from schemas.documents.report_checks import report_problems
from tests.build_reports import add_file, add_run
from tests.integration.webapi.conftest import Asked
from tests.integration.webapi.pages.conftest import Browser

ODD = ("a//b", "/a", "a/", ".", "..", "../a", "~", "~1", "weekly~1", "a?b", "a#b", "%2F", "/", "//")


@pytest.fixture
def paths(asked: Asked) -> MapAdapter:
    """What the app answers by."""
    return asked.app.url_map.bind("mdl.example.com")


def ids_like_routes(paths: MapAdapter) -> list[str]:
    """Of every route that begins with reports, what could follow there, with numbers and names for its parts."""
    rules = [str(rule).partition("/reports/")[2] for rule in paths.map.iter_rules()]
    rests = {re.sub("<[^>]*>", "weekly", re.sub("<int[^>]*>", "1", rest)) for rest in rules if rest}
    assert {"weekly/1/files/weekly", "archive/1/files/weekly", "weekly/history", "archive"} <= rests
    parts = {"/".join(rest.split("/")[at:]) for rest in rests for at in range(4)} - {""}
    return sorted({*parts, *(f"weekly/{part}" for part in parts), *ODD})


def matched(paths: MapAdapter, path: str, method: str = "GET") -> tuple[str, dict[str, Any]] | None:
    """As the server passes a path on: decoded."""
    try:
        endpoint, values = paths.match(unquote(path), method)
    except (NotFound, RequestRedirect):
        return None
    return endpoint.rpartition(".")[2], dict(values)


def test_a_page_of_a_report_is_that_of_its_id_and_no_other(paths: MapAdapter) -> None:
    for report_id in ids_like_routes(paths):
        about = {"report_id": report_id}
        assert matched(paths, report_path(report_id)) == ("show_report", about)
        assert matched(paths, report_path(report_id, 1)) == ("show_run", about | {"run_id": 1})
        file = f"{report_path(report_id, 1)}/files/x.pdf"
        assert matched(paths, file) == ("send_report_file", about | {"run_id": 1, "name": "x.pdf"})


def test_an_id_that_the_catalog_takes_leads_nowhere_else_in_the_api(paths: MapAdapter) -> None:
    taken = [
        report_id
        for report_id in ids_like_routes(paths)
        if not list(report_problems(Report(report_id=report_id, name="x")))
    ]
    assert {"weekly/1", "1", "history", "weekly"} <= set(taken)
    for report_id in taken:
        for method in ("GET", "PUT", "PATCH", "DELETE"):
            found = matched(paths, f"/api/v1/reports/{report_id}", method)
            assert found is None or found[1] == {"report_id": report_id}, report_id


def test_a_report_whose_id_ends_like_a_run_has_its_pages_beside_that_run(
    engine: Engine, browse: Callable[[str], Browser]
) -> None:
    with engine.begin() as connection:
        run_id = add_run(connection)
        other = f"weekly/{run_id}"
        run_of_other = add_run(connection, report_id=other)
        content = add_file(connection, run_of_other)
    browser = browse("viewer")
    assert f'href="/reports/weekly~1{run_id}/{run_of_other}"' in browser.read(report_path(other))
    assert "What it says" in browser.read(report_path("weekly", run_id))
    assert "What it says" in browser.read(report_path(other, run_of_other))
    assert browser.get(f"{report_path(other, run_of_other)}/files/weekly.pdf").data == content
