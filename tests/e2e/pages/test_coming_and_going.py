"""What an open page does when a new publication comes, and when PostgreSQL goes and comes back."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Workspace
from tests.e2e.pages.conftest import LATER, ORDERS, Site, Visitor, opened
from tests.e2e.test_outages import Postgres

Visits = Callable[..., Visitor]
PLACE = "document.activeElement.getBoundingClientRect().top"
DAYS = "/metrics/revenue?grain=day"
LIVE = """async (wanted) => {
  const answer = await (await fetch("/live")).json();
  return answer.publication === wanted.publication && answer.is_away === wanted.isAway;
}"""
# of both workers, as far as the browser spreads them
ASKED = """async (path) => {
  const answers = await Promise.all([...Array(12)].map(() => fetch(path, { cache: "no-store" })));
  return answers.every((each) => each.ok);
}"""
LOOK = "document.dispatchEvent(new Event('visibilitychange'))"
AWAY = f"""(isAway) => {{
  {LOOK};
  return document.querySelector(".news").textContent.startsWith("The database does not answer") === isAway;
}}"""


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = Postgres(tmp_path_factory.mktemp("elsewhere"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory,
    browser: Browser,  # left out before anything is computed where there is none
    postgres: Postgres,
) -> Iterator[Site]:
    """A shop of this module's own, on a PostgreSQL of its own."""
    root: Path = tmp_path_factory.mktemp("away")
    with opened(Workspace(root, postgres.url)) as found:
        yield found


def comes_back(page: Page, publication: int) -> None:
    """Look at the tab again once the server knows how things stand; a page looks then, and every 15 seconds."""
    page.wait_for_function(LIVE, arg={"publication": publication, "isAway": False}, polling=200)
    page.evaluate(LOOK)


def looks_until(page: Page, *, is_away: bool) -> None:
    """Look again and again: there are two workers, and each learns by itself that PostgreSQL went."""
    page.wait_for_function(AWAY, arg=is_away, polling=300)


def test_a_new_publication_comes_into_open_pages_without_taking_anybody_s_place(
    site: Site, visitor: Visits
) -> None:
    reader, writer = visitor(viewport={"width": 1000, "height": 400}), visitor("editor")
    page, form = reader.goes(DAYS).page, writer.goes(DAYS).page
    values = page.get_by_role("table", name="Values of Revenue by day")
    expect(values.get_by_role("row").nth(1)).to_contain_text("Mar 4, 2026")
    document = page.get_by_role("link", name="The whole document")
    expect(page.locator("figure svg").first).to_be_visible()  # drawn: what comes later moves nothing
    document.focus()
    place, origin = page.evaluate(f"[{PLACE}, performance.timeOrigin]")
    assert page.evaluate("scrollY") > 400
    form.get_by_label("Slice").fill("country=U")
    for each in (page, form):
        comes_back(each, 1)

    site.publish(ORDERS + LATER, "2026-03-06")
    for each in (page, form):
        comes_back(each, 2)
    expect(page.get_by_role("status").filter(has_text="publication 2")).to_be_visible()
    expect(values.get_by_role("row").nth(1)).to_contain_text("€99.75")
    expect(document).to_be_focused()
    # charts are drawn anew above it: where the eye is, not how far it is from the top, stays
    page.wait_for_function(f"(place) => Math.abs({PLACE} - place) < 3", arg=place)
    assert page.evaluate("performance.timeOrigin") == origin
    expect(form.get_by_role("status").filter(has_text="what you are writing stays")).to_be_visible()
    expect(form.get_by_label("Slice")).to_have_value("country=U")
    expect(form.get_by_label("Slice")).to_be_focused()
    expect(form.locator("main")).not_to_contain_text("€99.75")
    form.get_by_role("link", name="Show its numbers").click()
    expect(form.locator("main")).to_contain_text("€99.75")


def test_kept_pages_are_read_while_postgresql_is_away_and_all_is_well_when_it_is_back(
    site: Site, postgres: Postgres, visitor: Visits
) -> None:
    reader = visitor()
    page = reader.goes(DAYS).page
    publication = page.evaluate("fetch('/live').then((answer) => answer.json())")["publication"]
    comes_back(page, publication)
    banner = page.get_by_role("status").filter(has_text="The database does not answer")
    expect(banner).to_have_count(0)
    kept = page.get_by_role("table", name="Values of Revenue by day").inner_text()
    page.wait_for_function(ASKED, arg=DAYS)

    postgres.stop()
    looks_until(page, is_away=True)
    expect(banner).to_be_visible()
    reader.goes(DAYS)
    assert page.get_by_role("table", name="Values of Revenue by day").inner_text() == kept
    looks_until(page, is_away=True)
    expect(banner).to_contain_text(f"publication {publication}")
    reader.goes(f"{DAYS}&days=365")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("€")

    postgres.start()
    comes_back(page, publication)
    # a statement on a connection from before may fail once more; whoever reads tries again
    until = time.monotonic() + 30
    while reader.goes(f"{DAYS}&days=365").page.get_by_role("heading", level=1).inner_text() != "Revenue":
        assert time.monotonic() < until
        page.wait_for_timeout(300)
    reader.sees("Revenue")
    assert page.get_by_role("table", name="Values of Revenue by day").inner_text() == kept
    looks_until(page, is_away=False)
