"""The rules in force: what documents declare, and what follows from thresholds and objectives that declare none."""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.alerting.metric_rules import LONGEST_PERIODS, rules_of_metric
from schemas.alerting.okr_rules import rules_of_objective
from schemas.alerting.rule import Rule, RuleProblem
from schemas.documents.documents import Catalog, Metric, Objective
from schemas.documents.durations import parse_duration
from schemas.documents.problems import Problem


@dataclass(frozen=True)
class Rules:
    """The rules of a catalog, and what is wrong with those that could not be read."""

    rules: tuple[Rule, ...]
    problems: tuple[RuleProblem, ...]


def rule_problems(document: Metric | Objective) -> list[Problem]:
    """What is wrong with the rules of one document."""
    if not isinstance(document, Metric):
        return [each for each in rules_of_objective(document) if isinstance(each, Problem)]
    found = [each for each in rules_of_metric(document) if isinstance(each, Problem)]
    return [*found, *_short_windows(document)]


def _short_windows(metric: Metric) -> Iterator[Problem]:
    """Rules whose window is shorter than every grain: what is judged is a longer period than they say."""
    finest = metric.grains[0]
    for index, rule in enumerate(metric.targets_and_alerts.alert_rules):
        length = parse_duration(rule.evaluation_window) if rule.evaluation_window else None
        if length is not None and length < LONGEST_PERIODS[finest]:
            yield Problem(
                f"{rule.evaluation_window} is shorter than every grain of the metric; the rule is judged once a "
                f"{finest.value}. A finer grain would stand in data.time_grain",
                "warning",
                document_id=metric.metric_id,
                path=f"targets_and_alerts.alert_rules[{index}].evaluation_window",
                kind="metric",
            )


def rules_of(catalog: Catalog) -> Rules:
    """Every rule in force.

    A metric with thresholds and no rules gets one, `thresholds`, on its total at its current grain. An objective
    without rules gets `off_track` and `projected_to_miss` for itself and its key results. An unusable rule is a problem
    and no rule; the others stand.
    """
    rules: list[Rule] = []
    problems: list[RuleProblem] = []
    for metric in catalog.metrics.values():
        for found in rules_of_metric(metric):
            _sort(found, rules, problems)
    for objective in catalog.objectives.values():
        for found in rules_of_objective(objective):
            _sort(found, rules, problems)
    return Rules(tuple(rules), tuple(problems))


def _sort(found: Rule | RuleProblem, rules: list[Rule], problems: list[RuleProblem]) -> None:
    if isinstance(found, Rule):
        rules.append(found)
    else:
        problems.append(found)
