"""Alert rules as readers see them, those included that nobody can evaluate."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reports.alerting.redaction import without_addresses
from schemas.alerting.rule import Rule, RuleProblem
from schemas.alerting.rules import rules_of
from schemas.documents.documents import AlertRule, Catalog, OkrAlertRule

Key = tuple[str, str, str]


@dataclass(frozen=True)
class RuleInForce:
    """One rule of the stored catalog.

    slice_sets: dimension names; the empty one is the total.
    problem: why it is never evaluated; None where it is.
    outcomes: how many slices have which outcome now; a name that counts nothing is left out.
    restricted: the reader may not see what became of it.
    outcome, reason: of the newest evaluation, where slices differ that which calls for attention.
    """

    subject_kind: str
    subject_id: str
    rule_id: str
    title: str
    condition: str
    critical_condition: str | None
    severity: str
    grain: str | None = None
    slice_sets: Sequence[Sequence[str]] = ()
    for_periods: int = 1
    recover_periods: int = 1
    delay_seconds: int = 0
    min_effect: float = 0.0
    renotify_seconds: int | None = None
    no_data_after_seconds: int | None = None
    channels: Sequence[str] = ()
    playbooks: Sequence[str] = ()
    on_backfill: bool = False
    is_derived: bool = False
    problem: str | None = None
    outcomes: Mapping[str, int] = field(default_factory=dict)
    outcome: str | None = None
    reason: str | None = None
    evaluated_at: datetime | None = None
    restricted: bool = False

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.subject_kind, self.subject_id, self.rule_id


def rules_in_force(catalog: Catalog) -> Iterator[RuleInForce]:
    """Every rule of a catalog, those that nobody can evaluate with the reason."""
    found = rules_of(catalog)
    yield from map(_in_force, found.rules)
    yield from _unusable(catalog, found.problems)


def _in_force(rule: Rule) -> RuleInForce:
    return RuleInForce(
        subject_kind=rule.subject_kind,
        subject_id=rule.subject_id,
        rule_id=rule.rule_id,
        title=rule.title,
        condition=rule.condition.text,
        critical_condition=rule.critical.text if rule.critical else None,
        severity=rule.severity,
        grain=rule.grain.value if rule.grain else None,
        slice_sets=rule.slice_sets,
        for_periods=rule.for_periods,
        recover_periods=rule.recover_periods,
        delay_seconds=int(rule.delay.total_seconds()),
        min_effect=rule.min_effect,
        renotify_seconds=_seconds(rule.renotify),
        no_data_after_seconds=_seconds(rule.no_data_after),
        channels=tuple(map(without_addresses, rule.channels)),
        playbooks=rule.playbooks,
        on_backfill=rule.on_backfill,
        is_derived=rule.is_derived,
    )


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())


def _unusable(catalog: Catalog, problems: Iterable[RuleProblem]) -> Iterator[RuleInForce]:
    """Rules as their documents declare them, in place of those that cannot be read."""
    for problem in problems:
        rule = _declared(catalog, problem)
        yield RuleInForce(
            subject_kind=problem.kind,
            subject_id=problem.document_id,
            rule_id=problem.rule_id,
            title=rule.description or rule.condition,
            condition=rule.condition,
            critical_condition=rule.critical_condition,
            severity=rule.severity,
            channels=tuple(map(without_addresses, rule.notify_channels)),
            problem=f"{problem.path}: {problem.message}",
        )


def _declared(catalog: Catalog, problem: RuleProblem) -> AlertRule | OkrAlertRule:
    """The rule of the document that has the problem, by its place in the list: its id may be one that is made up."""
    place = int(problem.path.partition("alert_rules[")[2].partition("]")[0])
    if problem.kind == "metric":
        return catalog.metrics[problem.document_id].targets_and_alerts.alert_rules[place]
    return catalog.objectives[problem.document_id].alert_rules[place]
