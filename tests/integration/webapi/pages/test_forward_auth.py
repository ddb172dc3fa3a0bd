"""What the proxy asks before it lets somebody to Dagster's UI: administrators alone, from no other site."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine

from core.clock import wall_now
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.integration.webapi.conftest import PASSWORD, Asked
from tests.integration.webapi.pages.conftest import Browser

Browse = Callable[..., Browser]
PATH = "/auth/administrator"


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("viewer", 403), ("editor", 403), ("admin", 204)])
def test_only_an_administrator_passes(ask: Asked, browse: Browse, who: str | None, status: int) -> None:
    answer = browse(ask, who).client.get(PATH)
    assert answer.status_code == status
    assert answer.headers.get("X-MDL-User") == ("admin" if status == 204 else None)


def test_a_navigation_gets_the_same_answer_so_that_a_proxy_can_tell(ask: Asked, browse: Browse) -> None:
    assert browse(ask, None).get(PATH, **{"Sec-Fetch-Dest": "document"}).status_code == 401


def test_neither_key_nor_token_passes(ask_own: Asked) -> None:
    token = ask_own.token("admin")
    key = ask_own("POST", "/api/auth/api-keys", "admin", json={"name": "script"}).get_json()["key"]
    for headers in ({"Authorization": f"Bearer {token}"}, {"X-API-Key": key}, {"Cookie": f"mdl={token}"}):
        client = ask_own.app.test_client(use_cookies=False)
        assert client.get(PATH, headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 204),
        ({"Sec-Fetch-Site": "none"}, 204),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "https://mdl.example.com", "X-Original-URL": "https://mdl.example.com/dagster"}, 204),
        ({"Origin": "https://evil.example", "X-Original-URL": "https://mdl.example.com/dagster"}, 403),
        ({"Origin": "http://localhost:9000"}, 403),
    ],
)
def test_a_page_of_another_site_cannot_use_an_administrators_cookie(
    ask: Asked, browse: Browse, headers: dict[str, str], status: int
) -> None:
    assert browse(ask, "admin").client.get(PATH, headers=headers).status_code == status


def test_who_signed_out_or_has_a_one_time_password_does_not_pass(
    ask_own: Asked, own_url: str, browse: Browse
) -> None:
    browser = browse(ask_own, "admin")
    cookie: Any = browser.client.get_cookie("mdl")
    browser.visit("/account")
    browser.fill("/sign-out")
    browser.client.set_cookie("mdl", cookie.value)
    assert browser.client.get(PATH).status_code == 401
    engine = create_engine(own_url)
    with engine.begin() as connection:
        create_user(connection, "ann", PASSWORD, Role.ADMIN, wall_now(), must_change_password=True)
    engine.dispose()
    newcomer = browse(ask_own, None)
    newcomer.sign_in("ann")
    assert newcomer.client.get(PATH).status_code == 403


def test_the_cookie_of_somebody_at_work_in_dagster_is_renewed(ask_own: Asked, browse: Browse) -> None:
    browser, parts = browse(ask_own, "admin"), ask_own.app.extensions["mdl"]
    assert "Set-Cookie" not in browser.client.get(PATH).headers
    later = wall_now() + timedelta(hours=1)
    object.__setattr__(parts, "clock", lambda: later)
    assert browser.client.get(PATH).headers["Set-Cookie"].startswith("mdl=")
    object.__setattr__(parts, "clock", lambda: later + timedelta(days=8))
    assert browser.client.get(PATH).status_code == 401
