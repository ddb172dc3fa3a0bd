"""Draws the dashboards of Grafana into docker/grafana/dashboards; `--check` tells whether they are as drawn.

A panel is a title, the unit of what it shows, and queries with their legends. Two panels stand in a row.
"""

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent / "dashboards"
_SOURCE = {"type": "prometheus", "uid": "mdl-prometheus"}


class Panel(NamedTuple):
    """Lines over time; of a `stat` the newest number alone."""

    title: str
    unit: str
    queries: dict[str, str]
    kind: str = "timeseries"


def _share(name: str, upper: float, labels: str = "") -> str:
    return f"histogram_quantile({upper}, sum by (le) (rate({name}_bucket{{{labels}}}[$__rate_interval])))"


def _rate(name: str, by: str, labels: str = "") -> str:
    return f"sum by ({by}) (rate({name}{{{labels}}}[$__rate_interval]))"


_REQUESTS = "mdl_http_request_seconds"
_STATEMENTS = "mdl_database_statement_seconds"
DASHBOARDS: dict[str, tuple[str, list[Panel]]] = {
    "api": (
        "MDL: API",
        [
            Panel("Is there", "short", {"{{instance}}": 'up{job="mdl"}'}, "stat"),
            Panel("Processes", "short", {"{{instance}}": "mdl_processes"}, "stat"),
            Panel("Requests by status", "reqps", {"{{status}}": _rate(f"{_REQUESTS}_count", "status")}),
            Panel(
                "Share of requests that fail",
                "percentunit",
                {
                    "5xx": f'sum(rate({_REQUESTS}_count{{status=~"5.."}}[$__rate_interval]))'
                    f" / sum(rate({_REQUESTS}_count[$__rate_interval]))"
                },
            ),
            Panel(
                "Time to answer",
                "s",
                {
                    "half": _share(_REQUESTS, 0.5),
                    "19 of 20": _share(_REQUESTS, 0.95),
                    "99 of 100": _share(_REQUESTS, 0.99),
                },
            ),
            Panel(
                "Slowest routes, 19 of 20",
                "s",
                {
                    "{{route}}": "topk(10, histogram_quantile(0.95, sum by (le, route)"
                    f" (rate({_REQUESTS}_bucket[$__rate_interval]))))"
                },
            ),
            Panel(
                "Answers by how the cache served them",
                "reqps",
                {"{{how}}": _rate("mdl_cache_answers_total", "how")},
            ),
            Panel("Bytes sent", "Bps", {"all": "sum(rate(mdl_http_response_bytes_sum[$__rate_interval]))"}),
            Panel("Memory", "bytes", {"{{instance}}": "mdl_process_resident_bytes"}),
            Panel(
                "Cores in use", "short", {"{{instance}}": "rate(mdl_process_cpu_seconds[$__rate_interval])"}
            ),
            Panel(
                "Restarts in an hour",
                "short",
                {"{{instance}}": "changes(mdl_process_start_time_seconds[1h])"},
            ),
            Panel("Redis answers", "short", {"{{instance}}": "mdl_redis_up"}),
        ],
    ),
    "pipeline": (
        "MDL: pipeline",
        [
            Panel(
                "Since a run succeeded",
                "s",
                {"{{job_name}}": "max by (job_name) (mdl_run_success_age_seconds)"},
            ),
            Panel(
                "Newest run failed", "short", {"{{job_name}}": "max by (job_name) (mdl_run_failed)"}, "stat"
            ),
            Panel("Time of a run", "s", {"{{job_name}}": "max by (job_name) (mdl_run_seconds)"}),
            Panel("Time of the stages", "s", {"{{stage}}": "max by (stage) (mdl_stage_seconds)"}),
            Panel("Running since", "s", {"{{job_name}}": "max by (job_name) (mdl_run_running_seconds)"}),
            Panel("Waiting since", "s", {"{{job_name}}": "max by (job_name) (mdl_run_waiting_seconds)"}),
            Panel(
                "Sensors: since they did their work",
                "s",
                {"{{sensor}}": "max by (sensor) (mdl_alert_sensor_age_seconds)"},
            ),
            Panel(
                "Sensors: beats missed",
                "short",
                {
                    "{{sensor}}": "max by (sensor) (mdl_alert_sensor_age_seconds / mdl_alert_sensor_interval_seconds)"
                },
            ),
            Panel(
                "Sensors: failures in a row",
                "short",
                {"{{sensor}}": "max by (sensor) (mdl_alert_sensor_failures)"},
            ),
            Panel(
                "Rows by source", "short", {"{{source}} {{outcome}}": "max by (source, outcome) (mdl_rows)"}
            ),
            Panel("Files by source", "short", {"{{source}} {{state}}": "max by (source, state) (mdl_files)"}),
            Panel(
                "Disk that is free",
                "percentunit",
                {"{{instance}}": "mdl_disk_free_bytes / mdl_disk_size_bytes"},
            ),
        ],
    ),
    "business": (
        "MDL: business",
        [
            Panel(
                "Metrics that are late",
                "short",
                {"late": "count(max by (metric) (mdl_metric_overdue_seconds) > 0) or vector(0)"},
                "stat",
            ),
            Panel("Newest publication", "s", {"age": "min(mdl_publication_age_seconds)"}, "stat"),
            Panel("Late by", "s", {"{{metric}}": "topk(15, max by (metric) (mdl_metric_overdue_seconds))"}),
            Panel(
                "Open incidents",
                "short",
                {"{{state}} {{severity}}": "max by (state, severity) (mdl_incidents)"},
            ),
            Panel(
                "Outcomes of alert rules", "short", {"{{outcome}}": "max by (outcome) (mdl_alert_outcomes)"}
            ),
            Panel("Since rules were evaluated", "s", {"age": "min(mdl_alert_evaluation_age_seconds)"}),
            Panel("Messages", "short", {"{{state}}": "max by (state) (mdl_alert_deliveries)"}),
            Panel(
                "Messages that fail",
                "short",
                {
                    "{{channel}} waits": "max by (channel) (mdl_alert_deliveries_retried)",
                    "{{channel}} given up": "max by (channel) (mdl_alert_delivery_failures)",
                },
            ),
            Panel("Oldest message under way", "s", {"age": "max(mdl_alert_oldest_message_seconds)"}),
            Panel("Reports", "short", {"{{state}}": "max by (state) (mdl_report_runs)"}),
            Panel(
                "Reports: oldest, and late by",
                "s",
                {"oldest": "max(mdl_report_oldest_seconds)", "late by": "max(mdl_report_overdue_seconds)"},
            ),
            Panel(
                "Catalog",
                "short",
                {
                    "metrics": "max(mdl_metrics)",
                    "domains": "max(mdl_domains)",
                    "objectives": "max(mdl_objectives)",
                    "reports": "max(mdl_reports)",
                },
            ),
            Panel("Users", "short", {"all": "max(mdl_users)", "signed in": "max(mdl_users_active)"}),
        ],
    ),
    "database": (
        "MDL: database",
        [
            Panel("PostgreSQL answers", "short", {"{{instance}}": "mdl_database_up"}, "stat"),
            Panel(
                "Outages in a day",
                "short",
                {"{{instance}}": "increase(mdl_database_outages_total[1d])"},
                "stat",
            ),
            Panel("Calls refused since it is away", "short", {"{{instance}}": "mdl_database_away"}),
            Panel(
                "Connections in use, and room",
                "short",
                {
                    "{{instance}} {{pool}}": "mdl_database_connections",
                    "{{instance}} {{pool}} room": "mdl_database_pool_size",
                },
            ),
            Panel(
                "Time to get a connection",
                "s",
                {
                    "half": _share("mdl_database_wait_seconds", 0.5),
                    "19 of 20": _share("mdl_database_wait_seconds", 0.95),
                },
            ),
            Panel("Statements", "ops", {"{{pool}}": _rate(f"{_STATEMENTS}_count", "pool")}),
            Panel(
                "Time of a statement",
                "s",
                {
                    "half": _share(_STATEMENTS, 0.5),
                    "19 of 20": _share(_STATEMENTS, 0.95),
                    "99 of 100": _share(_STATEMENTS, 0.99),
                },
            ),
            Panel("Time in PostgreSQL", "s", {"{{pool}}": _rate(f"{_STATEMENTS}_sum", "pool")}),
        ],
    ),
}


