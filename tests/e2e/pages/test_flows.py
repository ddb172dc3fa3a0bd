"""What people do with the pages, in a real browser, as a person would."""

import re
from collections.abc import Callable

from playwright.sync_api import expect
from sqlalchemy import create_engine

from core.clock import wall_now
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.e2e.pages.conftest import PASSWORD, Site, Visitor

Visits = Callable[..., Visitor]
NEW = "quite another long phrase"


def test_from_the_first_sign_in_to_the_number_of_a_metric(site: Site, visitor: Visits) -> None:
    engine = create_engine(site.workspace.database_url)
    with engine.begin() as connection:
        create_user(connection, "ann", PASSWORD, Role.VIEWER, wall_now(), must_change_password=True)
    engine.dispose()
    ann = visitor(None).goes("/metrics/revenue")
    ann.page.get_by_label("User name").fill("ann")
    ann.page.get_by_label("Password").fill(PASSWORD)
    ann.page.get_by_role("button", name="Sign in").click()
    ann.sees("Choose your password")
    ann.page.get_by_label("Password so far").fill(PASSWORD)
    ann.page.get_by_label("New password").fill(NEW)
    ann.page.get_by_role("button", name="Change it").click()
    ann.sees("Scorecard")
    ann.page.get_by_role("navigation", name="Main").get_by_role("link", name="Metrics").click()
    ann.sees("Metrics").page.get_by_role("link", name="Revenue", exact=True).first.click()
    ann.sees("Revenue")
    expect(ann.page.locator("main")).to_contain_text("€12.25")


def test_from_the_scorecard_to_the_row_that_was_refused(visitor: Visits) -> None:
    reader = visitor()
    reader.sees("Scorecard").page.get_by_role("link", name="Sell more").click()
    reader.sees("Sell more").page.get_by_role("link", name="A hundred a day").first.click()
    reader.sees("Revenue")
    expect(reader.page.get_by_label("What these numbers rest on")).to_contain_text("1 of 6 rows refused")
    reader.page.get_by_role("link", name=re.compile("refused|rejected")).first.click()
    expect(reader.page.locator("main")).to_contain_text("much")
