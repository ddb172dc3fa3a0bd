"""The numbers that explain an incident, as JSON for messages, API and reports. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.alerting.lifecycle import Verdict
from schemas.alerting.rule import Rule
from schemas.documents.documents import Metric

_NUMBERS = (
    "value",
    "previous_value",
    "change_pct",
    "baseline_value",
    "target_value",
    "expected_value",
    "z_score",
    "sample_count",
    "minutes_since_data",
)


def metric_evidence(
    rule: Rule, metric: Metric, verdict: Verdict, zone: ZoneInfo, data_through: datetime | None
) -> dict[str, Any]:
    """Of a rule on a metric: the judged period with its numbers, what they are compared with, the condition."""
    row = verdict.row
    return {
        **{name: row.get(name) for name in _NUMBERS},
        "thresholds": {"warning": row.get("warning_threshold"), "critical": row.get("critical_threshold")},
        "unit": metric.definition.unit,
        "status": row.get("status"),
        "period_start": _local(row.get("period_start"), zone),
        "period_end": _local(row.get("period_end"), zone),
        "data_through": _local(data_through, zone),
        **_conditions(rule),
        "contributions": [],
    }


def score_evidence(rule: Rule, verdict: Verdict) -> dict[str, Any]:
    """Of a rule on an objective or key result: the score of the judged as-of day."""
    return {**verdict.row, **_conditions(rule)}


def recovery(verdict: Verdict, zone: ZoneInfo) -> dict[str, Any]:
    """The numbers with which an incident ended."""
    names = ("value", "progress", "status", "as_of_date", "minutes_since_data")
    found = {name: verdict.row[name] for name in names if verdict.row.get(name) is not None}
    return found | {"period_start": _local(verdict.start, zone)}


def _conditions(rule: Rule) -> Mapping[str, Any]:
    return {
        "condition": rule.condition.text,
        "critical_condition": rule.critical.text if rule.critical else None,
        "for_periods": rule.for_periods,
    }


def _local(instant: datetime | None, zone: ZoneInfo) -> str | None:
    return instant.astimezone(zone).isoformat() if instant is not None else None
