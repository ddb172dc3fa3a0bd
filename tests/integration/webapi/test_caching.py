"""Kept answers: until when, for whom, and what happens while PostgreSQL is away."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest
import structlog
from sqlalchemy import create_engine, event, text

import webapi.v1.metrics.routes as metric_routes
from core.connections.breaker import _REST_SECONDS
from tests.conftest import RedisServer, administer
from tests.integration.webapi.conftest import Asked
from webapi.process.snapshot import MAX_AGE_SECONDS
from webapi.request.context import app_parts

VALUES = "/api/v1/metrics/revenue/values?grain=day"
SCORECARD = "/api/v1/scorecard"


def publish_again(url: str) -> None:
    """What a publication does to the version, without new numbers."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into ops.publications (published_at, created_at, as_of, timezone, values_changed, "
                "values_computed, scope) select published_at, now(), as_of, timezone, 0, 0, scope from ops.publications"
            )
        )
    engine.dispose()


def test_a_publication_is_seen_within_a_second(ask_own: Asked, own_url: str) -> None:
    assert [ask_own.get(VALUES).headers["X-Cache"] for _ in range(2)] == ["MISS", "HIT"]
    publish_again(own_url)
    threading.Event().wait(MAX_AGE_SECONDS)
    after = ask_own.get(VALUES)
    assert (after.headers["X-Cache"], after.headers["X-MDL-Publication"]) == ("MISS", "2")
    assert after.get_json()["meta"]["publication_id"] == 2


def test_an_edit_makes_definitions_anew_and_leaves_numbers_kept(ask_own: Asked) -> None:
    document, body = "/api/v1/metrics/revenue", {"description": "all that was paid"}
    for path in (document, VALUES, SCORECARD):
        ask_own.get(path)
    merge = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
    assert ask_own("PATCH", document, "editor", merge, data=orjson.dumps(body)).status_code == 200
    after = {path: ask_own.get(path) for path in (document, VALUES, SCORECARD)}
    assert [answer.headers["X-Cache"] for answer in after.values()] == ["MISS", "HIT", "HIT"]
    assert after[document].get_json()["data"]["content"]["description"] == "all that was paid"


def test_a_publication_leaves_definitions_kept_and_is_named_on_them(ask_own: Asked, own_url: str) -> None:
    for path in ("/api/v1/metrics/revenue", SCORECARD):
        ask_own.get(path)
    publish_again(own_url)
    threading.Event().wait(MAX_AGE_SECONDS)
    found = [ask_own.get(path).headers for path in ("/api/v1/metrics/revenue", SCORECARD)]
    told = [(headers["X-Cache"], headers["X-MDL-Publication"]) for headers in found]
    assert told == [("HIT", "2"), ("MISS", "2")]


OF_PUBLICATION = [VALUES, SCORECARD, "metrics/revenue/summary", "objectives/SELL/progress"]
OF_PUBLICATION += ["domains/SHOP/scorecard", "publications", f"{VALUES}&as_of=2027-01-01"]
OF_CATALOG = [
    f"{kind}s{rest}" for kind in ("domain", "objective", "metric", "source") for rest in ("", "?sort=-name")
]
OF_CATALOG += [
    "metrics/revenue",
    "metrics/revenue/history",
    "objectives/SELL/key-results",
    "export",
    "policies",
]
OF_CATALOG += ["metrics/revenue/policy"]


@pytest.mark.parametrize(
    ("paths", "foreign"), [(OF_PUBLICATION, {"catalog"}), (OF_CATALOG, {"marts", "ops"})]
)
def test_what_is_kept_by_one_version_reads_no_table_of_the_other(
    ask: Asked, paths: list[str], foreign: set[str]
) -> None:
    # what the catalog says of readers is read once per version of it, before whatever answer
    ask.get("/api/v1/silences")
    statements: list[str] = []
    engine = ask.app.extensions["mdl"].database.replica
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    for path in paths:
        statements.clear()
        answer = ask.get(path if path.startswith("/") else f"/api/v1/{path}")
        assert (answer.status_code, answer.headers["X-Cache"]) == (200, "MISS"), path
        # the versions themselves are one statement over all, read for every answer
        own = [statement for statement in statements if "identity." not in statement]
        assert own, path
        assert not set(re.findall(r"\b(catalog|marts|ops)\.", " ".join(own))) & foreign, path