def drawn(name: str) -> str:
    """A dashboard as Grafana reads it."""
    title, panels = DASHBOARDS[name]
    board = {
        "uid": f"mdl-{name}",
        "title": title,
        "tags": ["mdl"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "links": [{"type": "dashboards", "tags": ["mdl"], "title": "MDL", "asDropdown": True}],
        "panels": [_panel(number, panel) for number, panel in enumerate(panels)],
    }
    return json.dumps(board, indent=1) + "\n"


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    targets = [
        {"refId": chr(ord("A") + index), "datasource": _SOURCE, "expr": query, "legendFormat": legend}
        for index, (legend, query) in enumerate(panel.queries.items())
    ]
    options = (
        {"reduceOptions": {"calcs": ["lastNotNull"]}}
        if panel.kind == "stat"
        else {"legend": {"displayMode": "list"}}
    )
    return {
        "id": number + 1,
        "type": panel.kind,
        "title": panel.title,
        "datasource": _SOURCE,
        "gridPos": {"x": 12 * (number % 2), "y": 8 * (number // 2), "w": 12, "h": 8},
        "fieldConfig": {"defaults": {"unit": panel.unit}, "overrides": []},
        "options": options,
        "targets": targets,
    }


def main() -> None:
    """Write the dashboards, or tell which are another."""
    if "--check" not in sys.argv:
        for name in DASHBOARDS:
            (FOLDER / f"{name}.json").write_text(drawn(name))
    wanted = {f"{name}.json": drawn(name) for name in DASHBOARDS}
    found = {path.name: path.read_text() for path in FOLDER.glob("*.json")}
    other = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    if other:
        sys.exit(f"not as drawn: {', '.join(other)}; python docker/grafana/draw.py draws them anew")


if __name__ == "__main__":
    main()
