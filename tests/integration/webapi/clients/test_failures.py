"""What the client does when a token ends, a key is revoked, the API is busy or away, or something else answers."""

import pickle
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import ModuleType
from typing import Any

import httpx
import pytest
from flask import Flask, redirect
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url

from tests.conftest import administer, free_port
from tests.integration.webapi.clients.conftest import ANEW, Loopback, execute, listening, new_key
from tests.integration.webapi.conftest import PASSWORD
from webapi.process import tokens

Connect = Callable[..., Any]
REVOKE = (
    "update identity.api_keys set revoked_at = now()",
    "update identity.state set version = version + 1",
)
END_SESSIONS = (
    "update identity.sessions set revoked_at = now(), revoked_because = 'administrator'",
    "update identity.state set version = version + 1",
)
# after which a process has seen that a key or a session ended
NOTICED_SECONDS = 0.5


def test_a_session_is_renewed_before_its_token_ends_and_signed_out_at_the_end(
    own: Loopback, client: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "ACCESS_TOKEN_LIFE", timedelta(seconds=2))
    with client.connect(own.url, username="viewer", password=PASSWORD) as mdl:
        until = time.monotonic() + 3
        while time.monotonic() < until:
            assert mdl.metric("revenue").id == "revenue"
            time.sleep(0.2)
    assert 401 not in {status for _, _, status in own.seen}
    assert own.statuses("/login") == [200]
    assert set(own.statuses("/refresh")) == {200}
    assert own.statuses("/logout") == [204]


