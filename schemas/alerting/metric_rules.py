"""Rules of metrics: those that are declared, and the one that follows from thresholds."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from schemas.alerting.conditions import METRIC_NAMES
from schemas.alerting.rule import (
    Rule,
    RuleProblem,
    UnusableError,
    channels_of,
    duration_of,
    rule_ids,
    shared_fields,
    unusable,
)
from schemas.documents.documents import AlertRule, Grain, Metric
from schemas.documents.thresholds import thresholds_of

# longest period of each grain, to compare windows with
LONGEST_PERIODS: Mapping[Grain, timedelta] = {
    Grain.MINUTE: timedelta(minutes=1),
    Grain.HOUR: timedelta(hours=1),
    Grain.DAY: timedelta(days=1),
    Grain.WEEK: timedelta(weeks=1),
    Grain.MONTH: timedelta(days=31),
    Grain.QUARTER: timedelta(days=92),
    Grain.YEAR: timedelta(days=366),
}


def rules_of_metric(metric: Metric) -> Iterator[Rule | RuleProblem]:
    """Rules of a metric, and what is wrong with those that cannot be read."""
    declared = metric.targets_and_alerts.alert_rules
    if not declared:
        yield from _of_thresholds(metric)
    for index, (rule, rule_id) in enumerate(zip(declared, rule_ids(declared), strict=True)):
        path = f"targets_and_alerts.alert_rules[{index}]"
        try:
            yield _metric_rule(metric, rule, rule_id)
        except UnusableError as error:
            yield unusable("metric", metric.metric_id, rule_id, f"{path}.{error.field}", error)


def _of_thresholds(metric: Metric) -> Iterator[Rule]:
    thresholds = thresholds_of(metric)
    sign = "<" if thresholds.sign == 1 else ">"
    texts = [
        f"value {sign} {name}_threshold"
        for name in ("warning", "critical")
        if getattr(thresholds, name) is not None
    ]
    if not texts:
        return
    is_graded = len(texts) > 1
    rule = AlertRule(
        rule_id="thresholds",
        description=f"{metric.name}: {'below' if thresholds.sign == 1 else 'above'} its threshold",
        condition=" OR ".join(texts),
        critical_condition=texts[1] if is_graded else None,
        severity="warning" if thresholds.warning is not None else "critical",
    )
    yield _metric_rule(metric, rule, "thresholds", is_derived=True)


def _metric_rule(metric: Metric, rule: AlertRule, rule_id: str, *, is_derived: bool = False) -> Rule:
    targets = metric.targets_and_alerts
    return Rule(
        subject_kind="metric",
        subject_id=metric.metric_id,
        rule_id=rule_id,
        **shared_fields(rule, METRIC_NAMES),
        channels=channels_of(rule.notify_channels, targets.notify_channels),
        title=rule.description or f"{metric.name}: {rule.condition}",
        # the one whose status scorecards and summaries show
        grain=metric.current_grain if is_derived else _grain(metric, rule.evaluation_window),
        slice_sets=_slice_sets(metric, rule.slices),
        delay=duration_of("evaluation_delay", rule.evaluation_delay) or timedelta(0),
        min_effect=rule.min_effect or 0.0,
        no_data_after=duration_of("no_data_after", rule.no_data_after),
        playbooks=tuple(_playbooks(metric)),
        on_backfill=rule.on_backfill,
        is_derived=is_derived,
    )


def _grain(metric: Metric, window: str | None) -> Grain:
    """The largest offered grain that is not longer than the window; the finest where all are; without one, days."""
    length = duration_of("evaluation_window", window) or timedelta(days=1)
    fitting = [grain for grain in metric.grains if LONGEST_PERIODS[grain] <= length]
    return fitting[-1] if fitting else metric.grains[0]


def _slice_sets(metric: Metric, slices: Iterable[str | dict[str, str]]) -> tuple[tuple[str, ...], ...]:
    chosen = [_slice_set(metric, one) for one in slices]
    return tuple(dict.fromkeys(chosen)) or ((),)


def _slice_set(metric: Metric, one: str | dict[str, str]) -> tuple[str, ...]:
    if one == "total":
        return ()
    if not (isinstance(one, dict) and set(one) == {"by"}):
        raise UnusableError("slices", f"expected `total` or `by: <dimension>`, got {one!r}")
    names = tuple(sorted(name.strip() for name in one["by"].split(",")))
    if names not in metric.slice_sets:
        offered = ", ".join(",".join(each) for each in metric.slice_sets if each) or "none"
        raise UnusableError(
            "slices", f"the metric is not sliced by {one['by']!r}; its dimensions and breakdowns: {offered}"
        )
    return names


def _playbooks(metric: Metric) -> Iterator[str]:
    for one in metric.operational_usage.linked_playbooks:
        yield one if isinstance(one, str) else str(one.get("url") or one.get("name") or "")
