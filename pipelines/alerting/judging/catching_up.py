"""Which periods a rule has not judged yet on a slice: those since the newest that it had a verdict on.

A run may bring many periods at once, and a breach in one that never was the newest is a breach all the same. How far
back is bounded; where the bound leaves periods out, that is said.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, text

from pipelines.alerting.judging.observations import Look, SeriesKey, grain_of, newest_start
from pipelines.alerting.stored_incidents import Key
from pipelines.calendar.periods import Calendar
from schemas.alerting.rule import Rule

_SERIES = "(v.metric_id, v.grain, v.slice) = (a.metric_id, a.grain, a.slice) and v.is_complete"
_WAITING = f"""
    select a.i, f.period_start as first, a.after < a.low and exists (
        select from marts.metric_values v
        where {_SERIES} and v.period_start > a.after and v.period_start < a.low offset 0) as is_cut
    from json_to_recordset(cast(:asked as json)) as a(i int, metric_id text, grain text, slice text,
        after timestamptz, low timestamptz, newest timestamptz)
    left join lateral (
        select v.period_start from marts.metric_values v
        where {_SERIES} and v.period_start > a.after and v.period_start >= a.low and v.period_start < a.newest
        order by v.period_start limit 1) f on true
"""


class Waiting(NamedTuple):
    """Older periods that wait to be judged: the first of them, and whether even earlier ones are left out."""

    first: datetime | None
    is_cut: bool


class Frontier:
    """Up to which period each rule has been judged on each slice, as the newest outcomes say."""

    def __init__(self, current: Mapping[Key, Row[Any]], calendar: Calendar) -> None:
        self._current, self._calendar = current, calendar
        self._of_rule: dict[tuple[str, str, str], datetime] = {}
        for key, row in current.items():
            if key.subject_kind == "metric" and row.period_start is not None:
                own = (key.subject_id, key.rule_id, row.grain)
                self._of_rule[own] = max(row.period_start, self._of_rule.get(own, row.period_start))

    def of(self, rule: Rule, one_slice: str) -> datetime | None:
        """The newest period that is judged; None where a rule is judged for the first time.

        A slice that never had a verdict has waited since the publication on which that was first found. One that is
        new begins where its rule stands on the others.
        """
        grain = grain_of(rule).value
        row = self._current.get(Key("metric", rule.subject_id, rule.rule_id, one_slice))
        if row is None or row.grain != grain:
            return self._of_rule.get((rule.subject_id, rule.rule_id, grain))
        judged: datetime | None = row.period_start
        if judged is not None or row.since is None:
            return judged
        return newest_start(self._calendar, rule, row.since, row.since)


def waiting(
    connection: Connection,
    asked: Sequence[tuple[SeriesKey, Look, datetime | None]],
    calendar: Calendar,
    most: int,
) -> list[Waiting]:
    """What waits between the period that was judged last and the newest, of each series. One statement at most.

    Args:
        connection: of the marts.
        asked: series, how the newest periods are looked at, and the newest judged period if there is one.
        calendar: of the periods.
        most: how many periods are judged at most, with the newest.
    """
    found = [Waiting(None, is_cut=False)] * len(asked)
    looks = {id(look): look for _, look, _ in asked}
    lows = {n: calendar.step(look.grain, look.starts[0], 1 - most) for n, look in looks.items()}
    rows = [
        dict(zip(("i", "metric_id", "grain", "slice"), (i, *series), strict=True))
        | {
            "after": after.isoformat(),
            "low": lows[id(look)].isoformat(),
            "newest": look.starts[0].isoformat(),
        }
        for i, (series, look, after) in enumerate(asked)
        if after is not None and after < look.starts[1]
    ]
    if rows:
        for row in connection.execute(text(_WAITING), {"asked": json.dumps(rows)}):
            found[row.i] = Waiting(row.first, row.is_cut)
    return found
