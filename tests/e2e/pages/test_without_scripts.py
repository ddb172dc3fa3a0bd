"""Pages where scripts are off: everything is read, every form is sent."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.pages.conftest import Visitor
from tests.e2e.pages.places import OF_ADMINS, PAGES, PROBLEMS

Visits = Callable[..., Visitor]
WITH_TABLES = {
    *("/metrics", "/metrics/revenue", "/incidents", "/incidents/1", "/data", "/data/orders", "/catalog"),
    *("/reports", "/reports/weekly", "/reports/weekly/1"),
    *("/objectives/SELL", "/explore?metric=revenue&metric=orders", "/admin", "/admin/audit"),
}
WITH_CHARTS = {
    "/metrics/revenue": 1,
    "/metrics/revenue?grain=day&breakdown=country": 1,
    "/explore?metric=revenue&metric=orders": 2,
}
DRAWN = "images => images.every((each) => each.complete && each.naturalWidth > 100)"


@pytest.fixture
def reader(visitor: Visits) -> Visitor:
    """An administrator whose browser runs no scripts."""
    return visitor("admin", java_script_enabled=False)


def test_every_page_is_read(reader: Visitor) -> None:
    for path in (*PAGES, *OF_ADMINS, *PROBLEMS):
        page = reader.goes(path).page
        assert page.get_by_role("heading", level=1).count() == 1, path
        assert page.get_by_role("heading", level=1).inner_text().strip(), path
        if path in WITH_TABLES:
            assert page.get_by_role("table").get_by_role("row").count() > 1, path
        pictures = page.get_by_role("figure").locator("img")
        assert pictures.count() == WITH_CHARTS.get(path, pictures.count()), path
        assert pictures.evaluate_all(DRAWN), path


def test_forms_and_links_do_what_they_say(reader: Visitor) -> None:
    page = reader.goes("/metrics").page
    page.get_by_label("Name, id, tag or description").fill("order")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("table", name="Metrics").get_by_role("row")).to_have_count(4)
    page.get_by_label("Search everything").fill("happy")
    page.get_by_label("Search everything").press("Enter")
    page.get_by_role("link", name="A happy staff").click()
    reader.sees("A happy staff").page.get_by_role("link", name="check-ins").click()
    page.get_by_label("Value now").fill("8")
    page.get_by_role("button", name="Check in").click()
    expect(page.get_by_role("table").get_by_role("row").nth(1)).to_contain_text("8 points")
    reader.goes("/explore?metric=revenue").page.get_by_label("By", exact=True).select_option("day")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="save this view").click()
    page.get_by_label("Name").fill("Without scripts")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Without scripts").click()
    expect(page.get_by_label("By", exact=True)).to_have_value("day")
    page.get_by_role("link", name="dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("link", name="Account").click()
    page.get_by_role("button", name="Sign out").click()
    reader.sees("Sign in").goes("/").sees("Sign in")
