"""The life of an incident: what the verdicts on consecutive periods do to it. Pure; knows no clock and no database.

Opening is strict: the last `for_periods` periods, without a gap, all met the condition. An end is patient: it takes
`recover_periods` in which the condition did not hold, and periods that nothing is known of count for neither.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from schemas.alerting.rule import Rule
from schemas.alerting.vocabulary import SEVERITIES, Severity

Outcome = Literal["met", "not_met", "no_data", "error", "suppressed"]
State = Literal["pending", "firing", "acknowledged", "resolved"]
LOOKBACK = 3
"""How many periods without a verdict may lie behind the one that is judged: data that come late by a day or two."""


@dataclass(frozen=True)
class Verdict:
    """What a rule says of one period; `row` holds the names it was judged by."""

    start: datetime
    outcome: Literal["met", "not_met", "no_data"]
    is_critical: bool = False
    reason: str | None = None
    row: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Reading:
    """What a series of verdicts says now.

    judged: the newest period with a verdict, None where there is none near enough.
    met, first: how many periods up to it met the condition without a gap, and the first of them.
    not_met: how many up to it did not, apart from periods that nothing is known of.
    """

    judged: Verdict | None = None
    met: int = 0
    first: datetime | None = None
    not_met: int = 0
    reason: str | None = None

    @property
    def outcome(self) -> Outcome:
        """Of the whole evaluation."""
        return self.judged.outcome if self.judged else "no_data"


@dataclass(frozen=True)
class Standing:
    """An incident that has not ended."""

    state: State
    severity: Severity


@dataclass(frozen=True)
class Step:
    """What becomes of an incident: its state and severity from now on; without a `Standing` before, it opens."""

    state: State
    severity: Severity
    escalates: bool = False


@dataclass(frozen=True)
class Turn:
    """What one period did when it was the newest; `opens` where no incident stood before."""

    reading: Reading
    step: Step | None = None
    opens: bool = False


def walk(
    verdicts: Sequence[Verdict],
    places: Iterable[int],
    standing: Standing | None,
    rule: Rule,
    *,
    judged_before: datetime | None = None,
    is_refused: Callable[[Reading], bool] = lambda _: False,
) -> Iterator[Turn]:
    """Let periods be the newest, one after the other; evaluation and trial of a rule are this one walk.

    Args:
        verdicts: on consecutive periods, newest first, with the `window` before the oldest that is walked.
        places: in `verdicts`, of the periods to walk, oldest first.
        standing: the incident before the first of them.
        rule: whose verdicts they are.
        judged_before: as of `read`.
        is_refused: whether an incident must not open by a reading.
    """
    for place in places:
        reading = read(verdicts[place : place + window(rule)], judged_before)
        decided = step(reading, standing, rule)
        opens = decided is not None and standing is None
        if opens and is_refused(reading):
            decided, opens = None, False
        if decided is not None:
            standing = None if decided.state == "resolved" else Standing(decided.state, decided.severity)
        yield Turn(reading, decided, opens)


def window(rule: Rule) -> int:
    """How many periods must be judged to know what a rule says now."""
    return max(rule.for_periods + LOOKBACK, rule.recover_periods * (LOOKBACK + 1))


def read(verdicts: Sequence[Verdict], judged_before: datetime | None = None) -> Reading:
    """Read verdicts on consecutive periods, newest first.

    Time does not run backwards: a verdict on a period older than `judged_before` says nothing new, as happens when
    the newest data were withdrawn or the clock was set back.
    """
    skipped = _unknown(verdicts)
    if skipped > LOOKBACK or skipped == len(verdicts):
        return Reading(reason=verdicts[0].reason if verdicts else None)
    known = verdicts[skipped:]
    judged = known[0]
    if judged_before is not None and judged.start < judged_before:
        return Reading(reason="nothing is known of any period since the one that was judged before")
    if judged.outcome == "not_met":
        return Reading(judged, not_met=_recovered(known))
    streak = [verdict.start for verdict in known[: _leading(known, "met")]]
    return Reading(judged, met=len(streak), first=streak[-1])


def step(reading: Reading, standing: Standing | None, rule: Rule) -> Step | None:
    """What happens; None where nothing does."""
    if reading.judged is None:
        return None
    if reading.judged.outcome == "met":
        return _breached(reading, standing, rule)
    if standing is None:
        return None
    is_over = standing.state == "pending" or reading.not_met >= rule.recover_periods
    return Step("resolved", standing.severity) if is_over else None


def _breached(reading: Reading, standing: Standing | None, rule: Rule) -> Step:
    is_critical = reading.judged is not None and reading.judged.is_critical
    severity = rule.severity_of(is_critical=is_critical)
    due: State = "firing" if reading.met >= rule.for_periods else "pending"
    if standing is None:
        return Step(due, severity)
    gravest = max(severity, standing.severity, key=SEVERITIES.index)
    is_told = standing.state != "pending"
    return Step(
        standing.state if is_told else due, gravest, escalates=is_told and gravest != standing.severity
    )


def _unknown(verdicts: Sequence[Verdict]) -> int:
    return _leading(verdicts, "no_data")


def _leading(verdicts: Sequence[Verdict], outcome: str) -> int:
    return next((n for n, verdict in enumerate(verdicts) if verdict.outcome != outcome), len(verdicts))


def _recovered(verdicts: Sequence[Verdict]) -> int:
    """How many did not meet the condition, up to the first that did or a gap that is too long."""
    count = gap = 0
    for verdict in verdicts:
        gap = gap + 1 if verdict.outcome == "no_data" else 0
        if verdict.outcome == "met" or gap > LOOKBACK:
            break
        count += verdict.outcome == "not_met"
    return count
