"""How long it takes from a file landing to the owner being told, with everything running as `mdl up` starts it."""

import base64
import json
import os
import statistics
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
from sqlalchemy import create_engine, text

from core.postgres import start_embedded
from tests.bench.up import up

_TRIALS = 20
_SECRET = base64.b64encode(bytes(32)).decode()
_PATIENCE_SECONDS = 180
_CATALOG = """
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
        - {rule_id: high, condition: value > 100, slices: [by: shop], notify_channels: ["webhook:owner"]}
"""
# instants of one trial's way; `told` is when the receiver had the message
_WAY = """
    select extract(epoch from p.created_at) as published, extract(epoch from i.fired_at) as fired, p.run_id
    from ops.incidents i join ops.publications p using (publication_id) where i.slice = :slice
"""
_RUN = """
    select extract(epoch from create_timestamp at time zone 'UTC') as requested, start_time as started
    from dagster.runs where run_id = :run_id
"""


class _Receiver:
    """An HTTP endpoint that notes when it heard of which slice."""

    def __init__(self) -> None:
        heard = self.heard = {}

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                for incident in json.loads(body)["incidents"]:
                    heard.setdefault(incident["slice"], time.time())
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def latency(folder: Path, trials: int = _TRIALS) -> list[dict[str, Any]]:
    """Seconds of each stage over the trials: median, 95th percentile, share of the whole."""
    receiver = _Receiver()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MDL_")}
    environment |= {
        "MDL_HOME": str(folder / "home"),
        "MDL_CATALOG": str(folder / "catalog.yaml"),
        "MDL_LANDING": str(folder / "landing"),
        "MDL_CHANNELS": json.dumps({"webhook:owner": f"{receiver.url}#whsec_{_SECRET}"}),
    }
    (folder / "catalog.yaml").write_text(_CATALOG)
    _land(folder, 0, 1)
    with up(folder, environment):
        _land(folder, 1, 200)  # the first message of all pays for imports
        _await(receiver, "shop=1")
        ways = [_trial(folder, receiver, number) for number in range(2, trials + 2)]
    receiver.server.shutdown()
    stages = {name: [way[name] for way in ways] for name in ways[0]}
    whole = statistics.mean(stages["whole"])
    return [
        {
            "stage": name,
            "median s": round(statistics.median(seconds), 1),
            "p95 s": round(statistics.quantiles(seconds, n=20)[-1], 1),
            "share %": round(statistics.mean(seconds) / whole * 100),
            "bar": "p95 60 s" if name == "whole" else "",
        }
        for name, seconds in stages.items()
    ]


def _trial(folder: Path, receiver: _Receiver, number: int) -> dict[str, float]:
    landed = time.time()
    _land(folder, number, 200)
    told = _await(receiver, f"shop={number}")
    engine = create_engine(start_embedded(folder / "home"))
    with engine.connect() as connection:
        way = connection.execute(text(_WAY), {"slice": f"shop={number}"}).one()
        run = connection.execute(text(_RUN), {"run_id": way.run_id}).one()
    engine.dispose()
    instants = [
        landed,
        float(run.requested),
        float(run.started),
        float(way.published),
        float(way.fired),
        told,
    ]
    names = ["noticed", "launched", "computed and published", "judged", "delivered"]
    seconds = [after - before for before, after in pairwise(instants)]
    click.echo(f"trial {number - 1}: {told - landed:.1f} s", err=True)
    return {**dict(zip(names, seconds, strict=True)), "whole": told - landed}


def _land(folder: Path, shop: int, amount: int) -> None:
    """A file with an order of yesterday noon in a shop of its own."""
    at = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
    path = folder / "landing" / "orders" / f"{shop}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"at,shop,amount\n{at:%Y-%m-%dT%H:%M:%SZ},{shop},{amount}\n")


def _await(receiver: _Receiver, slice_name: str) -> float:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while slice_name not in receiver.heard:
        if time.monotonic() > deadline:
            raise TimeoutError(f"nobody was told of {slice_name} within {_PATIENCE_SECONDS} s")
        time.sleep(0.05)
    return receiver.heard[slice_name]
