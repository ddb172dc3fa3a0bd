"""Rules of objectives and their key results: those that are declared, else those that each has."""

from collections.abc import Iterator

from schemas.alerting.conditions import OKR_NAMES
from schemas.alerting.rule import (
    Rule,
    RuleProblem,
    UnusableError,
    channels_of,
    rule_ids,
    shared_fields,
    unusable,
)
from schemas.alerting.vocabulary import SubjectKind
from schemas.documents.documents import Objective, OkrAlertRule

_DEFAULTS = (
    OkrAlertRule(
        rule_id="off_track",
        condition="status IN ('at_risk', 'off_track')",
        critical_condition="status = 'off_track'",
    ),
    OkrAlertRule(
        rule_id="projected_to_miss",
        condition="status = 'on_track' AND projected_progress < 1",
        severity="info",
    ),
)


def rules_of_objective(objective: Objective) -> Iterator[Rule | RuleProblem]:
    """Rules of an objective that is pursued, and of its key results."""
    if objective.status in ("draft", "planning", "on_hold", "completed", "cancelled"):
        return
    declared = objective.alert_rules
    rules = declared or _DEFAULTS
    for index, (rule, rule_id) in enumerate(zip(rules, rule_ids(rules), strict=True)):
        try:
            yield from _okr_rules(objective, rule, rule_id, is_derived=not declared)
        except UnusableError as error:
            path = f"alert_rules[{index}].{error.field}"
            yield unusable("objective", objective.objective_id, rule_id, path, error)


def _okr_rules(objective: Objective, rule: OkrAlertRule, rule_id: str, *, is_derived: bool) -> Iterator[Rule]:
    subjects: list[tuple[SubjectKind, str, str]] = []
    if rule.applies_to != "key_results":
        subjects.append(("objective", objective.objective_id, objective.name))
    if rule.applies_to != "objective":
        subjects += [
            ("key_result", f"{objective.objective_id}/{result.kr_id}", f"{objective.name}: {result.name}")
            for result in objective.key_results
        ]
    common = shared_fields(rule, OKR_NAMES)
    for kind, subject_id, name in subjects:
        yield Rule(
            subject_kind=kind,
            subject_id=subject_id,
            rule_id=rule_id,
            **common,
            channels=channels_of(rule.notify_channels, objective.notify_channels),
            title=f"{name}: {rule.description or rule_id.replace('_', ' ')}",
            is_derived=is_derived,
        )
