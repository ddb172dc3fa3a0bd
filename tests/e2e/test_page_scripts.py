"""What scripts add to pages, in Chromium: palette, keys, the copied address, new numbers by themselves."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import create_engine

from core.clock import wall_now
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.e2e.conftest import Workspace
from tests.e2e.served import Served, serving

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery staple"  # noqa: S105
CATALOG = """
sources:
  - source_id: orders
    format: csv
    path: "orders/*.csv"
    event: order
    timestamp: {column: at}
    fields: {value: amount}
domains: [{domain_id: SHOP, name: Shop}]
objectives:
  - objective_id: SELL
    name: Sell more
    business_domain: SHOP
    timeframe: {start: 2026-03-01, end: 2026-03-31}
    key_results: [{kr_id: REVENUE, name: Takings, target_value: 100, baseline_value: 0, metric_ids: [revenue]}]
metrics:
  - metric_id: revenue
    name: Revenue
    business_domain: SHOP
    definition: {formula: SUM(order.value)}
    data: {time_grain: [day]}
  - {metric_id: refunds, name: Refunds, definition: {formula: SUM(order.value) * 0}}
"""


@pytest.fixture
def served(browser: Browser, workspace: Workspace) -> Iterator[Served]:
    """A served shop whose first day is published; its administrator is ada."""
    workspace.environment = {"MDL_AS_OF": "2026-03-02", "MDL_RATE_LIMIT": "1000000"}
    workspace.write("catalog/shop.yaml", CATALOG)
    workspace.write("landing/orders/1.csv", "at,amount\n2026-03-01 09:00,10\n")
    workspace.mdl("run")
    engine = create_engine(workspace.database_url)
    with engine.begin() as connection:
        create_user(connection, "ada", PASSWORD, Role.ADMIN, wall_now())
    engine.dispose()
    with serving(workspace, workers=1) as found:
        yield found


@pytest.fixture
def page(served: Served, browser: Browser) -> Iterator[Any]:
    """A tab that ada is signed in at; whatever its console complains of fails the test."""
    context = browser.new_context(base_url=served.base, permissions=["clipboard-read", "clipboard-write"])
    tab, complaints = context.new_page(), []
    tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto("/sign-in")
    tab.fill("#username", "ada")
    tab.fill("#password", PASSWORD)
    tab.press("#password", "Enter")
    tab.wait_for_url("**/")
    yield tab
    context.close()
    # what the test itself let fail or led to pages that are not there
    assert [each for each in complaints if "Failed to load resource" not in each] == []


def test_anything_is_found_and_reached_by_keys_alone(page: Any) -> None:
    page.goto("/catalog")
    page.keyboard.press("Control+k")
    page.keyboard.type("re")
    page.wait_for_selector("[role=option]")
    field = page.locator("[role=combobox]")
    assert field.get_attribute("aria-expanded") == "true"
    first = field.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") != first
    page.keyboard.press("ArrowUp")
    assert page.locator(f"#{first}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert not page.locator("dialog.palette").is_visible()

    page.keyboard.press("Control+k")
    page.keyboard.type("refunds")
    page.wait_for_selector("[role=option] >> text=Refunds")
    page.keyboard.press("Enter")
    page.wait_for_url("**/metrics/refunds")

    page.goto("/catalog")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("g l")  # is text there
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=g+l")
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/lineage")
    page.keyboard.press("?")
    page.wait_for_url("**/help")

    page.click("text=Turn single keys off")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_timeout(200)
    assert page.url.endswith("/help")
    page.click("text=Turn single keys on")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/catalog")

    page.click("text=Copy link")
    page.wait_for_selector("text=Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_an_open_page_takes_new_numbers_and_keeps_its_place(page: Any, workspace: Workspace) -> None:
    page.clock.install()
    page.goto("/catalog/metric/revenue")
    scorecard = page.context.new_page()
    scorecard.clock.install()
    scorecard.goto("/")
    assert "Takings" in scorecard.inner_text("main")
    before = scorecard.inner_text(".trust")
    assert "(publication 1)" in before

    page.click("summary")
    page.focus("summary")
    page.evaluate("window.scrollTo(0, 200)")
    scorecard.fill("#as_of", "2026-03-01")  # is written on: it must stay

    workspace.environment["MDL_AS_OF"] = "2026-03-03"
    workspace.write("landing/orders/2.csv", "at,amount\n2026-03-02 09:00,30\n")
    workspace.mdl("run")
    page.bring_to_front()
    page.clock.run_for(16_000)
    page.wait_for_selector(".news >> text=numbers of publication 2")
    assert page.evaluate("[document.activeElement.tagName, document.querySelector('details').open]") == [
        "SUMMARY",
        True,
    ]
    assert page.evaluate("window.scrollY") == 200
    scorecard.bring_to_front()
    scorecard.clock.run_for(16_000)
    scorecard.wait_for_selector(".news >> text=what you are writing stays")
    assert scorecard.input_value("#as_of") == "2026-03-01"
    assert "(publication 1)" in scorecard.inner_text(".trust")
    scorecard.click("text=Show its numbers")
    scorecard.wait_for_selector(".trust >> text=(publication 2)")

    page.bring_to_front()
    page.route("**/live", lambda route: route.fulfill(json={"publication": 2, "is_away": True}))
    page.clock.run_for(16_000)
    page.wait_for_selector(
        ".news >> text=The database does not answer; these are the numbers of publication 2."
    )
    page.unroute("**/live")
    page.clock.run_for(16_000)
    page.wait_for_selector(".news", state="hidden")

    page.context.clear_cookies()
    page.clock.run_for(16_000)
    page.click("text=Sign in and come back")
    page.wait_for_url("**/sign-in?next=*catalog%2Fmetric%2Frevenue")
