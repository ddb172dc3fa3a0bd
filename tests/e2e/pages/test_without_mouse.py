"""Every flow once by keys alone; wherever the focus is, it is seen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from schemas.identity.roles import Role
from tests.e2e.pages.conftest import PASSWORD, Site, Visitor, add_users

Visits = Callable[..., Visitor]
NEW = "quite another long phrase"
# whether the focus is where it is wanted, and what shows it: an outline, or of a node of the lineage its border
FOCUS = """(wanted) => {
  const at = document.activeElement;
  const outline = getComputedStyle(at);
  const border = at.querySelector(":scope > rect");
  const isSeen = at === document.body
    || (outline.outlineStyle !== "none" && parseFloat(outline.outlineWidth) >= 2)
    || (border !== null && parseFloat(getComputedStyle(border).strokeWidth) >= 3);
  return [at === wanted, isSeen, at.outerHTML.slice(0, 120)];
}"""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it is reached; all that is passed on the way shows that it has the focus."""
    expect(wanted).to_be_visible()
    target = wanted.element_handle()
    for _ in range(150):
        page.keyboard.press("Tab")
        is_there, is_seen, what = page.evaluate(FOCUS, target)
        assert is_seen, what
        if is_there:
            return
    raise AssertionError(f"{wanted} is not reached")


def follow(page: Page, name: str, within: Locator | None = None) -> None:
    """Go along a link, or press a button."""
    place = within or page
    found = place.get_by_role("link", name=name, exact=True).or_(
        place.get_by_role("button", name=name, exact=True)
    )
    tab_to(page, found.first)
    page.keyboard.press("Enter")


def write(page: Page, label: str, words: str) -> None:
    """Type into a field."""
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.press("Control+a")
    page.keyboard.type(words)


def choose(page: Page, label: str, key: str) -> None:
    """Choose in a list, by arrow or by what the choice begins with."""
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.press(key)


def goes_to(visitor: Visitor, name: str) -> None:
    """By the first key of its name, after g."""
    visitor.page.keyboard.press("g")
    visitor.page.keyboard.press(name[0].lower())
    visitor.sees(name)


def test_somebody_signs_in_for_the_first_time_and_reads_a_number(site: Site, visitor: Visits) -> None:
    add_users(site.workspace, ("carol", Role.VIEWER), must_change_password=True)
    carol = visitor(None)
    page = carol.goes("/").page
    # the name is where one begins
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type("carol")
    write(page, "Password", PASSWORD)
    page.keyboard.press("Enter")
    carol.sees("Choose your password")
    write(page, "Password so far", PASSWORD)
    write(page, "New password", NEW)
    page.keyboard.press("Enter")
    carol.sees("Scorecard")
    follow(page, "Metrics")
    carol.sees("Metrics")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    follow(page, "Revenue")
    carol.sees("Revenue")
    expect(page.get_by_role("definition").filter(has_text="€60.50")).to_be_visible()


def test_the_way_from_the_scorecard_to_the_refused_row(visitor: Visits) -> None:
    reader = visitor().sees("Scorecard")
    page = reader.page
    follow(page, "Sell more")
    reader.sees("Sell more")
    follow(page, "A hundred a day")
    reader.sees("Revenue")
    follow(page, "orders", page.get_by_role("region", name="Refused rows behind it"))
    reader.sees("orders")
    expect(page.get_by_role("table", name="Refused rows")).to_contain_text("'much'")


def test_a_view_is_changed_saved_and_opened(visitor: Visits) -> None:
    reader = visitor()
    page = reader.goes("/metrics/revenue").page
    choose(page, "By", "d")
    write(page, "Slice", "country=DE")
    choose(page, "Compared with", "ArrowDown")
    follow(page, "Show")
    expect(page).to_have_url(re.compile("comparison=previous"))
    values = page.get_by_role("table", name="Values of Revenue by day")
    expect(values.get_by_role("row", name="Mar 1, 2026").first).to_contain_text("€20.50")
    follow(page, "save this view")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Germany, by keys")
    page.keyboard.press("Enter")
    reader.sees("Explore")
    follow(page, "Germany, by keys")
    reader.sees("Revenue")
    expect(page.get_by_label("Slice", exact=True)).to_have_value("country=DE")


