"""What every request and response passes, over the app as it is served."""

import re
import threading
import time
from collections.abc import Callable

from core.settings import load_settings
from tests.conftest import RedisServer
from tests.integration.webapi.conftest import Asked
from webapi.process.rate_limits import RateLimit, RateLimits

SECRET = "a secret of production, long enough"  # noqa: S105
ME = "/api/auth/me"
WRONG = {"username": "viewer", "password": "wrong"}


def test_every_answer_tells_browsers_to_be_careful(ask: Asked) -> None:
    for answer in (ask.get(ME), ask.get(ME, None), ask.get("/nowhere"), ask.get("/health/live")):
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Strict-Transport-Security" not in headers


def test_production_asks_for_https(ask_of: Callable[..., Asked], published_url: str) -> None:
    asked = ask_of(published_url, env="production", jwt_secret=SECRET)
    assert asked.get("/health/live").headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_the_page_of_the_documentation_may_run_its_own_script_only(ask: Asked) -> None:
    answer = ask.get("/api-docs", None)
    policy = answer.headers["Content-Security-Policy"]
    assert answer.status_code == 200
    assert re.search(r"script-src 'self' 'sha256-[A-Za-z0-9+/=]{44}'$", policy)
    assert "unsafe-eval" not in policy
    assert len(re.findall(r"<script>", answer.text)) == 1
    parts = re.findall(r'(?:src|href)="(/[^"]+)"', answer.text)
    assert [ask.get(part, None, buffered=True).status_code for part in parts] == [200] * 3
    # the package has more, and larger
    assert ask.get("/api-docs/assets/swagger-editor-bundle.js.map", None).status_code == 404


def test_pages_of_named_origins_may_ask_and_no_others(
    ask_of: Callable[..., Asked], published_url: str
) -> None:
    asked = ask_of(published_url, cors_origin="https://a.example, https://b.example:8443")
    for origin, is_named in (
        ("https://a.example", True),
        ("https://b.example:8443", True),
        ("https://b.example", False),
        ("https://a.example.evil", False),
        ("null", False),
    ):
        answer = asked.get(ME, headers={"Origin": origin})
        assert answer.headers.get("Access-Control-Allow-Origin") == (origin if is_named else None)
        assert "Origin" in answer.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_preflight_needs_no_token(ask_of: Callable[..., Asked], published_url: str) -> None:
    asked = ask_of(published_url, cors_origin="https://a.example")
    sent = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    answer = asked("OPTIONS", "/api/auth/api-keys", None, headers=sent)
    assert answer.status_code == 200
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


def test_without_the_setting_no_origin_may_ask(ask: Asked) -> None:
    assert "Access-Control-Allow-Origin" not in ask.get(ME, headers={"Origin": "https://a.example"}).headers


def test_bodies_that_are_too_large_too_deep_or_no_json_are_problems(ask: Asked) -> None:
    bodies = {
        b'{"username": "' + b"a" * (5 << 20) + b'"}': 413,
        b"[" * 40 + b"]" * 40: 422,
        b"[" * 41 + b"]" * 41: 400,
        b"{": 400,
        b'{"username": "a\\u0000", "password": "b"}': 400,
        b'{"username": "\\ud800", "password": "b"}': 400,
        b"[]": 422,
        b"": 422,
    }
    for body, status in bodies.items():
        answer = ask("POST", "/api/auth/login", None, data=body, content_type="application/json")
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), body[:40]


def test_an_address_with_nul_is_a_problem(ask: Asked) -> None:
    for path in ("/api/auth/audit?actor=%00", "/api/auth/api-keys/%00"):
        answer = ask.get(path, "admin")
        assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