def test_a_token_that_is_refused_is_renewed_once_however_many_threads_have_it(
    own: Loopback, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tokens.create_access_token
    short: list[Any] = [timedelta(seconds=1), timedelta(minutes=15)]  # shorter than the client is told
    monkeypatch.setattr(
        tokens,
        "create_access_token",
        lambda *args, **options: real(*args, **options | {"expires_delta": short.pop(0)}),
    )
    mdl = connect(own)
    time.sleep(2)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(mdl.metric("revenue").id)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["revenue"] * 8
    assert own.statuses("/refresh") == [200]


def test_a_session_that_was_ended_says_so(
    own: Loopback, own_url: str, client: ModuleType, connect: Connect
) -> None:
    mdl = connect(own)
    mdl.metric("revenue")
    execute(own_url, *END_SESSIONS)
    time.sleep(NOTICED_SECONDS)
    with pytest.raises(client.NotSignedInError, match="its session has ended") as raised:
        mdl.metric("revenue")
    assert (raised.value.status, raised.value.title) == (401, "Unauthorized")


def test_a_wrong_password_is_refused_when_connecting(
    own: Loopback, client: ModuleType, connect: Connect
) -> None:
    with pytest.raises(client.NotSignedInError, match="name and password do not fit"):
        connect(own, password="another")  # noqa: S106


def test_a_key_that_is_revoked_between_two_pages_is_refused_with_the_problem(
    own: Loopback, own_url: str, client: ModuleType, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client.pages, "PAGE_ROWS", 2)
    _, key = new_key(own)
    mdl = connect(own, key)

    def revoke_after_a_page() -> None:
        if own.statuses("/values") == [200]:
            execute(own_url, *REVOKE)
            time.sleep(NOTICED_SECONDS)

    own.before = revoke_after_a_page
    with pytest.raises(client.NotSignedInError) as raised:
        mdl.values("revenue", grain="day")
    assert own.statuses("/values") == [200, 401]
    assert raised.value.type.startswith("urn:mdl:problem:")
    assert raised.value.request_id
    assert key not in str(raised.value) + repr(raised.value) + repr(mdl) + repr(mdl.client)


def test_what_connects_shows_neither_key_nor_password(own: Loopback, connect: Connect) -> None:
    _, key = new_key(own)
    by_key, by_session = connect(own, key), connect(own)
    assert repr(by_key) == f"<Connection to {own.url} by API key>"
    assert repr(by_session) == f"<Connection to {own.url} by session>"
    told = f"{vars(by_key)} {vars(by_session)} {by_key.client} {vars(by_session._http)}"
    assert key not in told
    assert PASSWORD not in told


@pytest.mark.parametrize("key", ["", " ", "two\nlines", "mdl_…"])
def test_what_cannot_be_a_key_is_refused_at_once(client: ModuleType, key: str) -> None:
    with pytest.raises(ValueError, match="this is no API key") as raised:
        client.connect("http://127.0.0.1:1", key)
    assert key.strip() == "" or key not in str(raised.value)


def test_one_connects_in_one_way(client: ModuleType) -> None:
    for who in ({}, {"key": "mdl_k", "username": "a", "password": "b"}, {"username": "a"}):
        with pytest.raises(ValueError, match="with a key, or with username and password"):
            client.connect("http://127.0.0.1:1", **who)


def test_too_many_requests_wait_as_long_as_the_api_says(
    serve: Callable[..., Loopback], own_url: str, client: ModuleType, connect: Connect
) -> None:
    served = serve(own_url, rate_limit=3)
    started, limits = time.monotonic(), served.app.extensions["mdl"].rate_limits
    limits.clock = lambda: 1_259.0 + time.monotonic() - started  # a second before the minute ends
    mdl = connect(served)
    for _ in range(4):
        assert mdl.metric("revenue").id == "revenue"
    assert 429 in served.statuses("/revenue")
    limits.clock = lambda: 1_210.0
    impatient = connect(served, patience=0)
    with pytest.raises(client.BusyError) as raised:
        [impatient.metric("revenue") for _ in range(4)]
    assert (raised.value.status, raised.value.retry_after) == (429, 50)
    limits.clock = lambda: 1_320.0  # room to sign out


@contextmanager
def away(url: str, server: str, app: Flask) -> Iterator[Callable[[], None]]:
    """While nobody can connect to a database; gives what brings it back."""
    name = make_url(url).database
    app.extensions["mdl"].database.close()
    administer(server, f"alter database {name} with allow_connections false")
    try:
        yield lambda: administer(server, f"alter database {name} with allow_connections true")
    finally:
        administer(server, f"alter database {name} with allow_connections true")


def test_while_the_database_is_away_the_client_waits_or_gets_the_last_good_answer(
    own: Loopback, own_url: str, postgres_url: str, client: ModuleType, connect: Connect
) -> None:
    _, key = new_key(own)
    mdl, impatient = connect(own, key), connect(own, key, patience=0)
    before = list(mdl.values("revenue", grain="day"))
    with away(own_url, postgres_url, own.app) as bring_back:
        with pytest.raises(client.BusyError, match="Temporarily unavailable"):
            impatient.query(["revenue"], "day")
        threading.Timer(2, bring_back).start()
        assert [row["revenue"] for row in mdl.query(["revenue"], "day")] == [row["value"] for row in before]
    assert own.statuses("/query").count(503) > 1


def test_the_last_good_answer_of_an_earlier_publication_is_told_as_such(
    own: Loopback, own_url: str, postgres_url: str, connect: Connect
) -> None:
    mdl = connect(own, new_key(own)[1])
    fresh = mdl.values("revenue", grain="day")
    execute(own_url, ANEW)
    time.sleep(NOTICED_SECONDS)
    mdl.metric("revenue")  # the API has seen the new publication
    with away(own_url, postgres_url, own.app):
        stale = mdl.values("revenue", grain="day")
    assert (fresh.is_stale, stale.is_stale) == (False, True)
    assert stale.trust_line == f"{fresh.trust_line}, the database is away: last good answer"


def test_a_write_is_not_sent_again_unless_it_can_count_once_only(
    own: Loopback, own_url: str, postgres_url: str, client: ModuleType, connect: Connect
) -> None:
    mdl = connect(own, username="editor")
    body = client.models.CatalogDomain(domain_id="NEW", name="New")
    with away(own_url, postgres_url, own.app) as bring_back:
        with pytest.raises(client.BusyError):
            client.api.catalog.create_domain.sync(client=mdl.client, body=body)
        assert own.statuses("/domains") == [503]
        threading.Timer(2, bring_back).start()
        client.api.catalog.create_domain.sync(client=mdl.client, body=body, idempotency_key="once")
    assert own.statuses("/domains")[-1] == 201


def test_no_server_or_a_silent_one_is_an_exception_that_names_the_address(client: ModuleType) -> None:
    with (
        client.connect(f"http://127.0.0.1:{free_port()}", "mdl_key") as mdl,
        pytest.raises(
            client.UnreachableError, match=r"http://127\.0\.0\.1.*/metrics/revenue cannot be reached"
        ),
    ):
        mdl.metric("revenue")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with (
            client.connect(url, "mdl_key", timeout=0.2) as mdl,
            pytest.raises(client.TimedOutError, match="in time"),
        ):
            mdl.values("revenue")


def test_what_is_no_answer_of_the_api_is_told_as_such(client: ModuleType) -> None:
    app = Flask("another")
    app.add_url_rule("/api/v1/metrics/revenue", "page", lambda: "<html>Sign in to the network</html>")
    app.add_url_rule("/api/v1/scorecard", "moved", lambda: redirect("https://mdl.example.com/"))
    app.add_url_rule("/api/v1/metrics", "broken", lambda: ({"message": "bad gateway"}, 502))
    with listening(app) as other, client.connect(other.url, "mdl_key") as mdl:
        for ask, told in (
            (lambda: mdl.metric("revenue"), r"status 200, begins with '<html>Sign in"),
            (lambda: mdl.values("revenue"), r"status 404, begins with '<!doctype html>"),
            (mdl.scorecard, r"status 302, leads to https://mdl\.example\.com/"),
            (mdl.metrics, r"status 502, begins with"),
        ):
            with pytest.raises(client.UnexpectedAnswerError, match=told):
                ask()


def test_problems_carry_what_the_api_said(own: Loopback, client: ModuleType, connect: Connect) -> None:
    mdl = connect(own)
    with pytest.raises(client.NotFoundError, match=r"Not found \(404\): .*revenu.*did you mean.*revenue"):
        mdl.values("revenu")
    with pytest.raises(client.ProblemError, match=r"\(409\)") as no_numbers:
        mdl.values("happiness")
    assert no_numbers.value.type == "urn:mdl:problem:no-numbers"
    with pytest.raises(client.ProblemError, match=r"not published by week; offered are day, month"):
        mdl.values("revenue", grain="week")
    with pytest.raises(client.ProblemError, match="not published by carrier, country; offered are"):
        mdl.values("revenue", grain="day", by=["country", "carrier"])
    with pytest.raises(client.ProblemError, match="grain: Must be one of") as illegal:
        mdl.values("revenue", grain="fortnight")
    assert illegal.value.errors[0][0].endswith("grain")
    again = pickle.loads(pickle.dumps(illegal.value))  # noqa: S301  our own
    assert (str(again), again.errors) == (str(illegal.value), illegal.value.errors)


def test_a_restricted_metric_is_an_exception_with_all_that_the_problem_says(client: ModuleType) -> None:
    problem = {
        "type": "urn:mdl:problem:restricted",
        "title": "Restricted",
        "status": 403,
        "detail": "revenue is confidential; ask sales",
        "request_id": "r1",
        "classification": "confidential",
        "owner_team": "sales",
    }
    error = client.problems.error_of(httpx.Response(403, json=problem))
    assert isinstance(error, client.RestrictedError)
    assert isinstance(error, client.ForbiddenError)
    assert error.extra == {"classification": "confidential", "owner_team": "sales"}
    assert str(error) == (
        "Restricted (403): revenue is confidential; ask sales; classification: confidential; owner_team: sales "
        "[request r1]"
    )


@pytest.mark.parametrize("metric_id", ["", ".", "..", "../scorecard", "a/b"])
def test_an_id_that_would_lead_elsewhere_is_not_sent(own: Loopback, connect: Connect, metric_id: str) -> None:
    mdl = connect(own)
    for ask in (mdl.values, mdl.metric):
        with pytest.raises(ValueError, match="cannot stand in an address"):
            ask(metric_id)


def test_whatever_an_id_holds_it_arrives_as_it_is(
    twice: Loopback, client: ModuleType, connect: Connect
) -> None:
    mdl = connect(twice)
    text = st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1, max_size=30)

    @settings(max_examples=40)
    @given(
        text
        | st.sampled_from(
            ["%2e%2e", "%2F", "a?grain=day", "a#b", "a\r\nX-API-Key: b", "{0}", "'; drop table x"]
        )
    )
    def ask(metric_id: str) -> None:
        if metric_id in (".", ".."):
            return
        with pytest.raises(client.ProblemError) as raised:
            mdl.values(metric_id)
        assert raised.value.status in (400, 404)
        assert twice.seen[-1][:2] == ("GET", f"/api/v1/metrics/{metric_id}/values")

    ask()
