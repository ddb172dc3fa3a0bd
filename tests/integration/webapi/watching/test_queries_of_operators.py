"""Every query of Grafana's panels and Prometheus' rules parses, and asks for metrics that a running API tells."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert

from core.clock import wall_now
from schemas.tables import backups
from tests.build_incidents import add_evaluation, add_heartbeat
from tests.integration.webapi.conftest import Asked

DOCKER = Path(__file__).parents[4] / "docker"


def queries() -> Iterator[tuple[str, str]]:
    """By the place where each stands."""
    for group in yaml.safe_load((DOCKER / "prometheus" / "mdl-alerts.yaml").read_text())["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]
    for path in sorted((DOCKER / "grafana" / "dashboards").glob("*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel["targets"]:
                # which Grafana replaces by a length
                yield f"{path.stem}: {panel['title']}", target["expr"].replace("$__rate_interval", "1m")


def selected(query: str) -> set[tuple[str, frozenset[str]]]:
    """The metrics that a query reads, each with the labels that it looks at."""
    found = set()

    def visit(node: promql_parser.Expr) -> bool:
        if isinstance(node, promql_parser.VectorSelector):
            labels = {matcher.name for matcher in node.matchers.matchers}
            found.add((str(node.name), frozenset(labels)))
        return True

    promql_parser.walk(promql_parser.parse(query), visit)
    return found


@pytest.fixture
def told(ask_of: Callable[..., Asked], own_url: str) -> dict[str, set[str]]:
    """Labels of each metric that an installation tells in which all is used, Redis too."""
    ask = ask_of(own_url, redis_url="redis://127.0.0.1:1")
    with ask.app.extensions["mdl"].database.primary.begin() as connection:
        add_evaluation(connection)
        add_heartbeat(connection)
        connection.execute(
            insert(backups).values(name="mdl-1Z", location="/b", begun_at=wall_now(), seconds=1)
        )
    ask.get("/api/v1/metrics/revenue/values?grain=day")
    found: dict[str, set[str]] = {"up": {"job", "instance"}}
    for family in text_string_to_metric_families(ask.get("/metrics", None).get_data(as_text=True)):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def test_the_page_of_exported_metrics_is_what_is_told(told: dict[str, set[str]]) -> None:
    page = (DOCKER.parent / "docs" / "reference" / "exported-metrics.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| \w+ \| (.*?) \|", page, flags=re.MULTILINE)
    documented = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
    series = re.compile("_(bucket|sum|count)$")
    found = {series.sub("", name) for name in told if not name.endswith("_created")} - {"up"}
    assert found <= documented.keys()
    for name in found & told.keys():
        assert told[name] in (set(), documented[name]), name


def test_every_query_parses_and_reads_what_is_told(told: dict[str, set[str]]) -> None:
    found = {place: selected(query) for place, query in queries()}
    assert len(found) > 60
    unknown = {
        (place, name, label)
        for place, names in found.items()
        for name, labels in names
        for label in (labels or {""})
        if name not in told or (label and label not in told[name])
    }
    assert unknown == set()
    assert {name for names in found.values() for name, _ in names} >= {
        "mdl_metric_overdue_seconds",
        "mdl_stage_seconds",
        "mdl_database_outages_total",
    }
