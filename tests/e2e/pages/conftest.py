"""A shop served to a real browser; tests are left out, and say so, where there is no Chromium."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import create_engine, make_url

from core.clock import wall_now
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.browsers import CHROMIUM, NO_BROWSER
from tests.conftest import administer, copy_database
from tests.e2e.conftest import Workspace
from tests.e2e.served import Served, serving

BRINGS = "What orders bring in."
PASSWORD = "correct horse battery staple"  # noqa: S105
CATALOG = """
sources:
  - source_id: orders
    name: Orders of the shop
    format: csv
    path: "orders/*.csv"
    event: order
    timestamp: {column: at}
    unique_key: [id]
    dimensions: {country: country}
    fields: {value: amount}
    max_bad_ratio: 0.5
    freshness: 1 day
  - source_id: costs
    format: csv
    path: "costs/*.csv"
    event: cost
    timestamp: {column: at}
    fields: {value: amount}
domains:
  - {domain_id: SHOP, name: Shop}
  - {domain_id: PEOPLE, name: People}
objectives:
  - objective_id: SELL
    name: Sell more
    business_domain: SHOP
    owner_team: sales
    timeframe: {start: 2026-03-01, end: 2026-03-31}
    key_results:
      - {kr_id: REVENUE, name: A hundred a day, target_value: 100, baseline_value: 0, unit: EUR, metric_ids: [revenue]}
  - objective_id: STAFF
    name: A happy staff
    business_domain: PEOPLE
    owner_team: people
    timeframe: {start: 2026-03-01, end: 2026-03-31}
    key_results:
      - {kr_id: MOOD, name: Mood of nine, target_value: 9, baseline_value: 5, unit: points}
metrics:
  - metric_id: revenue
    name: Revenue
    description: What orders bring in.
    tier: 1
    tags: [money]
    business_domain: SHOP
    governance: {owner_team: sales, data_classification: internal}
    definition: {formula: SUM(order.value), unit: EUR, expected_direction: increase}
    data: {time_grain: [day, week], update_frequency: daily, source_systems: [orders]}
    dimensions: [{name: country}]
    targets_and_alerts:
      target_value: 60
      warning_threshold: 40
      critical_threshold: 20
      alert_rules:
        - {rule_id: low, description: Revenue is low, condition: value < 20, severity: critical}
  - metric_id: orders
    name: Orders
    business_domain: SHOP
    definition: {formula: COUNT(order), unit: orders}
    data: {time_grain: [day, week]}
    dimensions: [{name: country}]
  - metric_id: average-order
    name: Average order
    business_domain: SHOP
    definition: {formula: revenue / orders, unit: EUR}
    data: {time_grain: [day, week]}
    dimensions: [{name: country}]
  - metric_id: margin
    name: Margin
    business_domain: SHOP
    governance: {owner_team: finance, data_classification: restricted}
    definition: {formula: SUM(cost.value), unit: EUR}
    data: {time_grain: [day]}
reports:
  - report_id: weekly
    name: The week of the shop
    description: How the shop did, for everybody in it.
    owner_team: sales
    grain: week
    schedule: "0 7 * * 1"
    formats: [html, pdf, xlsx]
    channels: ["slack:#shop"]
    when_data: always
