"""What rules on metrics look at: the newest complete periods, and the comparable ones before them.

The calendar says which periods are judged, the same for every metric of a grain, so that a handful of statements
reads them for any number of rules, each row by the primary key.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from pipelines.alerting.judging.z_scores import comparable_starts
from pipelines.alerting.lifecycle import window
from pipelines.calendar.periods import Calendar
from pipelines.calendar.ranges import Range
from schemas.alerting.rule import Rule
from schemas.documents.documents import Grain

SeriesKey = tuple[str, str, str]
"""metric_id, grain and slice."""
# `offset 0` keeps each look-up by primary key apart; joined as a whole the planner would read all values there are
_ASKED = """
    from json_to_recordset(cast(:asked as json)) as a(i int, metric_id text, grain text, slice text, g int)
    join (select g, array_agg(start order by n) as starts
          from json_to_recordset(cast(:starts as json)) as s(g int, n int, start timestamptz) group by g) w using (g)
"""
_SAME_SERIES = "(v.metric_id, v.grain, v.slice) = (a.metric_id, a.grain, a.slice)"
_PERIODS = f"""
    select a.i, p.* {_ASKED} cross join lateral (
        select v.period_start, v.period_end, v.value, v.previous_value, v.change_pct, v.baseline_value,
               v.sample_count, v.status, v.publication_id
        from marts.metric_values v
        where {_SAME_SERIES} and v.period_start = any(w.starts) and v.is_complete offset 0) p
"""
_COMPARABLE = f"""
    select a.i, c.found {_ASKED} cross join lateral (
        select array_agg(v.value order by s.n) as found
        from unnest(w.starts) with ordinality s(start, n)
        left join marts.metric_values v on {_SAME_SERIES} and v.period_start = s.start and v.is_complete offset 0) c
"""
_ANOMALIES = """
    select subject_id, slice, grain, first_period_start, last_period_start from ops.incidents
    where label = 'anomaly' and subject_kind = 'metric' and first_period_start is not null
"""


class JudgedPeriod(NamedTuple):
    """A published, complete period of one series."""

    start: datetime
    end: datetime
    value: float | None
    previous_value: float | None
    change_pct: float | None
    baseline_value: float | None
    sample_count: int
    status: str
    publication_id: int


@dataclass(frozen=True)
class Look:
    """Which periods of a grain are judged, newest first, and which others each is compared with."""

    grain: Grain
    starts: tuple[datetime, ...]
    comparable: Mapping[datetime, tuple[datetime, ...]] = field(default_factory=dict)

    @cached_property
    def context(self) -> tuple[datetime, ...]:
        """Every period that any is compared with."""
        return tuple(sorted({start for starts in self.comparable.values() for start in starts}))


@dataclass(frozen=True)
class Series:
    """What is published of one metric, grain and slice: the judged periods and values of comparable ones."""

    periods: Mapping[datetime, JudgedPeriod]
    comparable: Mapping[datetime, float] = field(default_factory=dict)
    anomalies: Sequence[Range] = ()

    def usual(self, starts: Iterable[datetime]) -> list[float]:
        """Known values of comparable periods, apart from those that people called anomalies."""
        found = ((start, self.comparable.get(start)) for start in starts)
        return [
            value
            for start, value in found
            if value is not None and not any(low <= start < high for low, high in self.anomalies)
        ]


def newest_start(calendar: Calendar, rule: Rule, published: datetime, as_of: datetime) -> datetime:
    """Start of the newest period that is complete in the publication and over for as long as the rule waits."""
    grain = grain_of(rule)
    until = min(published, as_of - rule.delay)
    return calendar.step(grain, calendar.start_of(grain, until), -1)


def grain_of(rule: Rule) -> Grain:
    """The grain of a rule on a metric."""
    return rule.grain or Grain.DAY


class Looks:
    """The periods that rules look at, worked out once for all rules that look at the same."""

    def __init__(self, calendar: Calendar, published: datetime, as_of: datetime) -> None:
        self._calendar, self._published, self._as_of = calendar, published, as_of
        self._known: dict[tuple[Grain, timedelta, int, bool, datetime | None], Look] = {}

    def of(self, rule: Rule, first: datetime | None = None) -> Look:
        """Those of one rule: the newest, or all from `first` on, with as many before as their verdicts rest on."""
        compares = "z_score" in rule.names
        key = (grain_of(rule), rule.delay, window(rule), compares, first)
        if key not in self._known:
            newest = newest_start(self._calendar, rule, self._published, self._as_of)
            starts = [newest]
            while first is not None and starts[-1] > first:
                starts.append(self._calendar.step(key[0], starts[-1], -1))
            for _ in range(key[2] - 1):
                starts.append(self._calendar.step(key[0], starts[-1], -1))
            comparable = {
                start: comparable_starts(self._calendar, key[0], start) for start in starts if compares
            }
            self._known[key] = Look(key[0], tuple(starts), comparable)
        return self._known[key]


def read_series(
    connection: Connection, wanted: Sequence[tuple[SeriesKey, Look]], calendar: Calendar
) -> list[Series]:
    """What is published of each series in the periods looked at, in the order asked for. Three statements at most."""
    looks = list({id(look): look for _, look in wanted}.values())
    number = {id(look): g for g, look in enumerate(looks)}
    periods: list[dict[datetime, JudgedPeriod]] = [{} for _ in wanted]
    asked = [
        {"i": i, "metric_id": m, "grain": g, "slice": s, "g": number[id(look)]}
        for i, ((m, g, s), look) in enumerate(wanted)
    ]
    for i, *row in connection.execute(text(_PERIODS), _asked(asked, [look.starts for look in looks])):
        periods[i][row[0]] = JudgedPeriod(*row)
    comparing = [one for one, (_, look) in zip(asked, wanted, strict=True) if look.comparable]
    if not comparing:
        return [Series(found) for found in periods]
    values: dict[int, list[float | None]] = {
        row.i: row.found
        for row in connection.execute(text(_COMPARABLE), _asked(comparing, [look.context for look in looks]))
    }
    anomalies = _anomalies(connection, calendar)
    return [
        Series(
            found,
            {
                start: value
                for start, value in zip(look.context, values.get(i, ()), strict=False)
                if value is not None
            },
            anomalies.get((metric_id, one_slice), ()),
        )
        for i, (((metric_id, _, one_slice), look), found) in enumerate(zip(wanted, periods, strict=True))
    ]


def _asked(asked: Sequence[Mapping[str, Any]], groups: Sequence[Sequence[datetime]]) -> dict[str, str]:
    starts = [
        {"g": g, "n": n, "start": start.isoformat()}
        for g, group in enumerate(groups)
        for n, start in enumerate(group)
    ]
    return {"asked": json.dumps(asked), "starts": json.dumps(starts)}


def _anomalies(connection: Connection, calendar: Calendar) -> dict[tuple[str, str], list[Range]]:
    """Stretches of time that people called anomalies, by metric and slice."""
    found: dict[tuple[str, str], list[Range]] = {}
    for row in connection.execute(text(_ANOMALIES)):
        end = calendar.end_of(Grain(row.grain), row.last_period_start or row.first_period_start)
        found.setdefault((row.subject_id, row.slice), []).append((row.first_period_start, end))
    return found
