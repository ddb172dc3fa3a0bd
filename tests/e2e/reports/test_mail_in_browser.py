"""Mail of reports in a real browser: nothing for axe to find, light and dark, and never wider than the window."""

import re

import pytest
from playwright.sync_api import Browser, Page

from reports.cells import Figure, Table
from reports.documents.html.browser import for_browser
from reports.documents.model import ReportDocument, Section
from reports.documents.writing import write_report
from tests.documents import HOSTILE, cover, hostile_document, named, sample_document
from tests.e2e.pages.test_accessibility import SIDEWAYS, Theme, faults, look

pytestmark = pytest.mark.slow

LONG = {
    "ar": "مقياس الإيرادات " * 13,
    "ja": "売上高の指標" * 34,
    "de": "Donaudampfschifffahrtsgesellschaft" * 6,
}
MANY = {f"c{number}": f"Column {number}" for number in range(12)}
WIDE = Table("wide", "Wide", MANY, [dict.fromkeys(MANY, Figure(1_234_567.0, "passengers"))], frozenset(MANY))
DOCUMENTS = {
    "sample": sample_document(),
    "hostile": hostile_document(max(HOSTILE, key=len), has_charts=True),
    "nothing": ReportDocument(cover(link=None, description=None, owner_team=None, doubts=()), "en", (), ()),
    "wide": sample_document(sections=[Section("wide", "Wide", tables=[WIDE])]),
    **{locale: named(sample_document(locale=locale), name[:200]) for locale, name in LONG.items()},
}
JUDGED = ("sample", "hostile", "nothing", "ar")


@pytest.fixture(scope="module")
def mails() -> dict[str, str]:
    """What each document looks like in a browser."""
    return {name: for_browser(write_report(each, ["html"])).decode() for name, each in DOCUMENTS.items()}


def too_wide(page: Page) -> list[str]:
    beyond = page.evaluate(SIDEWAYS)
    return [f"{beyond} pixels too wide"] if beyond else []


@pytest.mark.parametrize(("theme", "width"), [("light", 390), ("light", 1000), ("dark", 390), ("dark", 1000)])
def test_axe_finds_nothing_and_nothing_is_fetched(
    browser: Browser, mails: dict[str, str], theme: Theme, width: int
) -> None:
    context = browser.new_context(**look(theme, width))
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    found = []
    for name, mail in mails.items():
        page.set_content(mail)
        wrong = faults(page) if name in JUDGED else too_wide(page)
        found += [f"{name}: {each}" for each in wrong]
        pictures = page.evaluate("[...document.images].map((image) => image.naturalWidth > 0)")
        assert all(pictures), "charts are shown"
    context.close()
    assert found == []
    assert [url for url in asked if not url.startswith("data:image/png")] == []


def test_a_reader_that_takes_the_styles_of_screens_away_shows_all_in_its_width(
    browser: Browser, mails: dict[str, str]
) -> None:
    context = browser.new_context(**look("light", 800))
    page = context.new_page()
    for mail in mails.values():
        page.set_content(re.sub("<style.*?</style>", "", mail, flags=re.DOTALL))
        assert too_wide(page) == []
    context.close()


def test_a_phone_shows_each_number_behind_its_heading(browser: Browser, mails: dict[str, str]) -> None:
    context = browser.new_context(**look("light", 390))
    page = context.new_page()
    page.set_content(mails["sample"])
    row = page.locator("tbody tr", has_text="FLT-ON-TIME-ARRIVALS").last
    assert "Value: 79.41%" in row.inner_text()
    page.set_viewport_size({"width": 1000, "height": 800})
    assert "Value: " not in row.inner_text()
    context.close()
