"""What verdicts lead to: incidents that open, change or end. Pure but for the one question what has ended before."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from sqlalchemy import Row

from pipelines.alerting.cases import (
    Books,
    Case,
    case_of,
    grain_name,
    is_backfill,
    outcome_of,
    refuse_repeated,
)
from pipelines.alerting.judging.evidence import metric_evidence, recovery, score_evidence
from pipelines.alerting.judging.subjects import EvaluationMoment, Subject
from pipelines.alerting.lifecycle import Reading, Step, Verdict
from pipelines.alerting.stored_incidents import IncidentEntry, Key, Told
from pipelines.alerting.stored_outcomes import Judged
from schemas.alerting.rule import Rule, RuleProblem
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
    incidents: list[IncidentEntry] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def newly_firing(self) -> list[int]:
        """Places in `incidents` of those that begin to fire."""
        fired = {(one.key, one.turn) for one in self.told if one.event == "firing"}
        return [n for n, one in enumerate(self.incidents) if (one.key, one.turn) in fired]


def draw(
    subjects: Sequence[Subject], problems: Iterable[RuleProblem], moment: EvaluationMoment, books: Books
) -> Consequences:
    """Draw the consequences of an evaluation."""
    found = Consequences()
    cases = []
    for subject in subjects:
        row, first_turn = books.standing.get(subject.key), 0
        if row is not None and row.evidence.get("backfill"):
            # it told of an old period, which is over by the time of the next evaluation
            _end(found, row, subject.key, {"reason": "backfill"})
            row, first_turn = None, 1
        case = case_of(subject, row, books.current.get(subject.key), moment)
        cases.append(replace(case, first_turn=first_turn))
    refuse_repeated(cases, books, moment)
    for case in cases:
        found.judged.append(outcome_of(case))
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


def _follow(found: Consequences, case: Case, moment: EvaluationMoment) -> None:
    """Write down what became of the incident that stood, and of those that opened since, in turn."""
    life = _Life(found, case, moment)
    for turn in case.turns:
        judged = turn.reading.judged
        if turn.step is None or judged is None:
            continue
        if turn.step.state == "resolved":
            life.end(recovery(judged, moment.zone))
        else:
            life.go_on(turn.reading, turn.step, judged)
    if case.gone:
        life.end({"reason": "gone", "detail": case.gone})
    life.close()


class _Life:
    """Incidents of one case, one after the other: the one that stands is `row`, as it is to be `incident`."""

    def __init__(self, found: Consequences, case: Case, moment: EvaluationMoment) -> None:
        self._found, self._case, self._moment = found, case, moment
        self._row, self._turn = case.row, case.first_turn
        self._incident: IncidentEntry | None = None
        self._is_changed = False

    def go_on(self, reading: Reading, decided: Step, judged: Verdict) -> None:
        """The condition is met, again or for the first time."""
        case, row, before = self._case, self._row, self._incident
        evidence = _evidence(case, judged, self._moment)
        if row is not None:
            evidence |= {name: row.evidence[name] for name in _IS_NO_CHANGE[1:] if name in row.evidence}
            self._is_changed = _is_changed(row, decided, judged, evidence, case.subject.rule)
        state, severity = (before.state, before.severity) if before else (None, None)
        if row is not None and before is None:
            state, severity = row.state, row.severity
        if state is None:
            self._tell("opened")
        fires = decided.state == "firing" and state in (None, "pending")
        if fires:
            self._tell("firing", {"severity": decided.severity})
        if decided.escalates:
            self._tell("escalated", {"from": severity, "to": decided.severity})
        stated = _opened(case, reading, decided, evidence, self._moment)
        self._incident = replace(
            stated,
            incident_id=row.incident_id if row is not None else None,
            first_period_start=before.first_period_start if before else stated.first_period_start,
            is_fired=fires or (before is not None and before.is_fired),
            turn=self._turn,
        )

    def end(self, detail: Mapping[str, Any]) -> None:
        """What stands is over, if anything does."""
        key, before = self._case.subject.key, self._incident
        if before is not None:
            evidence = {**before.evidence, "recovered": dict(detail)}
            self._found.incidents.append(replace(before, state="resolved", evidence=evidence))
            self._tell("resolved", detail)
        elif self._row is not None:
            _end(self._found, self._row, key, detail, self._turn)
        else:
            return
        self._row = self._incident = None
        self._turn += 1

    def close(self) -> None:
        """No period is left: what stands is written if it is new or has changed."""
        if self._incident is not None and (self._row is None or self._is_changed):
            self._found.incidents.append(self._incident)

    def _tell(self, event: str, detail: Mapping[str, Any] | None = None) -> None:
        self._found.told.append(Told(self._case.subject.key, event, detail or {}, self._turn))


def _end(found: Consequences, row: Row[Any], key: Key, detail: Mapping[str, Any], turn: int = 0) -> None:
    evidence = {**row.evidence, "recovered": dict(detail)}
    ended = IncidentEntry(key, "resolved", row.severity, row.title, evidence, incident_id=row.incident_id)
    found.incidents.append(replace(ended, last_period_start=row.last_period_start, turn=turn))
    found.told.append(Told(key, "resolved", detail, turn))


def _opened(
    case: Case, reading: Reading, decided: Step, evidence: Mapping[str, Any], moment: EvaluationMoment
) -> IncidentEntry:
    rule, key = case.subject.rule, case.subject.key
    return IncidentEntry(
        key,
        decided.state,
        decided.severity,
        f"{rule.title} · {key.slice}" if key.slice else rule.title,
        evidence,
        channels=rule.channels,
        playbooks=rule.playbooks,
        renotify_seconds=_renotify_seconds(rule),
        grain=grain_name(rule),
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


def _evidence(case: Case, judged: Verdict, moment: EvaluationMoment) -> dict[str, Any]:
    rule = case.subject.rule
    if rule.subject_kind != "metric":
        return score_evidence(rule, judged)
    metric = moment.catalog.metrics[rule.subject_id]
    found = metric_evidence(rule, metric, judged, moment.zone, moment.publication.data_through)
    return found | {"backfill": True} if is_backfill(case) else found


def _renotify_seconds(rule: Rule) -> int | None:
    return int(rule.renotify.total_seconds()) if rule.renotify else None
