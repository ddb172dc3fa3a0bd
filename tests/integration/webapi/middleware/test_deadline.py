"""No request takes longer than it may, whatever it waits for."""

import time
from collections.abc import Callable

from sqlalchemy import create_engine, text

from tests.integration.webapi.conftest import Asked
from webapi.middleware.rsgi_adapter import WHOLE_AT


def test_a_request_that_waits_for_a_lock_ends_with_503_in_time(
    ask_of: Callable[..., Asked], own_url: str
) -> None:
    ask = ask_of(own_url, request_timeout=1)
    token, engine = ask.token("editor"), create_engine(own_url)
    document = {"domain_id": "NEW", "name": "New"}
    with engine.begin() as connection:
        connection.execute(text("lock table catalog.documents in access exclusive mode"))
        for method, path, body in (
            ("GET", "/api/v1/metrics/revenue", None),
            ("POST", "/api/v1/domains", document),
        ):
            begun = time.monotonic()
            answer = ask(method, path, None, headers={"Authorization": f"Bearer {token}"}, json=body)
            assert time.monotonic() - begun < 1.5
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
            assert "longer than is allowed" in answer.get_json()["detail"]
    assert ask("POST", "/api/v1/domains", "editor", json=document).status_code == 201
    engine.dispose()


def test_the_wait_for_a_thread_counts(ask_of: Callable[..., Asked], own_url: str) -> None:
    ask = ask_of(own_url, request_timeout=1)
    headers = {"Authorization": f"Bearer {ask.token('viewer')}"}
    for waited, status in ((1.5, 503), (0.1, 200)):
        arrived = {WHOLE_AT: time.perf_counter() - waited}
        answer = ask("GET", "/api/v1/metrics", None, headers=headers, environ_overrides=arrived)
        assert answer.status_code == status
