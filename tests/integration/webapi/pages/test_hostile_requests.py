"""Requests that no form of ours sends: no page answers 500, and a refusal is a page in plain words."""

import re
from collections.abc import Callable
from html import unescape
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from reports.cells import Link
from tests.integration.webapi.conftest import Asked
from tests.integration.webapi.pages.conftest import HTML, Browser
from webapi.pages.scorecard import key_results_table

Browse = Callable[..., Browser]
WITH_A_DAY = ("/?as_of=", "/domains/SHOP?as_of=", "/objectives/SELL?as_of=", "/incidents?since=", "/incidents?until=",
              "/admin/audit?from=", "/admin/audit?to=")  # fmt: skip


@pytest.mark.parametrize("place", WITH_A_DAY)
def test_days_that_no_calendar_reckons_with_are_refused(ask: Asked, browse: Browse, place: str) -> None:
    browser = browse(ask, "admin")
    for day in ("0001-01-01", "9999-12-31", "1899-12-31", "2200-01-01", "2026-02-30", "x"):
        answer = browser.get(place + day)
        assert (answer.status_code, answer.mimetype) == (422, "text/html"), day


@pytest.mark.parametrize("place", WITH_A_DAY)
def test_a_day_left_empty_in_a_form_is_none(ask: Asked, browse: Browse, place: str) -> None:
    assert browse(ask, "admin").get(place).status_code == 200


FORMS_WITH_NUL = (
    ("/account/keys", "name"), ("/account/keys", "days"), ("/account/sessions/end", "session"),
    ("/account/keys/revoke", "key"), ("/explore/views", "name"), ("/admin/users", "team"),
    ("/objectives/SELL/check-ins", "key_result"),
)  # fmt: skip


@pytest.mark.parametrize(("path", "name"), FORMS_WITH_NUL)
def test_a_form_that_holds_nul_is_refused_in_plain_words(
    ask: Asked, browse: Browse, path: str, name: str
) -> None:
    browser = browse(ask, "admin")
    sent = {"csrf_token": browser.token("/account"), "username": "ann", "role": "viewer", "days": "1"}
    answer = browser.client.post(path, data=sent | {name: "a\0b"}, headers=HTML)
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "the form holds the character NUL" in answer.text
    # in the name of a field too
    assert browser.client.post(path, data=sent | {"a\0b": "1"}, headers=HTML).status_code == 400


@pytest.mark.parametrize("days", ["9" * 5_000, "9" * 20, "367", "0", "-1", "1.5", "", "²", "٣", " ", "1_0"])
def test_a_key_lives_a_number_of_days_that_is_one(ask: Asked, browse: Browse, days: str) -> None:
    answer = browse(ask).send("/account/keys", "/account", name="sheet", role="viewer", days=days)
    assert answer.status_code == 422
    assert "at most 366 days" in answer.text


def test_a_file_of_a_metric_that_shows_no_numbers_says_why(ask_own: Asked, browse: Browse) -> None:
    viewer = browse(ask_own)
    never = viewer.get("/metrics/revenue?from=2040-01-01&format=csv")
    assert (never.status_code, never.mimetype) == (404, "text/html")
    assert "no such table" not in never.text
    merge = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
    governance = {"data_classification": "restricted", "owner_team": "hr"}
    ask_own("PATCH", "/api/v1/metrics/revenue", "admin", merge, json={"governance": governance})
    withheld = viewer.get("/metrics/revenue?format=xlsx")
    assert (withheld.status_code, withheld.mimetype) == (403, "text/html")
    assert "classified as restricted" in withheld.text


@pytest.mark.parametrize(
    "place",
    [
        "/metrics/{}", "/metrics/{}/chart.svg", "/metrics/{}/values.arrow", "/domains/{}", "/objectives/{}",
        "/objectives/{}/pace.json", "/objectives/{}/check-ins", "/catalog/metric/{}", "/lineage/metric/{}", "/data/{}",
    ],
)  # fmt: skip
def test_ids_may_hold_slashes_as_the_catalog_allows(ask: Asked, place: str) -> None:
    rule, found = ask.app.url_map.bind("localhost").match(place.format("sales/2026/net"))
    ids = {name: value for name, value in found.items() if name != "kind"}
    assert list(ids.values()) == ["sales/2026/net"], rule