def test_one_is_told_where_one_stands_and_when_to_come_back(
    ask_of: Callable[..., Asked], published_url: str
) -> None:
    asked = ask_of(published_url, rate_limit=3)
    asked.app.extensions["mdl"].rate_limits.clock = lambda: 1_200.0 + 50  # ten seconds before the minute ends
    asked.token("viewer")
    answers = [asked.get(ME) for _ in range(4)]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    last = answers[-1]
    assert (last.status_code, last.content_type) == (429, "application/problem+json")
    assert (last.headers["RateLimit-Limit"], last.headers["RateLimit-Reset"]) == ("3", "10")
    assert last.headers["Retry-After"] == "10"
    assert last.get_json()["type"] == "urn:mdl:problem:too-many-requests"
    assert asked.get("/health/live", None).status_code == 200


def test_guessing_passwords_and_tokens_is_limited_by_address(
    ask_of: Callable[..., Asked], published_url: str
) -> None:
    asked = ask_of(published_url, strict_rate_limit=3, rate_limit=5)
    asked.app.extensions["mdl"].rate_limits.clock = lambda: 1_200.0
    given = {"username": "nobody", "password": "x"}
    login = [asked("POST", "/api/auth/login", None, json=given).status_code for _ in range(4)]
    assert login == [401, 401, 401, 429]
    guesses = [asked.get(ME, None, headers={"X-API-Key": "mdl_guess"}).status_code for _ in range(2)]
    assert guesses == [401, 429], "the general limit counts all of them"


def test_the_named_number_of_proxies_says_who_asks(ask_of: Callable[..., Asked], own_url: str) -> None:
    sent = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}

    def address(proxies: int) -> str:
        asked = ask_of(own_url, proxies=proxies)
        asked("POST", "/api/auth/login", None, json=WRONG, headers=sent)
        rows = asked.get("/api/auth/audit?outcome=refused", "admin").get_json()["data"]
        found: str = rows[0]["address"]
        return found

    assert [address(proxies) for proxies in (0, 1, 2)] == ["127.0.0.1", "198.51.100.7", "203.0.113.9"]


def general(redis_url: str, limit: int, portion: int) -> RateLimits:
    rates = RateLimits.of(load_settings(REDIS_URL=redis_url, rate_limit=limit))
    rates.general = RateLimit("general", limit, portion)
    rates.clock = lambda: 1_200.0
    return rates


def granted(rates: RateLimits, times: int) -> int:
    return sum(rates.take(rates.general, "user:1").is_allowed for _ in range(times))


def test_processes_together_never_grant_more_than_the_limit(redis_url: str) -> None:
    processes = [general(redis_url, 100, 7) for _ in range(4)]
    totals: list[int] = []
    threads = [
        threading.Thread(target=lambda rates=each: totals.append(granted(rates, 60))) for each in processes
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for rates in processes:
        totals.append(granted(rates, 20))
        assert rates.redis is not None
        rates.redis.close()
    assert sum(totals) == 100


def test_without_redis_each_process_goes_on_counting_and_comes_back(redis_server: RedisServer) -> None:
    rates = general(redis_server.url, 10, 2)
    assert granted(rates, 1) == 1
    redis_server.stop()
    begun = time.monotonic()
    assert granted(rates, 20) == 9
    assert time.monotonic() - begun < 0.5
    redis_server.start()
    rates.rests._until = 0
    rates.clock = lambda: 1_260.0
    assert granted(rates, 1) == 1
    assert rates.redis is not None
    assert [key for key in rates.redis.keys() if b"general" in key]  # noqa: SIM118  a command of Redis
    rates.redis.close()


def test_nobody_notices_that_redis_is_away(
    ask_of: Callable[..., Asked], published_url: str, redis_server: RedisServer
) -> None:
    asked = ask_of(published_url, REDIS_URL=redis_server.url)
    assert asked.get(ME).status_code == 200
    assert "mdl_redis_up 1.0" in asked.get("/metrics").get_data(as_text=True)
    redis_server.stop()
    # nobody asked for anything that is kept there: that it is away is known all the same
    assert "mdl_redis_up 0.0" in asked.get("/metrics").get_data(as_text=True)
    assert [asked.get(ME, role).status_code for role in ("viewer", "editor", "viewer")] == [200] * 3
    asked.app.extensions["mdl"].rate_limits.redis.close()
