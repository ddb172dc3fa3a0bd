"""What verdicts lead to: outcomes, and incidents that open, change or end. Pure but for one question to the books."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row

from pipelines.alerting.books import Incident, Judged, Key, Told
from pipelines.alerting.evidence import metric_evidence, recovery, score_evidence
from pipelines.alerting.judging import reads_only_clock
from pipelines.alerting.lifecycle import LOOKBACK, Reading, Standing, Step, Verdict, read, step
from pipelines.alerting.observations import grain_of
from pipelines.alerting.subjects import Moment, Subject
from schemas.alerting.rules import Rule, RuleProblem
from schemas.alerting.vocabulary import SubjectKind

_PROBLEM_KINDS: Mapping[str, tuple[str, ...]] = {
    "metric": ("metric",),
    "objective": ("objective", "key_result"),
}
# changes with every minute that passes, or was worked out once, when the incident began to fire
_IS_NO_CHANGE = ("minutes_since_data", "contributions", "contributions_period_start")


@dataclass
class Consequences:
    """What is to be written."""

    judged: list[Judged] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def newly_firing(self) -> list[int]:
        """Places in `incidents` of those that begin to fire."""
        fired = {one.key for one in self.told if one.event == "firing"}
        return [n for n, one in enumerate(self.incidents) if one.key in fired and one.state != "resolved"]


@dataclass(frozen=True)
class Books:
    """What the books say before: open incidents and newest outcomes by key."""

    standing: Mapping[Key, Row[Any]]
    current: Mapping[Key, Row[Any]]
    # of keys: until which period incidents went that this publication opened and that have ended
    ended: Callable[[Sequence[Key]], Mapping[Key, datetime | None]]


@dataclass(frozen=True)
class _Case:
    """A subject, how it reads, and the incident that stands."""

    subject: Subject
    reading: Reading
    row: Row[Any] | None
    step: Step | None

    @property
    def opens(self) -> bool:
        return self.step is not None and self.row is None


def draw(
    subjects: Sequence[Subject], problems: Iterable[RuleProblem], moment: Moment, books: Books
) -> Consequences:
    """Draw the consequences of an evaluation."""
    found = Consequences()
    cases = []
    for subject in subjects:
        row = books.standing.get(subject.key)
        if row is not None and row.evidence.get("backfill"):
            # it told of an old period, which is over by the time of the next evaluation
            _end(found, row, subject.key, {"reason": "backfill"})
            row = None
        cases.append(_case(subject, row, books.current.get(subject.key)))
    _refuse_repeated(cases, books)
    for case in cases:
        found.judged.append(_judged(case))
        _follow(found, case, moment)
    found.judged += [
        Judged(Key(cast("SubjectKind", one.kind), one.document_id, one.rule_id), "error", one.message)
        for one in problems
    ]
    return found


def end_unjudged(
    found: Consequences,
    problems: Iterable[RuleProblem],
    standing: Mapping[Key, Row[Any]],
    documented: Collection[str],
) -> None:
    """End incidents of rules, slices and metrics that are no more.

    A metric that became documented has no numbers any more. A rule that became unusable leaves its own as they are.
    """
    judged = {
        one.key
        for one in found.judged
        if one.key.subject_kind != "metric" or one.key.subject_id not in documented
    }
    unusable = {(kind, one.document_id, one.rule_id) for one in problems for kind in _PROBLEM_KINDS[one.kind]}
    for key, row in standing.items():
        document_id = key.subject_id.split("/", 1)[0] if key.subject_kind == "key_result" else key.subject_id
        if key not in judged and (key.subject_kind, document_id, key.rule_id) not in unusable:
            _end(found, row, key, {"reason": "the rule, or what it was judged on, is no more"})


def _case(subject: Subject, row: Row[Any] | None, before: Row[Any] | None) -> _Case:
    if subject.error or subject.held_back:
        return _Case(subject, Reading(), row, None)
    is_same_grain = before is not None and before.grain == _grain(subject.rule)
    reading = read(subject.verdicts, before.period_start if before is not None and is_same_grain else None)
    standing = Standing(row.state, row.severity) if row is not None else None
    found = step(reading, standing, subject.rule)
    old = next((one for one in subject.old if one.outcome == "met"), None)
    if found is None and standing is None and old is not None and _is_older(old, reading):
        # an old period stands alone
        reading = replace(reading, judged=old, met=1, first=old.start)
        return _Case(
            subject, reading, row, Step("firing", subject.rule.severity_of(is_critical=old.is_critical))
        )
    return _Case(subject, reading, row, found)


def _is_older(old: Verdict, reading: Reading) -> bool:
    return reading.judged is None or old.start < reading.judged.start


def _is_backfill(case: _Case) -> bool:
    return case.reading.judged is not None and any(case.reading.judged is old for old in case.subject.old)


def _refuse_repeated(cases: list[_Case], books: Books) -> None:
    """What a publication opened once, and has ended, it does not open again, unless by a later period."""
    ended = books.ended([case.subject.key for case in cases if case.opens])
    for n, case in enumerate(cases):
        until = ended.get(case.subject.key)
        if (
            case.opens
            and until is not None
            # of the age of data no publication says when it was last met
            and not reads_only_clock(case.subject.rule)
            and case.reading.first is not None
            and case.reading.first <= until
        ):
            cases[n] = replace(case, step=None)


def _judged(case: _Case) -> Judged:
    subject, reading = case.subject, case.reading
    grain = _grain(subject.rule)
    if subject.error:
        return Judged(subject.key, "error", subject.error, grain)
    if subject.held_back:
        return Judged(subject.key, "suppressed", subject.held_back, grain)
    judged = reading.judged
    if judged is None:
        reason = (
            f"nothing is known of the newest {LOOKBACK + 1} periods: {reading.reason or 'none is published'}"
        )
        return Judged(subject.key, "no_data", reason, grain)
    if _is_backfill(case):
        return Judged(subject.key, "met", "an old period, by backfill", grain, value=judged.row.get("value"))
    value = judged.row.get("value", judged.row.get("progress"))
    return Judged(subject.key, reading.outcome, None, grain, judged.start, value)


def _follow(found: Consequences, case: _Case, moment: Moment) -> None:
    judged, decided = case.reading.judged, case.step
    if decided is None or judged is None:
        return
    key, row = case.subject.key, case.row
    if decided.state == "resolved" and row is not None:
        _end(found, row, key, recovery(judged, moment.zone))
        return
    evidence = _evidence(case, judged, moment)
    if row is None:
        found.told.append(Told(key, "opened"))
        found.incidents.append(_opened(case, decided, evidence, moment))
    elif _is_changed(row, decided, judged, evidence, case.subject.rule):
        kept = {name: row.evidence[name] for name in _IS_NO_CHANGE[1:] if name in row.evidence}
        stated = _opened(case, decided, evidence | kept, moment)
        found.incidents.append(replace(stated, incident_id=row.incident_id))
    if decided.state == "firing" and (row is None or row.state == "pending"):
        found.told.append(Told(key, "firing", {"severity": decided.severity}))
    if decided.escalates and row is not None:
        found.told.append(Told(key, "escalated", {"from": row.severity, "to": decided.severity}))


def _end(found: Consequences, row: Row[Any], key: Key, detail: Mapping[str, Any]) -> None:
    evidence = {**row.evidence, "recovered": dict(detail)}
    ended = Incident(key, "resolved", row.severity, row.title, evidence, incident_id=row.incident_id)
    found.incidents.append(replace(ended, last_period_start=row.last_period_start))
    found.told.append(Told(key, "resolved", detail))


def _opened(case: _Case, decided: Step, evidence: Mapping[str, Any], moment: Moment) -> Incident:
    rule, key, reading = case.subject.rule, case.subject.key, case.reading
    return Incident(
        key,
        decided.state,
        decided.severity,
        f"{rule.title} · {key.slice}" if key.slice else rule.title,
        evidence,
        channels=rule.channels,
        playbooks=rule.playbooks,
        renotify_seconds=_renotify_seconds(rule),
        grain=_grain(rule),
        first_period_start=reading.first,
        last_period_start=reading.judged.start if reading.judged else None,
        publication_id=moment.publication_id,
    )


def _is_changed(
    row: Row[Any], decided: Step, judged: Verdict, evidence: Mapping[str, Any], rule: Rule
) -> bool:
    before = (row.state, row.severity, row.last_period_start, _lasting(row.evidence))
    told = (row.channels, row.playbooks, row.renotify_seconds)
    return before != (decided.state, decided.severity, judged.start, _lasting(evidence)) or told != (
        list(rule.channels),
        list(rule.playbooks),
        _renotify_seconds(rule),
    )


def _lasting(evidence: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in evidence.items() if name not in _IS_NO_CHANGE}


def _evidence(case: _Case, judged: Verdict, moment: Moment) -> dict[str, Any]:
    rule = case.subject.rule
    if rule.subject_kind != "metric":
        return score_evidence(rule, judged)
    metric = moment.catalog.metrics[rule.subject_id]
    found = metric_evidence(rule, metric, judged, moment.zone, moment.publication.data_through)
    return found | {"backfill": True} if _is_backfill(case) else found


def _renotify_seconds(rule: Rule) -> int | None:
    return int(rule.renotify.total_seconds()) if rule.renotify else None


def _grain(rule: Rule) -> str | None:
    return grain_of(rule).value if rule.subject_kind == "metric" else None
