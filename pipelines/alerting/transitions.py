"""What verdicts lead to: outcomes, and incidents that open, change or end. Pure but for one question to the books."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, cast

from sqlalchemy import Row

from pipelines.alerting.judging.evidence import metric_evidence, recovery, score_evidence
from pipelines.alerting.judging.observations import grain_of
from pipelines.alerting.judging.subjects import EvaluationMoment, Subject
from pipelines.alerting.judging.verdicts import reads_only_clock
from pipelines.alerting.lifecycle import LOOKBACK, Reading, Standing, Step, Turn, Verdict, walk
from pipelines.alerting.stored_incidents import Ended, IncidentEntry, Judged, Key, Told
from pipelines.calendar.periods import Calendar
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
    incidents: list[IncidentEntry] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def newly_firing(self) -> list[int]:
        """Places in `incidents` of those that begin to fire."""
        fired = {(one.key, one.turn) for one in self.told if one.event == "firing"}
        return [n for n, one in enumerate(self.incidents) if (one.key, one.turn) in fired]


@dataclass(frozen=True)
class Books:
    """What the books say before: open incidents and newest outcomes by key."""

    standing: Mapping[Key, Row[Any]]
    current: Mapping[Key, Row[Any]]
    ended: Callable[[Sequence[Key]], Mapping[Key, Ended]]


@dataclass(frozen=True)
class _Case:
    """A subject, what each of its periods did in turn, and the incident that stood before.

    gone: says that nothing has come of the slice for as long as its rule waits; then nothing stays open.
    first_turn: of its incidents in this evaluation.
    """

    subject: Subject
    row: Row[Any] | None
    turns: Sequence[Turn] = ()
    gone: str | None = None
    first_turn: int = 0

    @property
    def reading(self) -> Reading:
        """How it stands now."""
        return self.turns[-1].reading if self.turns else Reading()

    @property
    def judged(self) -> datetime | None:
        """The newest period that had a verdict."""
        found = [turn.reading.judged.start for turn in self.turns if turn.reading.judged is not None]
        return max(found, default=None)


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
        case = _case(subject, row, books.current.get(subject.key), moment)
        cases.append(replace(case, first_turn=first_turn))
    _refuse_repeated(cases, books, moment)
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


def _case(
    subject: Subject,
    row: Row[Any] | None,
    before: Row[Any] | None,
    moment: EvaluationMoment,
    is_refused: Callable[[Reading], bool] = lambda _: False,
) -> _Case:
    if subject.error or subject.held_back:
        return _Case(subject, row)
    is_same_grain = before is not None and before.grain == _grain(subject.rule)
    judged_before = before.period_start if before is not None and is_same_grain else None
    standing = Standing(row.state, row.severity) if row is not None else None
    places = range(min(subject.unjudged, max(1, len(subject.verdicts))) - 1, -1, -1)
    turns = [
        *walk(
            subject.verdicts,
            places,
            standing,
            subject.rule,
            judged_before=judged_before,
            is_refused=is_refused,
        )
    ]
    case = _with_gone(_Case(subject, row, turns), judged_before, moment)
    old = next((one for one in subject.old if one.outcome == "met"), None)
    is_quiet = standing is None and not any(turn.step for turn in case.turns)
    if is_quiet and old is not None and _is_older(old, case.reading):
        # an old period stands alone
        reading = replace(case.reading, judged=old, met=1, first=old.start)
        severity = subject.rule.severity_of(is_critical=old.is_critical)
        return replace(case, turns=[Turn(reading, Step("firing", severity), opens=True)], gone=None)
    return case


def _with_gone(case: _Case, judged_before: datetime | None, moment: EvaluationMoment) -> _Case:
    """The case, ended where nothing has come for as long as its rule waits; what came before is not judged anew."""
    rule = case.subject.rule
    newest = max((one for one in (judged_before, case.judged) if one is not None), default=None)
    if rule.no_data_after is None or newest is None:
        return case
    end = Calendar(moment.zone).end_of(grain_of(rule), newest)
    if end + rule.no_data_after > min(moment.as_of, moment.publication.as_of):
        return case
    shown = f"{end.astimezone(moment.zone):%Y-%m-%d %H:%M}"
    new = [
        turn
        for turn in case.turns
        if turn.reading.judged is not None
        and (judged_before is None or turn.reading.judged.start > judged_before)
    ]
    return replace(case, turns=new, gone=f"gone: nothing has come since {shown}, see no_data_after")


def _is_older(old: Verdict, reading: Reading) -> bool:
    return reading.judged is None or old.start < reading.judged.start


def _is_backfill(case: _Case) -> bool:
    return case.reading.judged is not None and any(case.reading.judged is old for old in case.subject.old)


def _refuse_repeated(cases: list[_Case], books: Books, moment: EvaluationMoment) -> None:
    """What a publication opened once, or people ended, opens again only by a later period."""
    opening = [case.subject.key for case in cases if any(turn.opens for turn in case.turns)]
    ended = books.ended(opening) if opening else {}
    for n, case in enumerate(cases):
        found = ended.get(case.subject.key)
        if found is not None:
            rule, before = case.subject.rule, books.current.get(case.subject.key)
            refused = partial(_is_repeated, found, is_of_clock=reads_only_clock(rule))
            again = _case(case.subject, case.row, before, moment, refused)
            if _is_backfill(again) and refused(again.reading):
                again = replace(again, turns=[replace(again.turns[0], step=None, opens=False)])
            cases[n] = replace(again, first_turn=case.first_turn)


def _is_repeated(ended: Ended, reading: Reading, *, is_of_clock: bool) -> bool:
    """Whether one that has ended told of this breach; of the age of data no publication says when it was met."""
    judged, first = reading.judged, reading.first
    if ended.by_hand is not None and judged is not None and judged.start <= ended.by_hand:
        return True
    until = ended.by_publication
    return not is_of_clock and until is not None and first is not None and first <= until


def _judged(case: _Case) -> Judged:
    subject, reading = case.subject, case.reading
    grain = _grain(subject.rule)
    if subject.error:
        return Judged(subject.key, "error", subject.error, grain)
    if subject.held_back:
        return Judged(subject.key, "suppressed", subject.held_back, grain)
    if case.gone:
        return Judged(subject.key, "no_data", case.gone, grain, case.judged)
    judged = reading.judged
    if judged is None:
        reason = (
            f"nothing is known of the newest {LOOKBACK + 1} periods: {reading.reason or 'none is published'}"
        )
        return Judged(subject.key, "no_data", _both(reason, subject.cut), grain, case.judged)
    if _is_backfill(case):
        return Judged(subject.key, "met", "an old period, by backfill", grain, value=judged.row.get("value"))
    value = judged.row.get("value", judged.row.get("progress"))
    return Judged(subject.key, reading.outcome, subject.cut, grain, judged.start, value)


def _both(*texts: str | None) -> str:
    return "; ".join(text for text in texts if text)


def _follow(found: Consequences, case: _Case, moment: EvaluationMoment) -> None:
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

    def __init__(self, found: Consequences, case: _Case, moment: EvaluationMoment) -> None:
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
    case: _Case, reading: Reading, decided: Step, evidence: Mapping[str, Any], moment: EvaluationMoment
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


def _evidence(case: _Case, judged: Verdict, moment: EvaluationMoment) -> dict[str, Any]:
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
