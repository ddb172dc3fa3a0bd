"""The rules in force: what documents declare, and what follows from thresholds and objectives that declare none."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from schemas.alerting.conditions import METRIC_NAMES, OKR_NAMES, Condition, parse_condition
from schemas.alerting.vocabulary import SEVERITIES, Severity, SubjectKind
from schemas.documents.documents import AlertRule, Catalog, Grain, Metric, Objective, OkrAlertRule
from schemas.documents.durations import parse_duration
from schemas.documents.problems import Problem
from schemas.documents.thresholds import thresholds_of
from schemas.formula.errors import FormulaError

_SEVERITY_WORDS: Mapping[str, Severity] = {
    **{name: name for name in SEVERITIES},
    **dict.fromkeys(("error", "high", "page", "emergency", "fatal", "p1", "sev1"), "critical"),
    **dict.fromkeys(("warn", "medium", "ticket", "p2", "sev2"), "warning"),
    **dict.fromkeys(("low", "notice", "information", "p3", "sev3"), "info"),
}
# longest period of each grain, to compare windows with
_LENGTHS: Mapping[Grain, timedelta] = {
    Grain.MINUTE: timedelta(minutes=1),
    Grain.HOUR: timedelta(hours=1),
    Grain.DAY: timedelta(days=1),
    Grain.WEEK: timedelta(weeks=1),
    Grain.MONTH: timedelta(days=31),
    Grain.QUARTER: timedelta(days=92),
    Grain.YEAR: timedelta(days=366),
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


@dataclass(frozen=True)
class Rules:
    """The rules of a catalog, and what is wrong with those that could not be read."""

    rules: tuple[Rule, ...]
    problems: tuple[RuleProblem, ...]


def rule_problems(document: Metric | Objective) -> list[Problem]:
    """What is wrong with the rules of one document."""
    if not isinstance(document, Metric):
        return [each for each in _of_objective(document) if isinstance(each, Problem)]
    found = [each for each in _of_metric(document) if isinstance(each, Problem)]
    return [*found, *_short_windows(document)]


def _short_windows(metric: Metric) -> Iterator[Problem]:
    """Rules whose window is shorter than every grain: what is judged is a longer period than they say."""
    finest = metric.grains[0]
    for index, rule in enumerate(metric.targets_and_alerts.alert_rules):
        length = parse_duration(rule.evaluation_window) if rule.evaluation_window else None
        if length is not None and length < _LENGTHS[finest]:
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
        for found in _of_metric(metric):
            _sort(found, rules, problems)
    for objective in catalog.objectives.values():
        for found in _of_objective(objective):
            _sort(found, rules, problems)
    return Rules(tuple(rules), tuple(problems))


def _sort(found: Rule | RuleProblem, rules: list[Rule], problems: list[RuleProblem]) -> None:
    if isinstance(found, Rule):
        rules.append(found)
    else:
        problems.append(found)


# ---- metrics ---------------------------------------------------------------------------------------------


def _of_metric(metric: Metric) -> Iterator[Rule | RuleProblem]:
    declared = metric.targets_and_alerts.alert_rules
    if not declared:
        yield from _of_thresholds(metric)
    for index, (rule, rule_id) in enumerate(zip(declared, rule_ids(declared), strict=True)):
        path = f"targets_and_alerts.alert_rules[{index}]"
        try:
            yield _metric_rule(metric, rule, rule_id)
        except _UnusableError as error:
            yield _problem("metric", metric.metric_id, rule_id, f"{path}.{error.field}", error)


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


class _UnusableError(Exception):
    """A field of a rule that cannot be read."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def _metric_rule(metric: Metric, rule: AlertRule, rule_id: str, *, is_derived: bool = False) -> Rule:
    targets = metric.targets_and_alerts
    return Rule(
        subject_kind="metric",
        subject_id=metric.metric_id,
        rule_id=rule_id,
        **_common(rule, METRIC_NAMES),
        channels=_told(rule.notify_channels, targets.notify_channels),
        title=rule.description or f"{metric.name}: {rule.condition}",
        # the one whose status scorecards and summaries show
        grain=metric.current_grain if is_derived else _grain(metric, rule.evaluation_window),
        slice_sets=_slice_sets(metric, rule.slices),
        delay=_duration("evaluation_delay", rule.evaluation_delay) or timedelta(0),
        min_effect=rule.min_effect or 0.0,
        no_data_after=_duration("no_data_after", rule.no_data_after),
        playbooks=tuple(_playbooks(metric)),
        on_backfill=rule.on_backfill,
        is_derived=is_derived,
    )


def _grain(metric: Metric, window: str | None) -> Grain:
    """The largest offered grain that is not longer than the window; the finest where all are; without one, days."""
    length = _duration("evaluation_window", window) or timedelta(days=1)
    fitting = [grain for grain in metric.grains if _LENGTHS[grain] <= length]
    return fitting[-1] if fitting else metric.grains[0]


