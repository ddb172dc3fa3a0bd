"""What validate says of windows for which a metric has no grain."""

from schemas.alerting.rules import rule_problems, rules_of
from schemas.documents.documents import Catalog, Grain, Metric


def _metric(window: str | None, *grains: str) -> Metric:
    rules = [{"rule_id": "high", "condition": "value > 10", "evaluation_window": window}]
    return Metric.model_validate(
        {
            "metric_id": "m",
            "name": "M",
            "data": {"time_grain": list(grains)},
            "targets_and_alerts": {"alert_rules": rules},
        }
    )


def test_a_window_shorter_than_every_grain_is_a_warning_that_names_what_is_judged() -> None:
    metric = _metric("15_minutes", "day", "week")
    (problem,) = rule_problems(metric)
    assert (problem.severity, problem.path) == (
        "warning",
        "targets_and_alerts.alert_rules[0].evaluation_window",
    )
    assert "judged once a day" in problem.message
    (rule,) = rules_of(Catalog(metrics={"m": metric})).rules
    assert rule.grain is Grain.DAY, "it is judged all the same"


def test_a_window_that_some_grain_fits_is_none() -> None:
    for window, grains in (
        ("15_minutes", ["minute"]),
        ("daily", ["day"]),
        ("monthly", ["week"]),
        (None, ["week"]),
    ):
        assert rule_problems(_metric(window, *grains)) == [], window
