import csv
import io
import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.integration.webapi.conftest import PASSWORD, Asked
from tests.integration.webapi.pages.conftest import HTML, Browser

Browse = Callable[[Asked, str], Browser]
PAGES = ("/admin", "/admin/audit", "/admin/settings", "/admin/users/1")
FORMS = (
    "/admin/users",
    "/admin/users/1",
    "/admin/users/1/password",
    "/admin/users/1/keys/revoke",
    "/admin/cache",
    "/admin/settings",
)


@pytest.fixture
def admin(ask_own: Asked, browse: Browse) -> Browser:
    return browse(ask_own, "admin")


def users(browser: Browser) -> dict[str, dict[str, str]]:
    table = csv.DictReader(io.StringIO(browser.read("/admin?format=csv")))
    return {row["Name"]: row for row in table}


def audit(browser: Browser, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(browser.read(f"/admin/audit?format=csv{query}"))))


def address_of(browser: Browser, name: str) -> str:
    found = re.search(rf'href="(/admin/users/\d+)"[^>]*>{re.escape(name)}<', browser.read("/admin"))
    assert found is not None
    return found[1]


def secret(text: str) -> str:
    found = re.search(r'<code class="secret">([^<]+)</code>', text)
    assert found is not None, text
    return unescape(found[1])


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_administration_is_for_administrators(ask: Asked, browse: Browse, role: str) -> None:
    browser = browse(ask, role)
    for path in PAGES:
        answer = browser.get(path)
        assert (answer.status_code, answer.mimetype) == (403, "text/html"), path
    for path in FORMS:
        assert browser.send(path, "/account").status_code == 403, path
    assert 'href="/admin"' not in browser.read("/catalog")


def test_strangers_are_led_to_the_sign_in(ask: Asked) -> None:
    answer = ask.app.test_client().get("/admin/audit?action=sign_in", headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?next=/admin/audit%3Faction%3Dsign_in"


def test_no_form_counts_without_the_token_of_its_session(
    ask_own: Asked, admin: Browser, browse: Browse
) -> None:
    foreign = browse(ask_own, "editor").token("/account")
    for path in FORMS:
        for token in ("", "stale", foreign):
            answer = admin.client.post(path, data={"csrf_token": token, "username": "eve"}, headers=HTML)
            assert answer.status_code == 403, path
    assert set(users(admin)) == {"admin", "editor", "viewer"}


def test_a_new_user_gets_a_password_that_is_shown_once_and_counts_once(
    ask_own: Asked, admin: Browser
) -> None:
    given = {"username": "Ann", "role": "editor", "team": "sales", "email": "ann@example.com"}
    made = admin.send("/admin/users", "/admin", **given)
    assert made.status_code == 200
    assert "no-store" in made.headers["Cache-Control"]
    password = secret(made.text)
    assert (users(admin)["ann"]["Role"], users(admin)["ann"]["State"]) == ("editor", "password_due")
    assert password not in admin.read(address_of(admin, "ann"))
    ann = Browser(ask_own.app.test_client())
    answer = ann.send("/sign-in", "/sign-in", username="ann", password=password)
    assert answer.headers["Location"] == "/account/password"
    entry = audit(admin, "&action=user.create")[0]
    assert (entry["Who"], entry["To what"]) == ("user:admin", "user:ann")
    assert password not in str(audit(admin))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"username": "admin", "role": "viewer"}, "there is already a user admin"),
        ({"username": "a b", "role": "viewer"}, "a user name has 2 to 64"),
        ({"username": "ann", "role": "king"}, "there is no role 'king'"),
        ({"username": "ann", "role": "viewer", "email": "nowhere"}, "is no mail address"),
        ({"username": "<script>alert(1)</script>", "role": "viewer"}, "a user name has 2 to 64"),
    ],
)
def test_what_is_wrong_with_a_new_user_is_said_and_the_form_keeps_what_was_typed(
    admin: Browser, given: dict[str, str], said: str
) -> None:
    answer = admin.send("/admin/users", "/admin", **given)
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    assert "<script>alert" not in answer.text
    assert f'value="{given["username"]}"' in unescape(answer.text)
    assert len(users(admin)) == 3