def test_links_to_key_results_lead_to_them_whatever_their_ids_hold() -> None:
    odd = "a/b?c#d%2Fe"
    figures = dict.fromkeys(("status", "unit", "progress", "expected_progress", "current_value", "target_value",
                             "projected_value"))  # fmt: skip
    key_result = SimpleNamespace(name="one", metric_id=odd, provenance="measured", **figures)
    objective = SimpleNamespace(name="all", objective_id=odd, key_results=[key_result])
    (row,) = key_results_table("key-results", [objective]).rows
    assert row["objective"] == Link("all", "/objectives/a%2Fb%3Fc%23d%252Fe")
    assert row["key_result"] == Link("one", "/metrics/a%2Fb%3Fc%23d%252Fe")


KEPT_NOWHERE = ("/admin?format=xlsx&table=users", "/admin/audit?format=csv",
                "/explore?metric=revenue&format=csv", "/account", "/admin")  # fmt: skip


@pytest.mark.parametrize("path", KEPT_NOWHERE)
def test_what_is_of_one_reader_is_kept_by_no_browser(ask: Asked, browse: Browse, path: str) -> None:
    answer = browse(ask, "admin").get(path)
    assert answer.status_code == 200
    assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == (
        "no-store",
        "Accept, Accept-Encoding, Cookie",
    )


def test_a_stranger_comes_back_to_the_very_page_whatever_its_address_holds(
    ask: Asked, browse: Browse
) -> None:
    stranger = browse(ask, None)
    asked = "/catalog/metric/odd/id%3F%23%25?from=1&to=2"
    sent = stranger.get(asked).headers["Location"]
    assert parse_qs(urlsplit(sent).query)["next"] == [asked]
    # what is longer than an address may be is not carried along
    assert stranger.get(f"/search?q={'x' * 5_000}").headers["Location"] == "/sign-in?next=/"


REFUSED_FORMS = (("/account/keys", {"name": ""}), ("/admin/users", {"username": "!"}),
                 ("/explore/views", {"name": ""}), ("/admin/users/1", {"role": "king"}))  # fmt: skip


@pytest.mark.parametrize(("path", "fields"), REFUSED_FORMS)
def test_links_of_a_form_that_was_refused_lead_to_its_page(
    ask: Asked, browse: Browse, path: str, fields: dict[str, str]
) -> None:
    browser = browse(ask, "admin")
    answer = browser.send(path, "/account", **fields)
    assert answer.status_code == 422
    links = [unescape(each) for each in re.findall(r'href="(/[^"#]*)', answer.text)]
    assert any("format=csv" in each for each in links) == (path == "/admin/users")
    for each in links:
        assert browser.visit(each).status_code == 200, each


def test_the_theme_is_changed_without_losing_the_place(ask: Asked, browse: Browse) -> None:
    browser = browse(ask)
    shown = browser.read("/metrics?search=rev&sort=-id")
    (dark,) = (unescape(each) for each in re.findall(r'href="(/theme\?to=dark[^"]*)"', shown))
    assert browser.get(dark).headers["Location"] == "/metrics?search=rev&sort=-id"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/incidents/9223372036854775808", 404), (f"/incidents/{'9' * 400}/history", 404),
        ("/catalog/metric/revenue?from=1&to=2147483648", 422),
    ],
)  # fmt: skip
def test_numbers_beyond_what_is_stored_are_refused_in_plain_words(
    ask: Asked, browse: Browse, path: str, status: int
) -> None:
    answer = browse(ask).get(path)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert "out of range" not in answer.text


def test_who_is_signed_in_is_not_asked_to_sign_in_by_a_refusal(ask: Asked, browse: Browse) -> None:
    assert 'href="/sign-in"' not in browse(ask).get("/domains/NO").text


def test_a_visit_called_like_a_session_gets_no_token_of_its_forms(ask: Asked, browse: Browse) -> None:
    browser = browse(ask)
    cookie = browser.client.get_cookie("mdl")
    assert cookie is not None
    session_id = jwt.decode(cookie.value, options={"verify_signature": False})["sid"]
    thief = browse(ask, None)
    thief.client.set_cookie("mdl-visit", session_id)
    assert thief.token("/sign-in") != browser.token("/account")