"""
ORDERS = """id,at,country,amount
1,2026-03-01 09:00,US,40
2,2026-03-01 10:00,DE,20.5
3,2026-03-02 09:00,US,30
4,2026-03-03 09:00,US,much
5,2026-03-03 10:00,DE,10
6,2026-03-04 10:00,DE,12.25
"""
COSTS = """at,amount
2026-03-01 09:00,4321
2026-03-02 09:00,4322
2026-03-03 09:00,4323
2026-03-04 09:00,4324
"""
LATER = "7,2026-03-05 10:00,US,99.75\n"


@dataclass
class Site:
    """A served shop, and where it lies."""

    workspace: Workspace
    served: Served

    def publish(self, orders: str, as_of: str) -> None:
        """Deliver the file of orders anew, and run."""
        self.workspace.write("landing/orders/1.csv", orders)
        self.workspace.environment["MDL_AS_OF"] = as_of
        self.workspace.mdl("run")


@dataclass
class Visitor:
    """Somebody before a browser of their own; what went wrong in it is noted."""

    page: Page
    context: BrowserContext
    base: str
    faults: list[str] = field(default_factory=list)

    def goes(self, path: str) -> "Visitor":
        """Open an address."""
        self.page.goto(self.base + path)
        return self

    def signs_in(self, name: str, password: str = PASSWORD) -> "Visitor":
        """On the page for it."""
        return self.goes("/sign-in").fills_in(name, password)

    def fills_in(self, name: str, password: str) -> "Visitor":
        """Sign in where that is asked for."""
        self.page.get_by_label("User name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        return self

    def sees(self, heading: str) -> "Visitor":
        """Wait for a page's heading, and its scripts."""
        expect(self.page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        self.page.wait_for_load_state()
        return self


expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def site(postgres_url: str, _template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The shop after its first run; all tests share it, and each may do to it what leaves its numbers as they are."""
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    name = f"site_{uuid.uuid4().hex[:12]}"
    copy_database(postgres_url, name, _template)
    url = make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    workspace = Workspace(tmp_path_factory.mktemp("site"), url)
    with opened(workspace) as found:
        workspace.mdl("report", "send", "weekly")
        yield found
    administer(postgres_url, f"drop database {name} with (force)")


@contextmanager
def opened(workspace: Workspace) -> Iterator[Site]:
    """Serve a shop that has run once, was judged, has a metric defined anew, and a user of each role."""
    workspace.environment = {
        "MDL_RATE_LIMIT": "1000000",
        "MDL_STRICT_RATE_LIMIT": "1000000",
        "MDL_AS_OF": "2026-03-05",
    }
    workspace.write("catalog/shop.yaml", CATALOG.replace(BRINGS, "What orders come to."))
    workspace.mdl("catalog", "apply")
    workspace.write("catalog/shop.yaml", CATALOG)
    workspace.write("landing/orders/1.csv", ORDERS)
    workspace.write("landing/costs/1.csv", COSTS)
    workspace.mdl("run")
    workspace.mdl("alerts", "evaluate")
    add_users(workspace, *((role.value, role) for role in Role))
    with serving(workspace, workers=1) as served:
        yield Site(workspace, served)


def add_users(workspace: Workspace, *users: tuple[str, Role], **options: Any) -> None:
    """Create users, all with the same password."""
    engine = create_engine(workspace.database_url)
    with engine.begin() as connection:
        for name, role in users:
            create_user(connection, name, PASSWORD, role, wall_now(), **options)
    engine.dispose()


@pytest.fixture
def visitor(site: Site, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors; at the end nobody's browser has met a fault, a breach of policy or another host."""
    made: list[Visitor] = []

    def make(username: str | None = "viewer", **options: Any) -> Visitor:
        context = browser.new_context(**options)
        context.set_default_timeout(15_000)
        made.append(found := Visitor(context.new_page(), context, site.served.base))
        _watch(found)
        return found if username is None else found.signs_in(username)

    yield make
    for each in made:
        each.context.close()
        assert each.faults == []


def _watch(visitor: Visitor) -> None:
    """Note what a person at the developer tools would see."""

    def asked(address: str) -> None:
        if not address.startswith((visitor.base, "data:", "blob:")):
            visitor.faults.append(f"asked {address}")

    def said(kind: str, words: str) -> None:
        # that the answer was 4xx is what the test is about
        if kind in ("error", "warning") and "Failed to load resource" not in words:
            visitor.faults.append(words)

    visitor.page.on("request", lambda request: asked(request.url))
    visitor.page.on("console", lambda message: said(message.type, message.text))
    visitor.page.on("pageerror", lambda error: visitor.faults.append(str(error)))
    visitor.page.on("dialog", lambda dialog: visitor.faults.append(f"dialog {dialog.message}"))
