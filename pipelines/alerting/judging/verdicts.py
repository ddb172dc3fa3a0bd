"""A rule on a metric, applied to published periods: verdicts with the numbers that they rest on. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pipelines.alerting.judging.observations import JudgedPeriod, Look, Series
from pipelines.alerting.judging.z_scores import FEWEST, score
from pipelines.alerting.lifecycle import Verdict
from schemas.alerting.condition_terms import Row
from schemas.alerting.rule import Rule
from schemas.documents.documents import Metric
from schemas.documents.thresholds import thresholds_of

# what is known whether or not there is a value
_WITHOUT_VALUE = frozenset({"minutes_since_data", "target_value", "warning_threshold", "critical_threshold"})
_OF_PERIOD = ("value", "previous_value", "change_pct", "baseline_value", "sample_count", "status")


@dataclass(frozen=True)
class Bounds:
    """What a metric's document says of its values, and how old its data are."""

    target_value: float | None = None
    warning_threshold: float | None = None
    critical_threshold: float | None = None
    minutes_since_data: float | None = None


def bounds_of(metric: Metric, minutes_since_data: float | None) -> Bounds:
    """The bounds of a document."""
    thresholds = thresholds_of(metric)
    target = metric.targets_and_alerts.target_value
    return Bounds(target, thresholds.warning, thresholds.critical, minutes_since_data)


def reads_only_clock(rule: Rule) -> bool:
    """Whether no period matters to the rule, only how old the data are."""
    return "minutes_since_data" in rule.names and rule.names <= _WITHOUT_VALUE


def judge(rule: Rule, look: Look, series: Series, bounds: Bounds) -> list[Verdict]:
    """The rule's verdict on every period looked at, newest first."""
    return [judge_period(rule, start, look, series, bounds) for start in look.starts]


def judge_period(rule: Rule, start: datetime, look: Look, series: Series, bounds: Bounds) -> Verdict:
    """The rule's verdict on one period; a period that is not published has one only where no value is read."""
    period = series.periods.get(start)
    if period is None and not reads_only_clock(rule):
        return Verdict(start, "no_data", reason="the period is not published as complete")
    row = _row(start, period, look, series, rule, bounds)
    outcome, is_critical = verdict_of(rule, row)
    return Verdict(start, outcome, is_critical, _reason(rule, row) if outcome == "no_data" else None, row)


def verdict_of(rule: Rule, row: Row) -> tuple[Literal["met", "not_met", "no_data"], bool]:
    """What the rule's conditions say of a row of names: the outcome, and whether it is critical."""
    holds = rule.condition.holds(row)
    if holds is None:
        return "no_data", False
    return (
        ("met", rule.critical is not None and rule.critical.holds(row) is True)
        if holds
        else ("not_met", False)
    )


def _row(
    start: datetime, period: JudgedPeriod | None, look: Look, series: Series, rule: Rule, bounds: Bounds
) -> dict[str, Any]:
    row: dict[str, Any] = {**vars(bounds), "period_start": start}
    row |= {name: getattr(period, name) if period else None for name in _OF_PERIOD}
    if period is not None:
        row["period_end"] = period.end
    if start in look.comparable:
        others = series.usual(look.comparable[start])
        row["comparable_periods"] = len(others)
        found = score(row["value"], others, rule.min_effect) if row["value"] is not None else None
        row["z_score"], row["expected_value"] = found or (None, None)
    return row


def _reason(rule: Rule, row: Row) -> str:
    missing: Sequence[str] = sorted(name for name in rule.condition.names if row.get(name) is None)
    if "value" not in missing and "z_score" in missing:
        return f"z_score needs {FEWEST} comparable periods, there are {row.get('comparable_periods')}"
    return (
        f"not known: {', '.join(missing)}"
        if missing
        else "the condition has no answer, as of a division by zero"
    )
