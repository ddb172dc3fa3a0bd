"""A subject with what each of its periods did in turn and the incident that stood before; which outcome that makes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row

from pipelines.alerting.judging.observations import grain_of
from pipelines.alerting.judging.subjects import EvaluationMoment, Subject
from pipelines.alerting.judging.verdicts import reads_only_clock
from pipelines.alerting.lifecycle import LOOKBACK, Reading, Standing, Step, Turn, Verdict, walk
from pipelines.alerting.stored_incidents import Ended, Key
from pipelines.alerting.stored_outcomes import Judged
from pipelines.calendar.periods import Calendar
from schemas.alerting.rule import Rule


@dataclass(frozen=True)
class Books:
    """What the books say before: open incidents and newest outcomes by key."""

    standing: Mapping[Key, Row[Any]]
    current: Mapping[Key, Row[Any]]
    ended: Callable[[Sequence[Key]], Mapping[Key, Ended]]


@dataclass(frozen=True)
class Case:
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


def case_of(
    subject: Subject,
    row: Row[Any] | None,
    before: Row[Any] | None,
    moment: EvaluationMoment,
    is_refused: Callable[[Reading], bool] = lambda _: False,
) -> Case:
    """What the periods of a subject did in turn since it was judged last; `is_refused` of what must not open again."""
    if subject.error or subject.held_back:
        return Case(subject, row)
    is_same_grain = before is not None and before.grain == grain_name(subject.rule)
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
    case = _with_gone(Case(subject, row, turns), judged_before, moment)
    old = next((one for one in subject.old if one.outcome == "met"), None)
    is_quiet = standing is None and not any(turn.step for turn in case.turns)
    if is_quiet and old is not None and _is_older(old, case.reading):
        # an old period stands alone
        reading = replace(case.reading, judged=old, met=1, first=old.start)
        severity = subject.rule.severity_of(is_critical=old.is_critical)
        return replace(case, turns=[Turn(reading, Step("firing", severity), opens=True)], gone=None)
    return case


def _with_gone(case: Case, judged_before: datetime | None, moment: EvaluationMoment) -> Case:
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


def is_backfill(case: Case) -> bool:
    """Whether what was judged is an old period that a publication changed."""
    return case.reading.judged is not None and any(case.reading.judged is old for old in case.subject.old)


def refuse_repeated(cases: list[Case], books: Books, moment: EvaluationMoment) -> None:
    """What a publication opened once, or people ended, opens again only by a later period."""
    opening = [case.subject.key for case in cases if any(turn.opens for turn in case.turns)]
    ended = books.ended(opening) if opening else {}
    for n, case in enumerate(cases):
        found = ended.get(case.subject.key)
        if found is not None:
            rule, before = case.subject.rule, books.current.get(case.subject.key)
            refused = partial(_is_repeated, found, is_of_clock=reads_only_clock(rule))
            again = case_of(case.subject, case.row, before, moment, refused)
            if is_backfill(again) and refused(again.reading):
                again = replace(again, turns=[replace(again.turns[0], step=None, opens=False)])
            cases[n] = replace(again, first_turn=case.first_turn)


def _is_repeated(ended: Ended, reading: Reading, *, is_of_clock: bool) -> bool:
    """Whether one that has ended told of this breach; of the age of data no publication says when it was met."""
    judged, first = reading.judged, reading.first
    if ended.by_hand is not None and judged is not None and judged.start <= ended.by_hand:
        return True
    until = ended.by_publication
    return not is_of_clock and until is not None and first is not None and first <= until


def outcome_of(case: Case) -> Judged:
    """The outcome of a case, with the reason where there is no verdict."""
    subject, reading = case.subject, case.reading
    grain = grain_name(subject.rule)
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
    if is_backfill(case):
        return Judged(subject.key, "met", "an old period, by backfill", grain, value=judged.row.get("value"))
    value = judged.row.get("value", judged.row.get("progress"))
    return Judged(subject.key, reading.outcome, subject.cut, grain, judged.start, value)


def _both(*texts: str | None) -> str:
    return "; ".join(text for text in texts if text)


def grain_name(rule: Rule) -> str | None:
    """The grain of which a rule judges periods; None of OKRs."""
    return grain_of(rule).value if rule.subject_kind == "metric" else None
