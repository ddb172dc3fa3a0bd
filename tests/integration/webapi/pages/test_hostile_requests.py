"""Requests that no form of ours sends: no page answers 500, and a refusal is a page in plain words."""

from collections.abc import Callable

import pytest

from tests.integration.webapi.conftest import Asked
from tests.integration.webapi.pages.conftest import HTML, Browser

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
