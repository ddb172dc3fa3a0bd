"""`mdl run` and `mdl up` as processes of their own."""

import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from tests.conftest import free_port
from tests.e2e.conftest import Workspace

CATALOG = """
sources:
  - source_id: orders
    format: csv
    path: "orders/*.csv"
    event: order
    timestamp: {column: at}
    fields: {value: amount}
    max_bad_ratio: 0.6
metrics:
  - metric_id: revenue
    name: Revenue
    definition: {formula: SUM(order)}
    data: {time_grain: [day]}
"""
JOBS = "{repositoriesOrError{... on RepositoryConnection{nodes{jobs{name}}}}}"
SHOWN_RUNS = "{runsOrError{... on Runs{results{jobName status}}}}"
LAUNCH_RUN = "mutation($of: ExecutionParams!) {launchRun(executionParams: $of) {__typename}}"
LAUNCH_BACKFILL = (
    "mutation($of: LaunchBackfillParams!) {launchPartitionBackfill(backfillParams: $of) {__typename}}"
)
RUNS = "select pipeline_name, status from dagster.runs order by id"


@pytest.fixture
def shop(workspace: Workspace) -> Workspace:
    workspace.environment = {"MDL_AS_OF": "2026-03-05"}
    workspace.write("catalog/shop.yaml", CATALOG)
    workspace.write("landing/orders/one.csv", "at,amount\n2026-03-01 09:00,10\n2026-03-02 09:00,much\n")
    return workspace


def runs(workspace: Workspace) -> list[tuple[str, str]]:
    return [tuple(row) for row in workspace.query(RUNS).itertuples(index=False)]


def test_a_run_prints_what_it_did_and_a_second_that_nothing_is_new(shop: Workspace) -> None:
    first, *refused = shop.mdl("run").splitlines()[-4:]
    assert first.startswith(
        "1 files new or changed · 1 rows accepted · 1 quarantined · 4 values changed · publication 1 · "
    )
    assert refused[-1] == "next: mdl events quarantine"
    second = shop.mdl("run").splitlines()[-1]
    assert second.startswith(
        "0 files new or changed · 0 rows accepted · 0 quarantined · 0 values changed · "
        "publication 1 still stands · "
    )
    assert runs(shop) == [("refresh", "SUCCESS")] * 2
    refused = json.loads(shop.mdl("events", "quarantine", "--format", "json"))
    assert [(row["file"], row["row"]) for row in refused] == [("orders/one.csv", 2)]
    assert "much" in refused[0]["delivered"]


def test_a_run_prints_no_warning(shop: Workspace) -> None:
    process = shop.start("run")
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "Warning" not in errors


def test_what_is_at_fault_is_said_without_a_stack_trace(shop: Workspace) -> None:
    shop.write("catalog/shop.yaml", CATALOG.replace("csv\n", "xml\n"))
    process = shop.start("run")
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "mdl: the catalog has 1 error(s):" in errors
    assert "shop.yaml: orders: format" in errors
    assert "Traceback" not in errors
    assert runs(shop) == [("refresh", "FAILURE")]


def test_days_in_the_wrong_order_are_a_matter_of_usage(shop: Workspace) -> None:
    shop.mdl("run", "--from", "2026-03-02", "--to", "2026-03-01", exit_code=2)


def test_two_runs_at_once_do_not_disturb_each_other(shop: Workspace) -> None:
    shop.mdl("db", "migrate")
    both = [shop.start("run") for _ in range(2)]
    ends = [process.communicate(timeout=200) for process in both]
    assert [process.returncode for process in both] == [0, 0], ends
    assert shop.query("select sum(value) from marts.metric_values").iloc[0, 0] == 10.0
    assert shop.query("select count(*) from ops.publications").iloc[0, 0] == 1
    assert runs(shop) == [("refresh", "SUCCESS")] * 2


def test_a_killed_run_is_shown_as_failed_after_the_next(shop: Workspace) -> None:
    shop.mdl("run")
    shop.write("landing/orders/two.csv", "at,amount\n2026-03-03 09:00,5\n")
    process = shop.start("run")
    while len(runs(shop)) < 2:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert runs(shop)[1] != ("refresh", "SUCCESS")
    shop.mdl("run")
    assert runs(shop) == [("refresh", "SUCCESS"), ("refresh", "FAILURE"), ("refresh", "SUCCESS")]


@pytest.fixture
def served(shop: Workspace) -> Iterator[int]:
    """Port of Dagster's webserver over the shop, in a shell whose PATH does not know the virtual environment."""
    shop.environment["PATH"] = "/usr/bin:/bin"
    shop.mdl("run")
    port = free_port()
    process = shop.start("up", "--port", str(port), "--api-port", str(free_port()))
    children: list[psutil.Process] = []
    try:
        assert process.stdout is not None
        password = process.stdout.readline().split()[4]
        pages, docs, dagster = (process.stdout.readline().split()[1] for _ in range(3))
        assert (_get(pages), _get(docs)) == (200, 200)
        assert dagster == f"http://127.0.0.1:{port}"
        assert _must_choose_a_password(docs.removesuffix("/api-docs"), password)
        children = psutil.Process(process.pid).children(recursive=True)
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=90)
    assert process.returncode == 0, output
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []


def test_up_serves_the_definitions_until_it_is_interrupted(shop: Workspace, served: int) -> None:
    (location,) = _graphql(served, JOBS)["repositoriesOrError"]["nodes"]
    assert {"refresh", "upkeep"} <= {job["name"] for job in location["jobs"]}
    shown = _graphql(served, SHOWN_RUNS)["runsOrError"]["results"]
    assert {"jobName": "refresh", "status": "SUCCESS"} in shown
    taken = shop.start("up", "--port", str(served), "--api-port", str(free_port()))
    assert f"port {served} of 127.0.0.1 is taken" in taken.communicate(timeout=60)[1]
    assert taken.returncode == 2


def test_up_runs_what_arrives_and_what_an_operator_launches(shop: Workspace, served: int) -> None:
    shop.write("landing/orders/two.csv", "at,amount\n2026-03-03 09:00,5\n")
    job = {"repositoryLocationName": "mdl", "repositoryName": "__repository__", "jobName": "ingest"}
    launched = _graphql(served, LAUNCH_RUN, {"of": {"selector": job}})["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    days = {"assetSelection": [{"path": ["computed_values"]}, {"path": ["metric_values"]}]}
    days |= {"partitionNames": ["2026-03-01", "2026-03-02"]}
    launched = _graphql(served, LAUNCH_BACKFILL, {"of": days})["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched
    awaited = {("refresh", "SUCCESS"), ("ingest", "SUCCESS"), ("__ASSET_JOB", "SUCCESS")}
    deadline = time.monotonic() + 240
    while not awaited <= set(runs(shop)[1:]):
        assert time.monotonic() < deadline, runs(shop)
        assert "FAILURE" not in {status for _, status in runs(shop)}
        time.sleep(1)
    assert shop.query("select sum(value) from marts.metric_values").iloc[0, 0] == 15.0


def _must_choose_a_password(api: str, password: str) -> bool:
    """Whether the administrator that `mdl up` names can sign in, and only to choose a password."""
    body = json.dumps({"username": "admin", "password": password}).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{api}/api/auth/login", body, headers)  # noqa: S310  our own address
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  our own address
        must: bool = json.load(answer)["must_change_password"]
    return must


def _get(url: str) -> int:
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310  our own address
        status: int = answer.status
    return status


def _graphql(port: int, query: str, variables: dict[str, Any] | None = None) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        json.dumps({"query": query, "variables": variables or {}}).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  our own address
        return json.load(answer)["data"]
