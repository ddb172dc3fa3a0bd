"""What strangers cannot do: keep a user out, guess without end, or administer with a key or token they found."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
from sqlalchemy import Engine, create_engine, func, select, update

from schemas.tables import sign_in_places, users
from tests.integration.webapi.conftest import PASSWORD, Asked

HOME, OFFICE, STRANGER = "198.51.100.1", "198.51.100.2", "203.0.113.9"


@pytest.fixture
def asked(ask_of: Callable[..., Asked], own_url: str) -> Asked:
    """An API behind one trusted proxy, where nobody meets the rate limit."""
    return ask_of(own_url, proxies=1, strict_rate_limit=10_000)


@pytest.fixture
def engine(own_url: str) -> Iterator[Engine]:
    made = create_engine(own_url)
    yield made
    made.dispose()


def sign_in(asked: Asked, address: str, password: str = PASSWORD) -> int:
    given = {"username": "admin", "password": password}
    headers = {"X-Forwarded-For": address}
    return asked("POST", "/api/auth/login", None, headers=headers, json=given).status_code


def unlock_places(engine: Engine) -> None:
    """As if the longest lock of every single place had passed."""
    with engine.begin() as connection:
        connection.execute(update(sign_in_places).values(locked_until=None))


def test_a_strangers_failures_keep_only_the_stranger_out(asked: Asked) -> None:
    for _ in range(6):
        assert sign_in(asked, STRANGER, "wrong") == 401
    assert sign_in(asked, STRANGER) == 401, "even with the right password"
    assert sign_in(asked, HOME) == 200


def test_many_strangers_lock_strange_places_but_none_that_the_user_came_from(
    asked: Asked, engine: Engine
) -> None:
    assert sign_in(asked, HOME) == 200
    for number in range(25):
        sign_in(asked, f"203.0.113.{number}", "wrong")
    with engine.connect() as connection:
        failures = connection.scalar(select(users.c.failed_sign_ins).where(users.c.username == "admin"))
        # other tests sign in from elsewhere
        strange = sign_in_places.c.place.like("203.0.113.%")
        places = connection.scalar(select(func.count()).select_from(sign_in_places).where(strange))
    assert failures == 20, "what comes while all strangers are locked is not even tried"
    assert places == 20, "and leaves no row"
    assert sign_in(asked, OFFICE) == 401, "a place that nobody knows"
    assert sign_in(asked, HOME) == 200


def test_who_goes_on_once_an_hour_does_not_close_a_known_place(asked: Asked, engine: Engine) -> None:
    assert sign_in(asked, HOME) == 200
    for _ in range(30):
        unlock_places(engine)
        with engine.begin() as connection:
            connection.execute(update(users).values(locked_until=None))
        sign_in(asked, STRANGER, "wrong")
    assert sign_in(asked, STRANGER) == 401
    assert sign_in(asked, HOME) == 200


def test_a_known_place_is_no_place_to_guess_without_end(asked: Asked) -> None:
    assert sign_in(asked, HOME) == 200
    for _ in range(5):
        assert sign_in(asked, HOME, "wrong") == 401
    assert sign_in(asked, HOME) == 401
    assert sign_in(asked, OFFICE) == 200


def test_addresses_of_one_ipv6_network_are_one_place(asked: Asked) -> None:
    for number in range(5):
        sign_in(asked, f"2001:db8:1:2::{number:x}", "wrong")
    assert sign_in(asked, "2001:db8:1:2:ffff::1") == 401
    assert sign_in(asked, "2001:db8:1:3::1") == 200


def test_an_administrator_lifts_the_locks_of_all_places(asked: Asked, engine: Engine) -> None:
    for number in range(25):
        sign_in(asked, f"203.0.113.{number}", "wrong")
    with engine.connect() as connection:
        user_id = connection.scalar(select(users.c.user_id).where(users.c.username == "admin"))
    assert sign_in(asked, OFFICE) == 401
    with engine.begin() as connection:
        connection.execute(update(users).where(users.c.username == "editor").values(role="admin"))
    json = {"is_locked": False}
    assert asked("PATCH", f"/api/auth/users/{user_id}", "editor", json=json).status_code == 200
    assert sign_in(asked, OFFICE) == 200
    assert sign_in(asked, "203.0.113.1") == 200


# ---- keys and tokens -------------------------------------------------------------------------------------


def administrative(user_id: int) -> list[tuple[str, str, dict[str, Any] | None]]:
    user = f"/api/auth/users/{user_id}"
    passwords = {"old_password": PASSWORD, "new_password": "quite another long phrase"}
    return [
        ("POST", "/api/auth/users", {"username": "mallory", "role": "admin"}),
        ("PATCH", user, {"role": "admin"}),
        ("PATCH", user, {"is_active": False}),
        ("PATCH", user, {"is_locked": False}),
        ("POST", f"{user}/password", None),
        ("POST", "/api/auth/api-keys", {"name": "another"}),
        ("POST", "/api/auth/password", passwords),
        ("POST", "/api/auth/logout", None),
    ]


def test_no_administrative_route_takes_a_key_even_of_an_administrator(asked: Asked) -> None:
    created = asked(
        "POST", "/api/auth/api-keys", "admin", json={"name": "script", "role": "admin"}
    ).get_json()
    key = {"X-API-Key": created["key"]}
    listed = asked.get("/api/auth/users", None, headers=key)
    assert listed.status_code == 200, "reading changes nothing"
    ids = {user["username"]: user["user_id"] for user in listed.get_json()["data"]}
    for method, path, json in administrative(ids["viewer"]):
        answer = asked(method, path, None, headers=key, json=json)
        assert (answer.status_code, answer.get_json()["type"]) == (403, "urn:mdl:problem:forbidden"), path
        assert "POST /api/auth/login" in answer.get_json()["detail"]
    after = asked.get("/api/auth/users", None, headers=key).get_json()["data"]
    assert {user["username"] for user in after} == set(ids)


def test_every_write_about_identities_refuses_keys_unless_it_is_known_why_not(asked: Asked) -> None:
    rules = asked.app.url_map.iter_rules()
    writes = {
        (method, rule.rule)
        for rule in rules
        if rule.rule.startswith("/api/auth")
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
    }
    tried = {(method, path) for method, path, _ in administrative(7)}
    without_role = {("POST", f"/api/auth/{name}") for name in ("login", "refresh", "register")}
    of_itself = {("DELETE", "/api/auth/api-keys/<key_id>")}
    named = "<int(min=1, max=9223372036854775807):user_id>"
    assert {(method, path.replace(named, "7")) for method, path in writes} == tried | without_role | of_itself


def test_a_key_revokes_itself_and_no_other(asked: Asked) -> None:
    one, other = (
        asked("POST", "/api/auth/api-keys", "admin", json={"name": name, "role": "admin"}).get_json()
        for name in ("one", "other")
    )
    key = {"X-API-Key": one["key"]}

    def revoke(which: dict[str, Any]) -> int:
        path = f"/api/auth/api-keys/{which['data']['key_id']}"
        return asked("DELETE", path, None, headers=key).status_code

    assert (revoke(other), revoke(one)) == (403, 204)
    assert asked.get("/api/auth/me", None, headers=key).status_code == 401


def test_a_token_that_does_not_count_yet_is_judged_anew_each_time(asked: Asked) -> None:
    secret = asked.app.config["JWT_SECRET_KEY"]
    claims = jwt.decode(asked.token("viewer"), secret, algorithms=["HS256"])
    begins = time.time() + 2
    later = jwt.encode({**claims, "jti": "later", "nbf": begins, "exp": int(begins) + 60}, secret, "HS256")
    headers = {"Authorization": f"Bearer {later}"}
    early = asked.get("/api/auth/me", None, headers=headers)
    assert early.status_code == 401
    assert "does not count yet" in early.get_json()["detail"]
    time.sleep(max(0.0, begins - time.time()) + timedelta(seconds=1).total_seconds())
    assert asked.get("/api/auth/me", None, headers=headers).status_code == 200
