"""`kill -9` at any instant costs time, never numbers."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable

import pandas as pd
import pytest

from tests.e2e.conftest import Workspace

CATALOG = """
sources:
  - source_id: orders
    format: csv
    path: "orders/*.csv"
    event: order
    timestamp: {column: ordered_at, timezone: America/New_York}
    dimensions: {country: country, customer: customer}
    fields: {value: amount}
    unique_key: [order_id]
    max_bad_ratio: 0.5
metrics:
  - metric_id: revenue
    name: Revenue
    definition: {formula: SUM(order), unit: USD, expected_direction: increase}
    data: {time_grain: [hour, day, month]}
    dimensions: [{name: country}]
  - metric_id: average-order
    name: Average order
    definition: {formula: AVG(order.value), unit: USD}
    dimensions: [{name: country}]
  - metric_id: weekly-customers
    name: Customers in a week
    definition: {formula: COUNT(DISTINCT order.customer), window: {trailing: 7, unit: day}}
    data: {time_grain: [day]}
"""
VALUES = """
    select metric_id, grain, slice, period_start, period_end, is_complete, value, numerator, denominator,
           sample_count, is_carried, status, previous_value, change_pct, baseline_value
    from marts.metric_values order by metric_id, grain, slice, period_start
"""
KILLS = 10


def test_ten_killed_runs_leave_the_marts_of_an_undisturbed_run(
    new_workspace: Callable[[str], Workspace],
) -> None:
    disturbed, undisturbed = (_shop(new_workspace(name)) for name in ("disturbed", "undisturbed"))
    seed = random.randrange(1_000_000)
    instants = random.Random(seed)
    _deliver(disturbed, 0)
    begun = time.monotonic()
    disturbed.mdl("run")
    usual_seconds = time.monotonic() - begun

    killed = 0
    for delivery in range(1, KILLS + 1):
        _deliver(disturbed, delivery)
        killed += _run_and_kill(disturbed, instants.uniform(0.1, 0.95) * usual_seconds)
    disturbed.mdl("run")
    for delivery in range(KILLS + 1):
        _deliver(undisturbed, delivery)
    undisturbed.mdl("run")

    assert killed >= KILLS // 2, f"seed {seed}: most runs ended before they were killed; this shows nothing"
    values = disturbed.query(VALUES)
    pd.testing.assert_frame_equal(values, undisturbed.query(VALUES), obj=f"marts (seed {seed})", rtol=1e-12)
    months = values.query("metric_id == 'revenue' and grain == 'month' and slice == ''")
    assert months.value.tolist() == pytest.approx([_revenue(disturbed)])


def _shop(workspace: Workspace) -> Workspace:
    workspace.environment = {"MDL_AS_OF": "2026-03-20T12:00:00Z", "MDL_TIMEZONE": "America/New_York"}
    workspace.write("catalog/shop.yaml", CATALOG)
    return workspace


def _deliver(workspace: Workspace, delivery: int) -> None:
    """A new file, and corrections of an order in the file before; one row in twenty is bad."""
    rows = random.Random(delivery)
    lines = ["order_id,ordered_at,country,customer,amount"]
    for number in range(400):
        moment = f"2026-03-{rows.randint(1, 19):02d} {rows.randint(0, 23):02d}:{rows.randint(0, 59):02d}:00"
        amount = "much" if number % 20 == 7 else f"{rows.randint(1, 9_999) / 100:.2f}"
        key = (
            delivery * 1_000 + number if number > 5 or delivery == 0 else (delivery - 1) * 1_000 + 10 + number
        )
        lines.append(f"{key},{moment},{rows.choice(['DE', 'FR', 'US'])},c{rows.randint(1, 60)},{amount}")
    workspace.write(f"landing/orders/{delivery:03d}.csv", "\n".join(lines) + "\n")


def _run_and_kill(workspace: Workspace, after_seconds: float) -> bool:
    process = workspace.start("run")
    try:
        process.communicate(timeout=after_seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return True
    return False


def _revenue(workspace: Workspace) -> float:
    """Revenue of March in pandas, from the files themselves: the last good row of each order counts."""
    files = sorted((workspace.root / "landing" / "orders").glob("*.csv"))
    rows = pd.concat([pd.read_csv(file) for file in files])
    rows["amount"] = pd.to_numeric(rows.amount, errors="coerce")
    return float(rows.dropna(subset=["amount"]).drop_duplicates("order_id", keep="last").amount.sum())