def _slice_sets(metric: Metric, slices: Iterable[str | dict[str, str]]) -> tuple[tuple[str, ...], ...]:
    chosen = [_slice_set(metric, one) for one in slices]
    return tuple(dict.fromkeys(chosen)) or ((),)


def _slice_set(metric: Metric, one: str | dict[str, str]) -> tuple[str, ...]:
    if one == "total":
        return ()
    if not (isinstance(one, dict) and set(one) == {"by"}):
        raise _UnusableError("slices", f"expected `total` or `by: <dimension>`, got {one!r}")
    names = tuple(sorted(name.strip() for name in one["by"].split(",")))
    if names not in metric.slice_sets:
        offered = ", ".join(",".join(each) for each in metric.slice_sets if each) or "none"
        raise _UnusableError(
            "slices", f"the metric is not sliced by {one['by']!r}; its dimensions and breakdowns: {offered}"
        )
    return names


def _playbooks(metric: Metric) -> Iterator[str]:
    for one in metric.operational_usage.linked_playbooks:
        yield one if isinstance(one, str) else str(one.get("url") or one.get("name") or "")


# ---- objectives and key results --------------------------------------------------------------------------

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


def _of_objective(objective: Objective) -> Iterator[Rule | RuleProblem]:
    """Rules of an objective that is pursued, and of its key results."""
    if objective.status in ("draft", "planning", "on_hold", "completed", "cancelled"):
        return
    declared = objective.alert_rules
    rules = declared or _DEFAULTS
    for index, (rule, rule_id) in enumerate(zip(rules, rule_ids(rules), strict=True)):
        try:
            yield from _okr_rules(objective, rule, rule_id, is_derived=not declared)
        except _UnusableError as error:
            path = f"alert_rules[{index}].{error.field}"
            yield _problem("objective", objective.objective_id, rule_id, path, error)


def _okr_rules(objective: Objective, rule: OkrAlertRule, rule_id: str, *, is_derived: bool) -> Iterator[Rule]:
    subjects: list[tuple[SubjectKind, str, str]] = []
    if rule.applies_to != "key_results":
        subjects.append(("objective", objective.objective_id, objective.name))
    if rule.applies_to != "objective":
        subjects += [
            ("key_result", f"{objective.objective_id}/{result.kr_id}", f"{objective.name}: {result.name}")
            for result in objective.key_results
        ]
    common = _common(rule, OKR_NAMES)
    for kind, subject_id, name in subjects:
        yield Rule(
            subject_kind=kind,
            subject_id=subject_id,
            rule_id=rule_id,
            **common,
            channels=_told(rule.notify_channels, objective.notify_channels),
            title=f"{name}: {rule.description or rule_id.replace('_', ' ')}",
            is_derived=is_derived,
        )


def _problem(kind: str, document_id: str, rule_id: str, path: str, error: Exception) -> RuleProblem:
    """A warning, since catalogs of other tools hold conditions in other languages; evaluation counts it as an error."""
    return RuleProblem(
        f"this rule is never evaluated: {error}",
        "warning",
        document_id=document_id,
        path=path,
        kind=kind,
        rule_id=rule_id,
    )


# ---- what both have --------------------------------------------------------------------------------------


def _common(rule: AlertRule | OkrAlertRule, names: tuple[str, ...]) -> dict[str, Any]:
    critical = rule.critical_condition
    return {
        "condition": _condition("condition", rule.condition, names),
        "critical": None if critical is None else _condition("critical_condition", critical, names),
        "severity": _severity(rule.severity),
        "for_periods": _periods("for_periods", rule.for_periods),
        "recover_periods": _periods("recover_periods", rule.recover_periods),
        "renotify": _duration("renotify_every", rule.renotify_every),
    }


def _told(own: list[str], of_document: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(own or of_document))


def _condition(field: str, text: str, names: tuple[str, ...]) -> Condition:
    try:
        return parse_condition(text, names)
    except FormulaError as error:
        raise _UnusableError(field, str(error)) from error


def _severity(word: str) -> Severity:
    found = _SEVERITY_WORDS.get(word.strip().lower())
    if found is None:
        raise _UnusableError("severity", f"expected {', '.join(SEVERITIES)}, got {word!r}")
    return found


def _duration(field: str, text: str | None) -> timedelta | None:
    if text is None:
        return None
    found = parse_duration(text)
    if found is None:
        raise _UnusableError(
            field, f"expected a length of time such as '15 minutes' or 'daily', got {text!r}"
        )
    if found > _LONGEST:
        raise _UnusableError(field, f"expected at most 10 years, got {text!r}")
    return found


def _periods(field: str, number: int) -> int:
    if number > _MOST_PERIODS:
        raise _UnusableError(field, f"expected at most {_MOST_PERIODS} periods, got {number}")
    return number


def rule_ids(rules: Iterable[AlertRule | OkrAlertRule]) -> list[str]:
    """What the rules of one document are called; those without a name by their place."""
    return [rule.rule_id or f"rule-{place}" for place, rule in enumerate(rules, 1)]
