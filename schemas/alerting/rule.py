"""One rule in force, and how the fields that rules of metrics and of objectives share are read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from schemas.alerting.conditions import Condition, parse_condition
from schemas.alerting.vocabulary import SEVERITIES, Severity, SubjectKind
from schemas.documents.documents import AlertRule, Grain, OkrAlertRule
from schemas.documents.durations import parse_duration
from schemas.documents.problems import Problem
from schemas.formula.errors import FormulaError

_SEVERITY_WORDS: Mapping[str, Severity] = {
    **{name: name for name in SEVERITIES},
    **dict.fromkeys(("error", "high", "page", "emergency", "fatal", "p1", "sev1"), "critical"),
    **dict.fromkeys(("warn", "medium", "ticket", "p2", "sev2"), "warning"),
    **dict.fromkeys(("low", "notice", "information", "p3", "sev3"), "info"),
}
# longer than any sense, and short enough for every calendar and database
_LONGEST = timedelta(days=3660)
_MOST_PERIODS = 400


@dataclass(frozen=True)
class Rule:
    """A rule in force on one metric, objective or key result; each of its slices is judged by itself.

    grain: periods of which are judged; None of OKRs, whose as-of days are.
    slice_sets: sorted dimension names; the empty tuple is the total.
    critical: while it holds too, the severity is critical.
    min_effect: least distance from the middle of comparable periods, in the metric's unit, for a z_score.
    renotify: None tells once. delay: how long after its end a period is judged.
    no_data_after: how long nothing may come of a slice before it is gone; None waits for ever.
    is_derived: it stands in no document, but follows from one.
    """

    subject_kind: SubjectKind
    subject_id: str
    rule_id: str
    condition: Condition
    critical: Condition | None
    severity: Severity
    channels: tuple[str, ...]
    title: str
    grain: Grain | None = None
    slice_sets: tuple[tuple[str, ...], ...] = ((),)
    for_periods: int = 1
    recover_periods: int = 1
    delay: timedelta = timedelta(0)
    min_effect: float = 0.0
    renotify: timedelta | None = None
    no_data_after: timedelta | None = None
    playbooks: tuple[str, ...] = ()
    on_backfill: bool = False
    is_derived: bool = False

    @property
    def names(self) -> frozenset[str]:
        """Everything that its conditions read."""
        return self.condition.names | (self.critical.names if self.critical else frozenset())

    def severity_of(self, *, is_critical: bool | None) -> Severity:
        """Its severity where the critical condition holds, does not, or there is none."""
        return "critical" if is_critical else self.severity


@dataclass(frozen=True)
class RuleProblem(Problem):
    """What is wrong with the rule of that id; `kind` and `document_id` say whose it is."""

    rule_id: str = ""


class UnusableError(Exception):
    """A field of a rule that cannot be read."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def unusable(kind: str, document_id: str, rule_id: str, path: str, error: Exception) -> RuleProblem:
    """A warning, since catalogs of other tools hold conditions in other languages; evaluation counts it as an error."""
    return RuleProblem(
        f"this rule is never evaluated: {error}",
        "warning",
        document_id=document_id,
        path=path,
        kind=kind,
        rule_id=rule_id,
    )


def shared_fields(rule: AlertRule | OkrAlertRule, names: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a `Rule` that metrics and objectives declare alike.

    Raises:
        UnusableError: one of them cannot be read.
    """
    critical = rule.critical_condition
    return {
        "condition": _condition("condition", rule.condition, names),
        "critical": None if critical is None else _condition("critical_condition", critical, names),
        "severity": _severity(rule.severity),
        "for_periods": _periods("for_periods", rule.for_periods),
        "recover_periods": _periods("recover_periods", rule.recover_periods),
        "renotify": duration_of("renotify_every", rule.renotify_every),
    }


def channels_of(own: list[str], of_document: list[str]) -> tuple[str, ...]:
    """Whom a rule tells: its own channels, else those of its document."""
    return tuple(dict.fromkeys(own or of_document))


def _condition(field: str, text: str, names: tuple[str, ...]) -> Condition:
    try:
        return parse_condition(text, names)
    except FormulaError as error:
        raise UnusableError(field, str(error)) from error


def _severity(word: str) -> Severity:
    found = _SEVERITY_WORDS.get(word.strip().lower())
    if found is None:
        raise UnusableError("severity", f"expected {', '.join(SEVERITIES)}, got {word!r}")
    return found


def duration_of(field: str, text: str | None) -> timedelta | None:
    """A length of time as it is written; None where none is.

    Raises:
        UnusableError: it is no length of time, or a senseless one.
    """
    if text is None:
        return None
    found = parse_duration(text)
    if found is None:
        raise UnusableError(field, f"expected a length of time such as '15 minutes' or 'daily', got {text!r}")
    if found > _LONGEST:
        raise UnusableError(field, f"expected at most 10 years, got {text!r}")
    return found


def _periods(field: str, number: int) -> int:
    if number > _MOST_PERIODS:
        raise UnusableError(field, f"expected at most {_MOST_PERIODS} periods, got {number}")
    return number


def rule_ids(rules: Iterable[AlertRule | OkrAlertRule]) -> list[str]:
    """What the rules of one document are called; those without a name by their place."""
    return [rule.rule_id or f"rule-{place}" for place, rule in enumerate(rules, 1)]
