"""What Prometheus would read of an installation, in promtool's notation, and promtool itself."""

import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
RULES = ROOT / "docker" / "prometheus" / "mdl-alerts.yaml"
PROMTOOL = shutil.which("promtool")
API = 'instance="api:8000",job="mdl"'
# a name with its labels -> its values, a step apart
Series = Mapping[str, str]


def rules() -> list[dict[str, Any]]:
    """All alerting rules."""
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def series(name: str, labels: str = "") -> str:
    """A series of the API."""
    return f"{name}{{{API}{',' if labels else ''}{labels}}}"


def healthy(minutes: int) -> dict[str, str]:
    """A day on which all is well: runs and numbers every hour, sensors every few seconds, answers within 25 ms."""

    def steady(value: float) -> str:
        return f"{value}x{minutes}"

    def saw(step: int, length: int) -> str:
        """A number that grows for `length` minutes, and begins again."""
        return " ".join(str(step * (minute % length)) for minute in range(minutes))

    served = {
        series("up"): steady(1),
        series("mdl_process_start_time_seconds"): steady(1_000),
        series("mdl_database_up"): steady(1),
        series("mdl_redis_up"): steady(1),
        series("mdl_disk_free_bytes"): steady(60),
        series("mdl_disk_size_bytes"): steady(100),
        series("mdl_backup_age_seconds"): saw(60, 24 * 60),
        series("mdl_database_connections", 'pool="primary"'): steady(4),
        series("mdl_database_pool_size", 'pool="primary"'): steady(40),
        series("mdl_http_request_seconds_count", 'status="200"'): f"0+600x{minutes}",
        series("mdl_http_request_seconds_count", 'status="503"'): f"0+3x{minutes}",
        **buckets("mdl_http_request_seconds_bucket", minutes, {"0.025": 600, "1": 600, "+Inf": 600}),
        **buckets("mdl_database_statement_seconds_bucket", minutes, {"0.01": 300, "0.5": 300, "+Inf": 300}),
        series("mdl_database_statement_seconds_count"): f"0+300x{minutes}",
    }
    worked = {
        series("mdl_run_failed", 'job_name="refresh"'): steady(0),
        series("mdl_run_running_seconds", 'job_name="refresh"'): saw(0, 60),
        series("mdl_run_seconds", 'job_name="refresh"'): steady(50),
        series("mdl_run_success_age_seconds", 'job_name="refresh"'): saw(60, 60),
        series("mdl_publication_age_seconds"): saw(60, 60),
        series("mdl_alert_evaluation_age_seconds"): saw(60, 60),
        series("mdl_metric_overdue_seconds", 'metric="revenue"'): f"-90000x{minutes}",
        series("mdl_alert_sensor_age_seconds", 'sensor="alert_delivery"'): steady(4),
        series("mdl_alert_sensor_interval_seconds", 'sensor="alert_delivery"'): steady(4),
    }
    told = {
        series("mdl_alert_delivery_failures", 'channel="slack"'): steady(0),
        series("mdl_alert_deliveries_retried", 'channel="slack"'): steady(0),
        series("mdl_alert_oldest_message_seconds"): steady(0),
        series("mdl_report_overdue_seconds"): steady(0),
        series("mdl_report_runs", 'state="failed"'): steady(0),
        series("mdl_files", 'source="orders",state="rejected"'): steady(0),
        series("mdl_rows", 'source="orders",outcome="quarantined"'): steady(1),
        series("mdl_rows", 'source="orders",outcome="accepted"'): steady(1_000),
        series("mdl_incidents", 'severity="critical",state="firing"'): steady(0),
    }
    return served | worked | told


def buckets(name: str, minutes: int, a_minute: Mapping[str, int]) -> dict[str, str]:
    """Of a histogram, how much each bucket grows in a minute."""
    return {series(name, f'le="{upper}"'): f"0+{count}x{minutes}" for upper, count in a_minute.items()}


def refuted(
    folder: Path, found: Series, firing: Mapping[str, Iterable[str]], over: str = "", step: str = "1m"
) -> str:
    """What promtool has against it; nothing where at each moment exactly these rules fire.

    Args:
        folder: where to write the test.
        found: what Prometheus reads.
        firing: names of rules by moment, such as 90m.
        step: the time between two values, and between two looks at the rules.
        over: a length before each moment in which they may have fired, instead of at the moment.
    """
    asked = 'ALERTS{alertstate="firing"}'
    test = {
        "rule_files": [str(RULES)],
        "evaluation_interval": step,
        "tests": [
            {
                "interval": step,
                "input_series": [{"series": name, "values": values} for name, values in found.items()],
                "promql_expr_test": [
                    {
                        "expr": f"group by (alertname) (max_over_time({asked}[{over}]))"
                        if over
                        else f"group by (alertname) ({asked})",
                        "eval_time": moment,
                        "exp_samples": [
                            {"labels": f'{{alertname="{name}"}}', "value": 1} for name in sorted(names)
                        ],
                    }
                    for moment, names in firing.items()
                ],
            }
        ],
    }
    file = folder / "test.yaml"
    file.write_text(yaml.safe_dump(test))
    assert PROMTOOL is not None
    done = subprocess.run([PROMTOOL, "test", "rules", file], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr
