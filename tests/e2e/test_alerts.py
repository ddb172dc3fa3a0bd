"""From a file landing to the owner being told, everything running as `mdl up` starts it."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import free_port
from tests.e2e.conftest import Workspace
from tests.integration.pipelines.alerting.receivers import Receiver, receiving

CATALOG = """
sources:
  - source_id: orders
    format: csv
    path: "orders/*.csv"
    event: order
    timestamp: {column: at}
    dimensions: {shop: shop}
    fields: {value: amount}
metrics:
  - metric_id: revenue
    name: Revenue
    definition: {formula: SUM(order.value), unit: EUR}
    data: {time_grain: [day]}
    dimensions: [{name: shop}]
    targets_and_alerts:
      alert_rules:
        - {rule_id: high, condition: value > 100, slices: [total, by: shop], notify_channels: ["webhook:owner"]}
"""
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


def orders(*rows: tuple[int, str, int]) -> str:
    """A file of (days ago, shop, amount)."""
    lines = [f"{NOON - timedelta(days=ago):%Y-%m-%dT%H:%M:%SZ},{shop},{amount}" for ago, shop, amount in rows]
    return "\n".join(["at,shop,amount", *lines, ""])


@pytest.fixture
def told() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def shop(workspace: Workspace, told: Receiver) -> Workspace:
    """A shop that sold little yesterday and much a week ago."""
    workspace.environment = {
        "MDL_CHANNELS": json.dumps({"webhook": told.webhook}),
        "MDL_ALERT_CHANNELS": "webhook:operators",
    }
    workspace.write("catalog/shop.yaml", CATALOG)
    workspace.write("landing/orders/one.csv", orders((7, "north", 500), (1, "north", 10), (1, "south", 20)))
    workspace.mdl("run")
    return workspace


def messages(told: Receiver) -> list[tuple[str, set[tuple[str, str]]]]:
    """Of each message: its type, and the (subject, slice) of its incidents."""
    bodies: list[dict[str, Any]] = [received.json for received in told.got]
    return [
        (body["type"], {(one["subject_id"], one["slice"]) for one in body["incidents"]}) for body in bodies
    ]


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 150) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.3)


def test_the_owner_is_told_once_of_a_breach_and_of_its_end_and_operators_of_a_refused_file(
    shop: Workspace, told: Receiver
) -> None:
    process = shop.start("up", "--port", str(free_port()), "--api-port", str(free_port()))
    try:
        assert process.stdout is not None
        while "Ctrl-C" not in process.stdout.readline():
            assert process.poll() is None
        breach = {("revenue", ""), ("revenue", "shop=north")}
        # a file of a week ago, as high as one could wish, is nobody's alarm; the one of yesterday is
        shop.write("landing/orders/old.csv", orders((8, "north", 900)))
        shop.write("landing/orders/two.csv", orders((1, "north", 150)))
        wait_for(lambda: len(told.got) >= 1, "nobody was told of the breach")
        assert messages(told) == [("incident.firing", breach)]

        shop.write("landing/orders/two.csv", orders((1, "north", 5)))
        wait_for(lambda: len(told.got) >= 2, "nobody was told of its end")
        assert messages(told)[1:] == [("incident.resolved", breach)]

        shop.write("landing/orders/three.csv", "at,shop,amount\nnever,north,much\n")
        wait_for(lambda: len(told.got) >= 3, "nobody was told of the refused file")
        time.sleep(11)  # two more looks of every sensor
        assert messages(told)[2:] == [("incident.firing", {("orders", "")})]
    finally:
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=90)
    assert process.returncode == 0, output
    states = shop.query("select state, count(*) from ops.deliveries group by 1")
    assert states.to_dict("records") == [{"state": "delivered", "count": 5}]
    listed = json.loads(shop.mdl("incidents", "--format", "json"))
    assert ("orders", "firing") in {(row["subject_id"], row["state"]) for row in listed}
