"""A rule that stands in no document: a metric as it would be with that rule alone, to try it."""

from collections.abc import Sequence

from schemas.documents.documents import AlertRule, Metric


def with_ad_hoc_rule(
    metric: Metric,
    condition: str,
    *,
    window: str | None = None,
    slices: Sequence[str] = (),
    min_effect: float | None = None,
    for_periods: int = 1,
) -> Metric:
    """The metric with one rule, `ad-hoc`; `slices` are `total` and names of dimensions, the rest as in AlertRule."""
    rule = AlertRule(
        rule_id="ad-hoc",
        condition=condition,
        evaluation_window=window,
        slices=[one if one == "total" else {"by": one.removeprefix("by:").strip()} for one in slices],
        min_effect=min_effect,
        for_periods=for_periods,
    )
    targets = metric.targets_and_alerts.model_copy(update={"alert_rules": [rule]})
    return metric.model_copy(update={"targets_and_alerts": targets})