def test_an_incident_is_acknowledged_and_silenced(visitor: Visits) -> None:
    editor = visitor("editor").sees("Scorecard")
    page = editor.page
    goes_to(editor, "Incidents")
    follow(page, "Revenue is low")
    editor.sees("Revenue is low")
    write(page, "Note", "by keys")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take back")).to_be_visible()
    write(page, "For how long", "2h")
    write(page, "Why", "a holiday")
    page.keyboard.press("Enter")
    follow(page, "End")
    expect(page.get_by_role("group", name="Silences")).to_have_count(0)
    follow(page, "Take back")
    expect(page.get_by_role("button", name="Acknowledge")).to_be_visible()


def test_a_key_result_is_checked_in(visitor: Visits) -> None:
    editor = visitor("editor").sees("Scorecard")
    page = editor.page
    follow(page, "check-ins")
    editor.sees("Check-ins of Mood of nine")
    write(page, "Value now, in points", "6")
    write(page, "Note", "by keys")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table").get_by_role("row").nth(1)).to_contain_text("6 points")


def test_a_change_of_a_definition_is_found_by_the_palette(visitor: Visits) -> None:
    reader = visitor().sees("Scorecard")
    page = reader.page
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Find anything")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.type("reve")
    options = page.get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    while "Revenue" not in page.get_by_role("option", selected=True).inner_text():
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    reader.sees("Revenue")
    follow(page, "The whole document")
    follow(page, "2", page.get_by_role("table", name="Revisions"))
    expect(page.get_by_role("region", name="From revision 1 to 2")).to_be_visible()


def test_an_administrator_creates_a_user_who_makes_a_key_that_is_revoked(site: Site, visitor: Visits) -> None:
    admin, dave = visitor("admin").sees("Scorecard"), visitor(None)
    page, daves = admin.page, dave.page
    goes_to(admin, "Administration")
    write(page, "Name", "dave")
    follow(page, "Create the user")
    once = admin.sees("dave").page.get_by_role("status").get_by_role("code").inner_text()
    dave.goes("/sign-in").page.keyboard.type("dave")
    write(daves, "Password", once)
    daves.keyboard.press("Enter")
    dave.sees("Choose your password")
    write(daves, "Password so far", once)
    write(daves, "New password", NEW)
    daves.keyboard.press("Enter")
    dave.sees("Scorecard")
    follow(daves, "Account")
    write(daves, "Name of the new key", "by keys")
    follow(daves, "Create a key")
    notice = daves.get_by_role("status").filter(has_text="The new key")
    key = {"X-API-Key": notice.get_by_role("code").inner_text()}
    assert site.served.ask("/api/v1/metrics/revenue", **key)[0] == 200
    goes_to(admin, "Administration")
    follow(page, "dave")
    follow(page, "Revoke by keys")
    expect(page.get_by_role("status").filter(has_text="The key is revoked.")).to_be_visible()
    assert site.served.ask("/api/v1/metrics/revenue", **key)[0] == 401


def test_a_report_that_was_made_is_read_and_had(visitor: Visits) -> None:
    reader = visitor().sees("Scorecard")
    page = reader.page
    follow(page, "Reports")
    reader.sees("Reports")
    follow(page, "The week of the shop", page.get_by_role("table", name="Reports that were due or asked for"))
    reader.sees("The week of the shop, ")
    name = "weekly-week-2026-02-23.xlsx"
    with page.expect_download() as had:
        follow(page, name)
    assert had.value.suggested_filename == name


def test_single_keys_lead_to_pages_and_can_be_turned_off(visitor: Visits) -> None:
    reader = visitor().sees("Scorecard")
    page = reader.page
    goes_to(reader, "Metrics")
    page.keyboard.press("/")
    search = page.get_by_label("Search everything")
    expect(search).to_be_focused()
    # where somebody types they are letters
    page.keyboard.type("margin?")
    expect(search).to_have_value("margin?")
    page.keyboard.press("Enter")
    reader.sees("Search")
    follow(page, "Margin")
    reader.sees("Margin")
    expect(page.locator("main")).to_contain_text("ask finance")
    page.keyboard.press("?")
    reader.sees("Help")
    follow(page, "Turn single keys off")
    page.keyboard.press("/")
    expect(search).not_to_be_focused()
    follow(page, "Turn single keys on")
    goes_to(reader, "Lineage")


@pytest.mark.parametrize(
    "path", ["/lineage/metric/revenue", "/metrics/revenue?grain=day", "/incidents/1", "/reports/weekly/1"]
)
def test_everything_on_a_page_is_passed_and_seen_to_be(visitor: Visits, path: str) -> None:
    page = visitor("admin", viewport={"width": 390, "height": 700}).goes(path).page
    tab_to(page, page.get_by_role("contentinfo").get_by_role("link", name="dark"))
