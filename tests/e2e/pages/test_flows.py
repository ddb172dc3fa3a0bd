"""What people do with the pages, in a real browser, as a person would."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from schemas.identity.roles import Role
from tests.e2e.pages.conftest import BRINGS, PASSWORD, Site, Visitor, add_users

Visits = Callable[..., Visitor]
NEW = "quite another long phrase"
# what the metric that only its owners may read comes to
# not within the digits of a request's id
SECRET = re.compile(r"(?<![0-9a-f])(4[,.]?32[1-4]|17[,.]?290)(?![0-9a-f])")


def main(page: Page, words: str) -> None:
    """Wait until the page says it."""
    expect(page.locator("main")).to_contain_text(words)


def replaces_the_password(visitor: Visitor, name: str, once: str, path: str = "/") -> None:
    """Sign in with what counts once, and choose a password."""
    visitor.goes(path).fills_in(name, once).sees("Choose your password")
    visitor.page.get_by_label("Password so far").fill(once)
    visitor.page.get_by_label("New password").fill(NEW)
    visitor.page.get_by_role("button", name="Change it").click()
    visitor.sees("Scorecard")


def test_from_the_first_sign_in_to_the_number_of_a_metric(site: Site, visitor: Visits) -> None:
    add_users(site.workspace, ("ann", Role.VIEWER), must_change_password=True)
    ann = visitor(None)
    replaces_the_password(ann, "ann", PASSWORD, "/metrics/revenue")
    ann.page.get_by_role("navigation", name="Main").get_by_role("link", name="Metrics").click()
    ann.sees("Metrics").page.get_by_role("link", name="Revenue", exact=True).click()
    ann.sees("Revenue")
    # two orders of the week that ended on March 1st: 40 + 20.50
    expect(ann.page.get_by_role("definition").filter(has_text="€60.50")).to_be_visible()


def test_from_the_scorecard_to_the_row_that_was_refused(visitor: Visits) -> None:
    reader = visitor()
    reader.sees("Scorecard").page.get_by_role("link", name="Sell more").click()
    reader.sees("Sell more").page.get_by_role("link", name="A hundred a day").click()
    reader.sees("Revenue")
    trust = reader.page.get_by_label("What these numbers rest on")
    expect(trust).to_contain_text("1 of 6 rows refused")
    refused = reader.page.get_by_role("region", name="Refused rows behind it")
    refused.get_by_role("link", name="orders").click()
    reader.sees("orders")
    row = reader.page.get_by_role("table", name="Refused rows").get_by_role("row").nth(1)
    expect(row).to_contain_text("amount: 'much' is no finite number")
    expect(row).to_contain_text("2026-03-03 09:00")


def test_a_view_is_changed_and_its_address_shows_it_to_somebody_else(visitor: Visits) -> None:
    reader, other = visitor(permissions=["clipboard-read", "clipboard-write"]), visitor("editor")
    page = reader.goes("/metrics/revenue").page
    page.get_by_label("By", exact=True).select_option("day")
    page.get_by_label("Slice", exact=True).fill("country=DE")
    page.get_by_label("Compared with", exact=True).select_option("the periods before")
    page.get_by_role("button", name="Show").click()
    values = page.get_by_role("table", name="Values of Revenue")
    expect(values.get_by_role("row", name="Mar 1, 2026").first).to_contain_text("€20.50")
    expect(page.get_by_label("Slice", exact=True)).to_have_value("country=DE")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    address = page.evaluate("navigator.clipboard.readText()")
    assert "slice=country" in address
    other.page.goto(address)
    others = other.page.get_by_role("table", name="Values of Revenue")
    assert others.inner_text() == values.inner_text()
    expect(other.page.get_by_label("Compared with", exact=True)).to_have_value(
        page.get_by_label("Compared with", exact=True).input_value()
    )


def test_numbers_are_broken_down_and_come_back_with_the_way_back(visitor: Visits) -> None:
    page = visitor().goes("/metrics/revenue?grain=day").page
    page.get_by_label("Broken down by").select_option("country")
    page.get_by_role("button", name="Show").click()
    values = page.get_by_role("table", name="Revenue by country and day")
    first = values.get_by_role("row").filter(has_text="Mar 1, 2026")
    expect(first.filter(has_text="US")).to_contain_text("€40.00")
    expect(first.filter(has_text="DE")).to_contain_text("€20.50")
    page.go_back()
    expect(page.get_by_role("table", name="Values of Revenue by day")).to_be_visible()


def test_an_incident_is_acknowledged_and_silenced(visitor: Visits) -> None:
    editor, viewer = visitor("editor"), visitor()
    editor.page.get_by_role("region", name="Open incidents").get_by_role(
        "link", name="Revenue is low"
    ).click()
    page = editor.sees("Revenue is low").page
    acknowledge = page.get_by_role("button", name="Acknowledge")
    page.get_by_label("Note").fill("asked the shop")
    acknowledge.click()
    expect(acknowledge).to_have_count(0)
    expect(page.get_by_role("table", name="Steps in its life").get_by_role("row").nth(1)).to_contain_text(
        re.compile("acknowledged.*editor.*asked the shop", re.DOTALL)
    )
    page.get_by_label("For how long").fill("for ever")
    page.get_by_label("Why").fill("a holiday")
    page.get_by_role("button", name="Silence").click()
    expect(page.get_by_role("alert")).to_contain_text("for ever")
    page.get_by_label("For how long").fill("4h")
    page.get_by_label("Why").fill("a holiday")
    page.get_by_role("button", name="Silence").click()
    expect(page.get_by_role("group", name="Silences").get_by_role("row").nth(1)).to_contain_text("a holiday")
    viewer.goes("/incidents?state=acknowledged")
    viewer.page.get_by_role("link", name="Revenue is low").click()
    viewer.sees("Revenue is low")
    expect(viewer.page.get_by_role("term").filter(has_text="Silenced until")).to_be_visible()
    expect(viewer.page.get_by_role("button", name="Silence")).to_have_count(0)
    page.get_by_role("button", name="End").click()
    expect(page.get_by_role("group", name="Silences")).to_have_count(0)
    page.get_by_role("button", name="Take back").click()
    expect(acknowledge).to_be_visible()


def test_an_editor_checks_in_a_key_result_without_a_metric(visitor: Visits) -> None:
    editor = visitor("editor")
    editor.page.get_by_role("link", name="A happy staff").click()
    editor.sees("A happy staff").page.get_by_role("link", name="check-ins").click()
    page = editor.sees("Check-ins of Mood of nine").page
    page.get_by_label("Value now").fill("rather good")
    page.get_by_role("button", name="Check in").click()
    expect(page.get_by_role("alert")).to_contain_text("number")
    expect(page.get_by_label("Value now")).to_have_value("rather good")
    page.get_by_label("Value now").fill("7.5")
    page.get_by_label("Note").fill("asked everybody")
    page.get_by_role("button", name="Check in").click()
    row = page.get_by_role("table").get_by_role("row").nth(1)
    expect(row).to_contain_text("7.50 points")
    expect(row).to_contain_text("asked everybody")


def test_a_view_is_saved_opened_and_deleted(visitor: Visits) -> None:
    reader = visitor()
    page = reader.goes("/explore").page
    for name in ("Revenue", "Orders"):
        page.get_by_label("Metric to add").fill(name)
        page.get_by_role("button", name="Find").click()
        page.get_by_role("link", name=f"+ {name}").click()
        expect(page.get_by_role("link", name=f"Take {name} away")).to_be_visible()
    page.get_by_label("By", exact=True).select_option("day")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("columnheader", name="Orders")).to_be_visible()
    page.get_by_role("link", name="save this view").click()
    reader.sees("Save a view").page.get_by_label("Name").fill("Sales by day")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Explore").click()
    page.get_by_role("region", name="Saved views").get_by_role("link", name="Sales by day").click()
    numbers = page.get_by_role("table", name="The metrics side by side")
    expect(numbers.get_by_role("row").nth(1)).to_contain_text("Mar 4, 2026")
    expect(numbers.get_by_role("row").nth(1)).to_contain_text("1 order")
    page.get_by_text("Change", exact=True).click()
    page.get_by_role("button", name="Delete Sales by day").click()
    expect(page.get_by_role("link", name="Sales by day")).to_have_count(0)


def test_a_definition_s_change_and_what_it_changed_are_found(visitor: Visits) -> None:
    reader = visitor()
    reader.page.get_by_label("Search everything").fill("revenue")
    reader.page.get_by_label("Search everything").press("Enter")
    reader.sees("Search").page.get_by_role("link", name="Revenue", exact=True).click()
    reader.sees("Revenue").page.get_by_role("link", name="The whole document").click()
    page = reader.sees("Revenue").page
    revisions = page.get_by_role("table", name="Revisions")
    expect(revisions.get_by_role("row").nth(1)).to_contain_text("1.0.1 patch description".replace(" ", "\t"))
    page.get_by_label("From revision").fill("1")
    page.get_by_label("To revision").fill("2")
    page.get_by_role("button", name="Compare").click()
    differences = page.get_by_role("region", name="From revision 1 to 2")
    expect(differences.get_by_role("deletion")).to_have_text("What orders come to.")
    expect(differences.get_by_role("insertion")).to_have_text(BRINGS)


def test_the_newest_report_is_read_had_as_a_file_and_made_anew(site: Site, visitor: Visits) -> None:
    reader = visitor()
    page = reader.page
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Reports").click()
    newest = reader.sees("Reports").page.get_by_role("table", name="Reports that were due or asked for")
    newest.get_by_role("row").nth(1).get_by_role("link", name="The week of the shop").click()
    reader.sees("The week of the shop, Feb 23")
    # two orders of the week that ended on March 1st: 40 + 20.50
    expect(page.get_by_role("article")).to_contain_text("€60.50")
    with page.expect_download() as had:
        page.get_by_role("link", name=re.compile(r"\.pdf$")).click()
    printed = " ".join(each.extract_text() for each in PdfReader(had.value.path()).pages)
    assert "€60.50" in printed
    assert not SECRET.search(printed + page.content())
    run = page.url.rpartition("/")[2]
    assert f"run {run} is the same" in site.workspace.mdl("report", "archive", "check", run)


def test_a_user_is_created_makes_a_key_and_loses_it(site: Site, visitor: Visits) -> None:
    admin, bob = visitor("admin"), visitor(None)
    page = admin.page
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Administration").click()
    page.get_by_label("Name").fill("bob")
    page.get_by_role("button", name="Create the user").click()
    once = admin.sees("bob").page.get_by_role("status").get_by_role("code").inner_text()
    replaces_the_password(bob, "bob", once)
    bob.page.get_by_role("link", name="Account").click()
    bob.page.get_by_label("Name of the new key").fill("nightly job")
    bob.page.get_by_role("button", name="Create a key").click()
    notice = bob.page.get_by_role("status").filter(has_text="The new key")
    key = notice.get_by_role("code").inner_text()
    asked = "/api/v1/metrics/revenue/values?grain=day"
    assert site.served.ask(asked, **{"X-API-Key": key})[0] == 200
    # a key opens no page
    assert "Sign in" in site.served.ask("/metrics/revenue", **{"X-API-Key": key})[1]
    page.get_by_role("link", name="Administration").first.click()
    page.get_by_role("link", name="bob").click()
    page.get_by_role("button", name="Revoke nightly job").click()
    main(page, "The key is revoked.")
    assert site.served.ask(asked, **{"X-API-Key": key})[0] == 401


def test_a_viewer_meets_a_metric_that_is_not_for_everyone(visitor: Visits) -> None:
    viewer, admin = visitor(), visitor("admin")
    page = viewer.goes("/metrics").page
    row = page.get_by_role("row", name="Margin")
    expect(row).to_contain_text("restricted")
    row.get_by_role("link", name="Margin").click()
    viewer.sees("Margin")
    main(page, "ask finance")
    pages = (
        "/explore?metric=margin",
        "/search?q=margin",
        "/data/costs",
        "/incidents",
        "/catalog/metric/margin",
    )
    files = ("", "?format=csv&table=values", "/chart.svg", "/chart.json", "/values.arrow")
    asked = [*(f"/metrics/margin{each}" for each in files), "/metrics?format=csv&table=metrics"]
    shown = [page.content(), *(viewer.goes(path).page.content() for path in pages)]
    shown += [viewer.context.request.get(viewer.base + path).text() for path in asked]
    assert [text for text in shown if SECRET.search(text)] == []
    # administrators see it
    assert SECRET.search(admin.goes("/metrics/margin").page.content())
