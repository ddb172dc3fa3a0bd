"""Sign-in by cookie: one-time passwords, renewal, forms of other sessions, addresses to come back to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from sqlalchemy import create_engine, text

from core.clock import wall_now
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.integration.webapi.conftest import PASSWORD, Asked
from tests.integration.webapi.pages.conftest import HTML, Browser

Browse = Callable[..., Browser]
WRONG = "wrong wrong wrong"
NEW = "quite another long phrase"


def session_cookie(browser: Browser) -> str:
    found = browser.client.get_cookie("mdl")
    assert found is not None
    return found.value


def test_a_stranger_is_sent_to_sign_in_and_back_to_the_page(ask: Asked, browse: Browse) -> None:
    browser = browse(ask, None)
    page = browser.visit("/domains/SHOP?as_of=2026-03-04")
    assert page.request.path == "/sign-in"
    page = browser.fill("/sign-in", username="viewer", password=PASSWORD)
    assert (page.request.path, page.request.query_string) == ("/domains/SHOP", b"as_of=2026-03-04")
    assert "Shop</h1>" in page.text


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "/\t/evil.example", "http:evil.example", " //evil.example", "/%0d%0aSet-Cookie:x=1\r\nX: y", "",
    ],
)  # fmt: skip
def test_sign_in_leads_to_no_other_host(ask: Asked, browse: Browse, onward: str) -> None:
    browser = browse(ask, None)
    browser.visit("/sign-in", query_string={"next": onward})
    fields = browser.form("/sign-in").fields | {"username": "viewer", "password": PASSWORD, "next": onward}
    answer = browser.client.post("/sign-in", data=fields, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_wrong_password_is_refused_in_one_sentence_whoever_it_is_of(ask_own: Asked, browse: Browse) -> None:
    browser = browse(ask_own, None)
    texts = []
    for name in ("viewer", "nobody"):
        browser.visit("/sign-in")
        page = browser.fill("/sign-in", username=name, password=WRONG)
        assert page.status_code == 401
        texts.append(page.text.replace(name, ""))
        assert browser.client.get_cookie("mdl") is None
    assert texts[0] == texts[1]


def test_an_account_locked_over_the_api_is_locked_for_pages(
    ask_of: Any, own_url: str, browse: Browse
) -> None:
    asked = ask_of(own_url, strict_rate_limit=100)
    for _ in range(5):
        asked("POST", "/api/auth/login", None, json={"username": "viewer", "password": "wrong"})
    browser = browse(asked, None)
    assert browser.sign_in("viewer").status_code == 401


def test_a_one_time_password_opens_nothing_but_the_page_that_replaces_it(
    ask_own: Asked, own_url: str, browse: Browse
) -> None:
    engine = create_engine(own_url)
    with engine.begin() as connection:
        create_user(connection, "ann", PASSWORD, Role.VIEWER, wall_now(), must_change_password=True)
    engine.dispose()
    browser = browse(ask_own, None)
    assert browser.sign_in("ann").request.path == "/account/password"
    assert browser.visit("/").request.path == "/account/password"
    assert browser.fill("/account/password", old=PASSWORD, new="short").status_code == 422
    assert browser.fill("/account/password", old=PASSWORD, new=NEW).request.path == "/"
    assert browser.visit("/account").status_code == 200


def test_signing_out_ends_the_cookie_everywhere(ask_own: Asked, browse: Browse) -> None:
    browser = browse(ask_own)
    stolen = session_cookie(browser)
    browser.visit("/account")
    assert browser.fill("/sign-out").request.path == "/sign-in"
    thief = browse(ask_own, None)
    thief.client.set_cookie("mdl", stolen)
    assert thief.visit("/").request.path == "/sign-in"


def test_each_sign_in_is_a_session_of_its_own(ask_own: Asked, browse: Browse) -> None:
    browser = browse(ask_own)
    before = session_cookie(browser)
    browser.sign_in("viewer")
    assert session_cookie(browser) != before


def test_a_session_is_ended_from_another_one(ask_own: Asked, browse: Browse) -> None:
    here, there = browse(ask_own), browse(ask_own)
    here.visit("/account")
    here.fill("/account/sessions/end")
    assert there.visit("/").request.path == "/sign-in"
    assert here.visit("/").request.path == "/"


def test_the_sessions_of_others_cannot_be_ended(ask_own: Asked, own_url: str, browse: Browse) -> None:
    mine, theirs = browse(ask_own), browse(ask_own, "editor")
    engine = create_engine(own_url)
    with engine.connect() as connection:
        sid = connection.scalar(
            text("select session_id from identity.sessions s join identity.users u using (user_id) "
                 "where username = 'editor' order by s.created_at desc limit 1")
        )  # fmt: skip
    engine.dispose()
    mine.visit("/account")
    token = mine.form("/sign-out").fields["csrf_token"]
    mine.post("/account/sessions/end", {"csrf_token": token, "session": str(sid)})
    assert theirs.visit("/").request.path == "/"


def test_a_cookie_past_its_quarter_of_an_hour_is_renewed_unnoticed(
    ask_own: Asked, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browse(ask_own)
    before, parts = session_cookie(browser), ask_own.app.extensions["mdl"]
    later = wall_now() + timedelta(hours=5)
    object.__setattr__(parts, "clock", lambda: later)
    assert browser.visit("/").request.path == "/"
    assert session_cookie(browser) != before
    # the cookie before the renewal goes on too: a page and its parts are asked for at once
    other = browse(ask_own, None)
    other.client.set_cookie("mdl", before)
    assert other.visit("/").request.path == "/"
    object.__setattr__(parts, "clock", lambda: later + timedelta(days=8))
    assert browser.visit("/").request.path == "/sign-in"


def test_neither_key_nor_token_opens_a_page(ask_own: Asked) -> None:
    key = ask_own("POST", "/api/auth/api-keys", "viewer", json={"name": "script"}).get_json()["key"]
    token = ask_own.token("viewer")
    for headers in ({"X-API-Key": key}, {"Authorization": f"Bearer {token}"}, {"Cookie": f"mdl={token}"}):
        answer = ask_own.app.test_client(use_cookies=False).get("/", headers={**HTML, **headers})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/")


def test_a_cookie_opens_no_route_of_the_api(ask_own: Asked, browse: Browse) -> None:
    browser = browse(ask_own, "admin")
    cookie = session_cookie(browser)
    for headers in ({}, {"Authorization": f"Bearer {cookie}"}):
        assert browser.client.get("/api/v1/scorecard", headers=headers).status_code == 401
        assert browser.client.delete("/api/v1/cache", headers=headers).status_code == 401


FORMS = ["/sign-in", "/sign-out", "/account/password", "/account/sessions/end", "/account/keys",
         "/account/keys/revoke"]  # fmt: skip


@pytest.mark.parametrize("action", FORMS)
def test_a_form_is_refused_without_its_token_and_with_that_of_another_session(
    ask_own: Asked, browse: Browse, action: str
) -> None:
    browser, other = browse(ask_own), browse(ask_own)
    other.visit("/account")
    foreign = other.form("/sign-out").fields["csrf_token"]
    for token in ("", "x", foreign):
        answer = browser.post(action, {"csrf_token": token})
        assert answer.status_code == 403
        assert "reload the page" in answer.text
    assert browser.visit("/").request.path == "/"


def test_a_token_from_before_the_sign_in_is_stale_after_it(ask_own: Asked, browse: Browse) -> None:
    browser = browse(ask_own, None)
    browser.visit("/sign-in")
    stale = browser.form("/sign-in").fields["csrf_token"]
    browser.fill("/sign-in", username="viewer", password=PASSWORD)
    assert browser.post("/sign-out", {"csrf_token": stale}).status_code == 403


def test_outside_this_machine_a_password_is_taken_over_tls_alone(ask_own: Asked) -> None:
    client = ask_own.app.test_client()
    for scheme, status in (("http", 403), ("https", 303)):
        base = f"{scheme}://mdl.example.com"
        page = client.get("/sign-in", base_url=base, headers=HTML)
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        form = {"csrf_token": token, "username": "viewer", "password": PASSWORD}
        # over http no browser keeps the cookie of the visit, werkzeug's does
        answer = client.post("/sign-in", base_url=base, data=form, headers=HTML)
        assert answer.status_code == status, answer.text
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-mdl=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_a_key_is_shown_once_and_can_be_revoked(ask_own: Asked, browse: Browse) -> None:
    browser = browse(ask_own)
    browser.visit("/account")
    page = browser.fill("/account/keys", name="sheet", role="viewer", days="30")
    key = page.text.split('class="secret">')[1].split("<")[0]
    get = ask_own.app.test_client().get
    assert get("/api/v1/scorecard", headers={"X-API-Key": key}).status_code == 200
    assert key not in browser.visit("/account").text
    browser.fill("/account/keys/revoke")
    assert get("/api/v1/scorecard", headers={"X-API-Key": key}).status_code == 401


def test_a_viewer_makes_no_key_of_more(ask_own: Asked, browse: Browse) -> None:
    browser = browse(ask_own)
    browser.visit("/account")
    assert browser.fill("/account/keys", name="sheet", role="admin", days="30").status_code == 422


def test_refusals_are_pages_for_browsers_and_problems_for_programs(ask: Asked, browse: Browse) -> None:
    browser = browse(ask)
    page = browser.visit("/domains/SHIP")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    problem = browser.client.get("/domains/SHIP", headers={"Accept": "application/json"})
    assert problem.content_type == "application/problem+json"
    assert problem.get_json()["detail"].split("'")[0] in page.text
    assert browser.visit("/api/v1/nothing").content_type == "application/problem+json"


def test_the_theme_is_chosen_without_scripts(ask: Asked, browse: Browse) -> None:
    browser = browse(ask)
    assert "data-theme" not in browser.visit("/").text
    assert 'data-theme="dark"' in browser.visit("/theme?to=dark&next=/").text
    assert "data-theme" not in browser.visit("/theme?to=system&next=/").text


def test_kept_pages_are_answered_from_the_cache_for_each_theme_and_role(ask: Asked, browse: Browse) -> None:
    browser, other = browse(ask), browse(ask, "admin")
    browser.visit("/")
    again = browser.visit("/")
    assert again.headers["X-Cache"] == "HIT"
    assert "Administration" not in again.text
    assert "Administration" in other.visit("/").text
    assert (
        browser.client.get("/", headers={**HTML, "If-None-Match": again.headers["ETag"]}).status_code == 304
    )


def test_where_a_password_would_be_open_to_others_the_page_says_so_before_it_is_typed(ask: Asked) -> None:
    client = ask.app.test_client(use_cookies=False)
    open_to_all = client.get("/sign-in", base_url="http://mdl.example.com", headers=HTML)
    assert open_to_all.status_code == 403
    assert "not encrypted" in open_to_all.text
    # browsers keep no Secure cookie from here, so the form has no token that fits
    answer = client.post("/sign-in", base_url="http://mdl.example.com", data={"username": "x"}, headers=HTML)
    assert answer.status_code == 403
    assert "not encrypted" in answer.text
    for base in ("https://mdl.example.com", "http://localhost:8000", "http://127.0.0.1", "http://[::1]:8000"):
        assert "not encrypted" not in client.get("/sign-in", base_url=base, headers=HTML).text


def test_a_cookie_from_a_machine_whose_clock_is_ahead_counts_at_once(
    ask_own: Asked, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes behind one proxy: the one that signs in may be a few seconds ahead of the one that answers."""
    browser = browse(ask_own)
    claims = jwt.decode(session_cookie(browser), options={"verify_signature": False})
    ahead = {**claims, **{name: claims[name] + 30 for name in ("iat", "nbf", "exp")}}
    browser.client.set_cookie("mdl", jwt.encode(ahead, ask_own.app.config["JWT_SECRET_KEY"], "HS256"))
    assert browser.visit("/account").request.path == "/account"