def test_the_order_of_parameters_makes_no_other_answer(ask: Asked) -> None:
    assert ask.get(f"{VALUES}&by=country").headers["X-Cache"] == "MISS"
    turned = ask.get("/api/v1/metrics/revenue/values?by=country&grain=day")
    assert turned.headers["X-Cache"] == "HIT"


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip"])
def test_each_encoding_is_kept_as_it_goes_out(ask: Asked, encoding: str) -> None:
    path = f"{VALUES}&by=country"
    plain = ask.get(path)
    packed = ask.get(path, headers={"Accept-Encoding": encoding})
    assert packed.headers["Content-Encoding"] == encoding
    assert len(packed.data) < len(plain.data) // 2
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert ask.get(path, headers={"Accept-Encoding": encoding}).data == packed.data


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("", None),
        ("gzip;q=0", None),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("deflate", None),
        ("gzip, br", "br"),
    ],
)
def test_only_what_the_client_takes_is_sent(ask: Asked, accepted: str, sent: str | None) -> None:
    answer = ask.get(f"{VALUES}&by=country", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == sent


def test_many_who_miss_at_once_make_the_answer_once(ask: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    real = metric_routes.read_values
    ask.token("viewer")

    def counted(*args: Any) -> Any:
        made.append(args)
        threading.Event().wait(0.2)
        return real(*args)

    monkeypatch.setattr(metric_routes, "read_values", counted)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: ask.get(VALUES), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(made) == 1


def test_errors_are_not_kept(ask: Asked) -> None:
    for _ in range(2):
        answer = ask.get("/api/v1/metrics/revenu/values")
        assert (answer.status_code, answer.headers.get("X-Cache")) == (404, None)
        assert "did you mean revenue" in answer.get_json()["detail"]


def test_only_an_administrator_clears_the_cache(ask: Asked) -> None:
    ask.get(VALUES)
    assert ask("DELETE", "/api/v1/cache", "editor").status_code == 403
    assert ask("DELETE", "/api/v1/cache", "admin").status_code == 204
    assert ask.get(VALUES).headers["X-Cache"] == "MISS"


def test_without_a_cache_every_answer_is_made(ask_of: Callable[..., Asked], published_url: str) -> None:
    ask = ask_of(published_url, enable_cache=False)
    assert [ask.get(VALUES).headers["X-Cache"] for _ in range(2)] == ["BYPASS", "BYPASS"]


def test_processes_share_answers_and_limits_again_once_redis_is_back(
    ask_of: Callable[..., Asked], published_url: str, redis_server: RedisServer
) -> None:
    one, other = (ask_of(published_url, REDIS_URL=redis_server.url) for _ in range(2))

    def told(limit: int) -> list[str]:
        return [each.get(f"{VALUES}&limit={limit}").headers["X-Cache"] for each in (one, other)]

    assert told(1) == ["MISS", "HIT"]
    redis_server.stop()
    with structlog.testing.capture_logs() as lines:
        assert told(2) == ["MISS", "MISS"]
        assert told(4) == ["MISS", "MISS"]
    # once of each process, with the reason
    away = [line for line in lines if line["event"] == "Redis does not answer"]
    assert [line["used_for"] for line in away].count("kept answers") == 2
    assert all("onnect" in line["reason"] for line in away)
    told_to = {
        role: one.get("/health", role).get_json()["parts"]["cache"] for role in (None, "viewer", "admin")
    }
    assert told_to[None] == told_to["viewer"] == {
        "status": "away", "detail": "in the process; Redis does not answer"
    }  # fmt: skip
    assert "onnect" in told_to["admin"]["reason"]
    assert told_to["admin"]["since"]
    assert 'mdl_outage{of="redis",reason="gone"} 1.0' in one.get("/metrics", None).text
    redis_server.start()
    for each in (one, other):
        # as five seconds later
        each.app.extensions["mdl"].cache.stores.rests._until = 0
        each.app.extensions["mdl"].rate_limits.rests._until = 0
    assert told(3) == ["MISS", "HIT"]
    assert one.get("/health", None).get_json()["parts"]["cache"]["status"] == "ok"
    rates = [each.app.extensions["mdl"].rate_limits for each in (one, other)]
    for each in rates:
        each.clock = lambda: 1_200.0
        each.take(each.general, "somebody")
    portion = rates[0].general.portion
    assert int(rates[0].redis.get("mdl:rate:general:somebody:20")) == 2 * portion
    for each in rates:
        each.redis.close()


def test_while_postgres_is_away_kept_answers_go_on_and_others_are_503(
    ask_own: Asked, own_url: str, postgres_url: str
) -> None:
    ask_own.get(VALUES)
    ask_own.token("admin")
    name = own_url.rpartition("/")[2].partition("?")[0]
    with ask_own.app.app_context():
        app_parts().database.close()
    administer(postgres_url, f"alter database {name} with allow_connections false")
    threading.Event().wait(MAX_AGE_SECONDS)
    assert ask_own.get(VALUES).status_code == 200
    other = ask_own.get("/api/v1/metrics/average-order/values")
    assert (other.status_code, other.get_json()["type"]) == (503, "urn:mdl:problem:unavailable")
    assert other.headers["Retry-After"] == "1"
    assert ask_own.get("/health/ready", None).status_code == 503
    told = {role: ask_own.get("/health", role).get_json() for role in (None, "viewer", "admin")}
    assert [each["status"] for each in told.values()] == ["degraded"] * 3
    database = {role: each["parts"]["database"] for role, each in told.items()}
    assert "accepting connections" in database["admin"]["reason"]
    assert database["admin"]["since"]
    assert set(database[None]) == set(database["viewer"]) == {"status", "detail"}
    assert 'mdl_outage{of="postgresql",reason="' in ask_own.get("/metrics", None).text
    administer(postgres_url, f"alter database {name} with allow_connections true")
    threading.Event().wait(MAX_AGE_SECONDS + _REST_SECONDS)
    assert ask_own.get("/api/v1/metrics/average-order/values").status_code == 200
    assert ask_own.get("/health/ready", None).status_code == 200
