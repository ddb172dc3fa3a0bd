"""The whole way on an older PostgreSQL than the embedded one: the oldest that the wheel brings."""

import json

import pytest

from tests.e2e.conftest import Workspace

CATALOG = """
sources:
  - source_id: orders
    format: csv
    path: "orders/*.csv"
    event: order
    timestamp: {column: at}
    unique_key: [id]
    dimensions: {region: region}
    fields: {value: amount}
domains: [{domain_id: shop, name: Shop}]
metrics:
  - metric_id: revenue
    name: Revenue
    business_domain: shop
    definition: {formula: SUM(order.value)}
    data: {time_grain: [day, month]}
    dimensions: [{name: region, required: true}]
    targets_and_alerts: {target_value: 10, warning_threshold: 5, critical_threshold: 1}
"""


@pytest.fixture
def old(workspace: Workspace) -> Workspace:
    """A workspace whose embedded server is the older one of the two that the wheel brings."""
    workspace.environment = {
        "MDL_AS_OF": "2026-03-05",
        "MDL_DATABASE_URL": "",
        "PGSERVER_POSTGRES_VERSION": "16",
    }
    return workspace


def test_publishes_corrects_remembers_and_backs_up(old: Workspace) -> None:
    old.write("catalog/shop.yaml", CATALOG)
    old.write("landing/orders/1.csv", "id,at,region,amount\n1,2026-03-01,north,10\n2,2026-03-02,south,20\n")
    old.mdl("run")
    assert (old.root / "home" / "postgres" / "PG_VERSION").read_text().strip() == "16"
    old.environment["MDL_AS_OF"] = "2026-03-07"
    old.write("landing/orders/2.csv", "id,at,region,amount\n2,2026-03-02,south,25\n")
    old.mdl("run")

    def march(*arguments: str) -> list[float]:
        rows = json.loads(old.mdl("values", "revenue", "--grain", "month", "--format", "json", *arguments))
        return [row["value"] for row in rows["data"]]

    assert march() == [35.0]
    assert march("--as-of", "2026-03-06") == [30.0]
    assert "Shop" in old.mdl("scorecard")
    backup, _, _ = old.mdl("db", "backup", "--to", str(old.root / "backups")).partition(": ")
    (old.root / "home").rename(old.root / "lost")
    old.mdl("db", "restore", backup)
    assert march() == [35.0]
