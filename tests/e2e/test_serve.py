"""`mdl serve` as processes of its own: several workers, reload, drain, logs and metrics."""

import http.client
import json
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from sqlalchemy import create_engine, text

from core.clock import wall_now
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.conftest import free_port
from tests.e2e.conftest import Workspace
from tests.e2e.served import Served, serving

PASSWORD = "correct horse battery staple"  # noqa: S105
CATALOG = """
sources:
  - source_id: orders
    format: csv
    path: "orders/*.csv"
    event: order
    timestamp: {column: at}
    fields: {value: amount}
metrics:
  - metric_id: revenue
    name: Revenue
    definition: {formula: SUM(order)}
    data: {time_grain: [day]}
"""


@pytest.fixture
def served(workspace: Workspace) -> Iterator[Served]:
    workspace.environment = {"MDL_AS_OF": "2026-03-05", "MDL_RATE_LIMIT": "1000000"}
    workspace.write("catalog/shop.yaml", CATALOG)
    workspace.write("landing/orders/one.csv", "at,amount\n2026-03-01 09:00,10\n")
    workspace.mdl("run")
    engine = create_engine(workspace.database_url)
    with engine.begin() as connection:
        create_user(connection, "ada", PASSWORD, Role.ADMIN, wall_now())
    engine.dispose()
    with serving(workspace) as found:
        yield found


def test_workers_serve_reload_and_tell_what_they_did(served: Served) -> None:
    status, body = served.ask("/api/auth/login", {"username": "ada", "password": PASSWORD})
    assert status == 200
    token = json.loads(body)["access_token"]
    authorization = {"Authorization": f"Bearer {token}"}
    path = "/api/v1/metrics/revenue/values?grain=day"
    stopped = threading.Event()

    def keep_asking() -> set[int]:
        seen = set()
        while not stopped.is_set():
            try:
                seen.add(served.ask(path, **authorization)[0])
            except ConnectionResetError:
                # a connection that a draining worker had accepted, but read nothing from: every HTTP client asks again
                seen.add(served.ask(path, **authorization)[0])
        return seen

    with ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(keep_asking) for _ in range(4)]
        time.sleep(1)
        served.process.send_signal(signal.SIGHUP)
        time.sleep(6)
        stopped.set()
    # a reload loses no request
    assert set().union(*(each.result() for each in asking)) == {200}

    metrics = served.ask("/metrics")[1]
    assert 'mdl_incidents{severity="critical",state="firing"} 0.0' in metrics
    counted = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if not line.startswith("#"))
    route = 'method="GET",route="/api/v1/metrics/<metric_id>/values",status="200"'
    answered = float(counted[f"mdl_http_request_seconds_count{{{route}}}"])
    logged = [json.loads(line) for line in served.lines if '"request"' in line]
    # what the workers of before the reload counted is still there
    assert answered == len([line for line in logged if line["path"] == "/api/v1/metrics/revenue/values"]) > 20
    assert {line["user"] for line in logged if line["path"].endswith("/values")} == {"user:ada"}
    everything = "".join(served.lines)
    assert token not in everything
    assert PASSWORD not in everything


def test_every_worker_forgets_and_logs_as_an_administrator_says(served: Served) -> None:
    _, body = served.ask("/api/auth/login", {"username": "ada", "password": PASSWORD})
    headers = {
        "Authorization": f"Bearer {json.loads(body)['access_token']}",
        "Content-Type": "application/json",
    }
    path = "/api/v1/metrics/revenue/values"

    def send(method: str, to: str, given: object = None) -> None:
        connection = http.client.HTTPConnection(served.base.removeprefix("http://"))
        connection.request(method, to, json.dumps(given) if given else None, headers)
        assert connection.getresponse().status in (200, 204)
        connection.close()
        time.sleep(1)

    def answered() -> list[str]:
        """How the log says that 40 requests were answered, each on a connection of its own, and so by both workers."""
        before = len(served.lines)
        for _ in range(40):
            assert served.ask(f"{path}?grain=day", **headers)[0] == 200
        time.sleep(0.5)
        logged = [json.loads(line) for line in served.lines[before:] if '"event":"request"' in line]
        return [line["cache"] for line in logged if line["path"] == path]

    assert answered().count("MISS") == 2
    assert answered() == ["HIT"] * 40
    send("DELETE", "/api/v1/cache")
    assert answered().count("MISS") == 2
    send("PUT", "/api/v1/settings/log_level", {"value": "error"})
    assert answered() == []
    send("DELETE", "/api/v1/settings/log_level")
    assert len(answered()) == 40


def test_no_reader_sees_an_old_number_after_a_new_one_and_none_a_second_after_the_commit(
    served: Served, workspace: Workspace
) -> None:
    _, body = served.ask("/api/auth/login", {"username": "ada", "password": PASSWORD})
    headers = {"Authorization": f"Bearer {json.loads(body)['access_token']}"}
    stopped = threading.Event()

    def keep_reading() -> list[tuple[float, int, float]]:
        """When each answer was asked for, its publication, and the value of 1 March; all on one connection."""
        connection, seen = http.client.HTTPConnection(served.base.removeprefix("http://")), []
        while not stopped.is_set():
            asked_at = time.monotonic()
            connection.request("GET", "/api/v1/metrics/revenue/values?grain=day", headers=headers)
            answer = connection.getresponse()
            found = json.loads(answer.read())["data"][0]["value"]
            seen.append((asked_at, int(answer.headers["X-MDL-Publication"]), found))
            time.sleep(0.005)
        connection.close()
        return seen

    def see_the_commit() -> float:
        engine = create_engine(workspace.database_url)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while (
                connection.execute(text("select max(publication_id) from ops.publications")).scalar_one() < 2
            ):
                time.sleep(0.005)
        engine.dispose()
        return time.monotonic()

    with ThreadPoolExecutor(9) as threads:
        reading = [threads.submit(keep_reading) for _ in range(8)]
        committed = threads.submit(see_the_commit)
        workspace.write("landing/orders/two.csv", "at,amount\n2026-03-01 10:00,20\n")
        workspace.mdl("run")
        committed_at = committed.result()
        time.sleep(max(0.0, committed_at + 1.5 - time.monotonic()))
        stopped.set()
    for answers in (each.result() for each in reading):
        # publication 1 says 10, publication 2 says 30: never a mixture, never back
        assert {seen[1:] for seen in answers} == {(1, 10.0), (2, 30.0)}
        assert [seen[1] for seen in answers] == sorted(seen[1] for seen in answers)
        assert {seen[1] for seen in answers if seen[0] > committed_at + 1} == {2}


def test_a_server_that_is_told_to_end_while_it_starts_ends_at_once(workspace: Workspace) -> None:
    process = workspace.start("serve", "--port", str(free_port()), "--workers", "1")
    master = psutil.Process(process.pid)
    deadline = time.monotonic() + 60
    while not master.children():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    (worker,) = master.children()
    # it loads the app for a second or so
    time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    # workers that do not hear are killed after 40 seconds only
    process.communicate(timeout=20)
    assert not worker.is_running()
