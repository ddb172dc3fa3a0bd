"""What axe finds on each page, light and dark, on a phone and on a wide screen: nothing."""

import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from reports.documents.file import ReportFile
from reports.documents.html.browser import for_browser
from tests.e2e.pages.conftest import Visitor
from tests.e2e.pages.places import OF_ADMINS, OF_STRANGERS, PAGES, PROBLEMS

Visits = Callable[..., Visitor]
Theme = Literal["light", "dark"]
AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
RUN = """axe.run({resultTypes: ["violations"]}).then(({violations}) =>
  violations.flatMap(({id, nodes}) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`)))
"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LOOKS = pytest.mark.parametrize(
    ("theme", "width"), [("light", 390), ("light", 1400), ("dark", 390), ("dark", 1400)]
)


def faults(page: Page) -> list[str]:
    """What axe, which the debugger brings in past the page's policy, and the page's width have to say."""
    page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN)
    beyond = page.evaluate(SIDEWAYS)
    return [f"{page.url} {each}" for each in found + ([f"{beyond} pixels too wide"] if beyond > 0 else [])]


def look(theme: Theme, width: int) -> dict[str, Any]:
    """How a browser shows pages."""
    return {"color_scheme": theme, "viewport": {"width": width, "height": 900}}


@LOOKS
def test_axe_finds_nothing_on_any_page(visitor: Visits, theme: Theme, width: int) -> None:
    admin = visitor("admin", **look(theme, width))
    found = [fault for path in (*PAGES, *OF_ADMINS, *PROBLEMS) for fault in faults(admin.goes(path).page)]
    assert found == []


@LOOKS
def test_axe_finds_nothing_where_somebody_is_not_signed_in_or_sees_less(
    visitor: Visits, theme: Theme, width: int
) -> None:
    stranger, viewer = visitor(None, **look(theme, width)), visitor(**look(theme, width))
    found = [fault for path in OF_STRANGERS for fault in faults(stranger.goes(path).page)]
    stranger.goes("/sign-in").fills_in("nobody", "a wrong phrase of some length")
    expect(stranger.page.get_by_role("alert")).to_be_visible()
    found += faults(stranger.page)
    for path in ("/metrics", "/metrics/margin", "/data/costs", "/incidents/1", "/admin"):
        found += faults(viewer.goes(path).page)
    assert found == []


@LOOKS
def test_axe_finds_nothing_in_what_scripts_add(visitor: Visits, theme: Theme, width: int) -> None:
    viewer = visitor(**look(theme, width))
    page = viewer.goes("/metrics/revenue?grain=day").page
    expect(page.locator("figure .chart-drawing")).to_be_visible()
    found = faults(page)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Find anything").fill("revenue")
    expect(page.get_by_role("option", name="Revenue").first).to_be_visible()
    assert found + faults(page) == []


@LOOKS
def test_axe_finds_nothing_in_a_report_as_it_was_sent(visitor: Visits, theme: Theme, width: int) -> None:
    viewer = visitor(**look(theme, width))
    files, page = "/reports/weekly/1/files", viewer.goes("/reports/weekly/1").page
    html = had(viewer, f"{files}/weekly-week-2026-02-23.html", "html")
    pictures = set(re.findall(rb'"cid:([^"]+)"', html.content))
    images = [had(viewer, f"{files}/{name.decode()}", "image") for name in pictures]
    page.goto("about:blank")
    page.set_content(for_browser([html, *images]).decode())
    expect(page.get_by_role("heading", level=1)).to_have_text("The week of the shop")
    assert faults(page) == []


def had(visitor: Visitor, path: str, kind: Literal["html", "image"]) -> ReportFile:
    """A file of the archive, as a page's cookie brings it."""
    answer = visitor.context.request.get(visitor.base + path)
    assert answer.status == 200, path
    media_type = answer.headers["content-type"]
    return ReportFile(path.rpartition("/")[2], kind, media_type, answer.body())