def test_role_team_and_leave_to_sign_in_are_changed_and_count_at_once(
    ask_own: Asked, admin: Browser, browse: Browse
) -> None:
    viewer = browse(ask_own, "viewer")
    there = address_of(admin, "viewer")
    answer = admin.send(there, there, role="editor", team="sales", email="", is_active="yes")
    assert answer.headers["Location"] == f"{there}?done=changed"
    assert "The user is changed." in admin.read(f"{there}?done=changed")
    assert (users(admin)["viewer"]["Role"], users(admin)["viewer"]["Team"]) == ("editor", "sales")
    admin.send(there, there, role="editor", team="", email="")
    assert (users(admin)["viewer"]["State"], users(admin)["viewer"]["Team"]) == ("inactive", "")
    assert viewer.get("/catalog").status_code == 303


def test_the_last_administrator_stays_one(admin: Browser) -> None:
    there = address_of(admin, "admin")
    for fields in ({"role": "viewer", "is_active": "yes"}, {"role": "admin"}):
        answer = admin.send(there, there, **fields)
        assert answer.status_code == 422
        assert "this is the last active administrator" in answer.text
    assert users(admin)["admin"]["State"] == "active"
    assert audit(admin, "&action=user.change&outcome=refused")[0]["Outcome"] == "refused"


def test_a_password_is_reset_and_the_sessions_end(ask_own: Asked, admin: Browser, browse: Browse) -> None:
    viewer = browse(ask_own, "viewer")
    there = address_of(admin, "viewer")
    made = admin.send(f"{there}/password", there)
    fresh = secret(made.text)
    assert fresh != PASSWORD
    assert viewer.get("/catalog").status_code == 303
    again = Browser(ask_own.app.test_client())
    assert again.send("/sign-in", "/sign-in", username="viewer", password=fresh).status_code == 303


def test_the_keys_of_a_user_are_listed_and_revoked(ask_own: Asked, admin: Browser, browse: Browse) -> None:
    editor = browse(ask_own, "editor")
    made = editor.send("/account/keys", "/account", name="<b>nightly</b>", role="viewer", days="30")
    key = secret(made.text)
    headers = {"X-API-Key": key}
    assert ask_own.get("/api/v1/metrics", None, headers=headers).status_code == 200
    there = address_of(admin, "editor")
    text = admin.read(there)
    assert "&lt;b&gt;nightly" in text
    key_id = re.findall(r'name="key" value="([^"]+)"', text)[0]
    assert admin.send(f"{there}/keys/revoke", there, key=key_id).status_code == 303
    assert ask_own.get("/api/v1/metrics", None, headers=headers).status_code == 401
    assert ">revoked<" in admin.read(there)
    # of another user's page it is nobody's
    assert admin.send(f"{address_of(admin, 'viewer')}/keys/revoke", there, key=key_id).status_code == 404


def test_the_audit_log_is_filtered_by_who_what_and_day(admin: Browser) -> None:
    assert {row["What"] for row in audit(admin, "&action=sign_in")} == {"sign_in"}
    assert audit(admin, "&actor=user:nobody") == []
    assert audit(admin, "&to=2020-01-01") == []
    assert len(audit(admin, "&from=2020-01-01")) == len(audit(admin)) > 0
    assert admin.get("/admin/audit?from=2199-12-31&to=2199-12-31").status_code == 200
    assert admin.get("/admin/audit?from=9999-12-31&to=9999-12-31").status_code == 422
    assert "No entry fits" in admin.read("/admin/audit?target=%25%27")


def test_the_cache_is_cleared(admin: Browser) -> None:
    admin.read("/catalog")
    assert admin.get("/catalog").headers["X-Cache"] == "HIT"
    assert admin.send("/admin/cache", "/admin").headers["Location"] == "/admin?done=cleared"
    assert "forgotten" in admin.read("/admin?done=cleared")
    assert admin.get("/catalog").headers["X-Cache"] == "MISS"


def test_the_page_changes_and_resets_a_setting(admin: Browser) -> None:
    def ttl() -> tuple[str, str]:
        rows = csv.DictReader(io.StringIO(admin.read("/admin/settings?format=csv")))
        return next((row["Value"], row["Said by"]) for row in rows if row["Setting"] == "CACHE_TTL")

    assert ttl() == ("300", "the default")
    sent = admin.send("/admin/settings", "/admin/settings", setting="cache_ttl", value="60")
    assert sent.headers["Location"] == "/admin/settings?done=changed"
    assert ttl() == ("60", "user:admin")
    refused = admin.send("/admin/settings", "/admin/settings", setting="cache_ttl", value="<b>soon")
    assert refused.status_code == 422
    assert "CACHE_TTL: &#39;&lt;b&gt;soon&#39; is not a whole number of 1 or more" in refused.text
    admin.send("/admin/settings", "/admin/settings", setting="cache_ttl", reset="")
    assert ttl() == ("300", "the default")
