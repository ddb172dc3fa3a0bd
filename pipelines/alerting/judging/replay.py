"""A rule tried on published history: which incidents it would have made, by the same judge and the same life cycle."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from pipelines.alerting.judging.observations import Look, grain_of, read_series
from pipelines.alerting.judging.slices import slices_of
from pipelines.alerting.judging.verdicts import bounds_of, judge
from pipelines.alerting.judging.z_scores import comparable_starts
from pipelines.alerting.lifecycle import Verdict, walk, window
from pipelines.calendar.periods import Calendar, from_us
from pipelines.calendar.ranges import Range
from schemas.alerting.rule import Rule
from schemas.alerting.vocabulary import Severity
from schemas.documents.documents import Metric

_PUBLISHED = """
    select min(first_period_start) as low, (select max(as_of) from ops.publications) as high
    from marts.metric_slices where (metric_id, grain) = (:metric_id, :grain)
"""


@dataclass
class Replayed:
    """An incident that a rule would have made.

    first, last: periods with which the breach begins and ends. fired: the period that made it fire, None where too few
    followed. breaches: verdicts on the periods that met the condition.
    """

    rule_id: str
    slice: str
    first: datetime
    severity: Severity
    fired: datetime | None = None
    last: datetime | None = None
    is_over: bool = False
    breaches: list[Verdict] = field(default_factory=list)

    def gravest(self, usual: float | None) -> Verdict:
        """The breach with the greatest z-score, else the one farthest from the usual value."""

        def gravity(verdict: Verdict) -> float:
            z, value = verdict.row.get("z_score"), verdict.row.get("value")
            if z is not None:
                return abs(float(z))
            return abs(float(value) - (usual or 0.0)) if value is not None else 0.0

        return max(self.breaches, key=gravity)


@dataclass(frozen=True)
class History:
    """What a rule would have made of one slice; `known` counts the periods on which it had a verdict."""

    slice: str
    periods: int
    known: int
    usual: float | None
    incidents: Sequence[Replayed]


def replay(
    connection: Connection, rule: Rule, metric: Metric, zone: ZoneInfo, first: date | None, last: date | None
) -> list[History]:
    """Judge a rule on a metric as if every complete period of the days from `first` to `last` had been the newest.

    How old data were at the time is not known, so `minutes_since_data` is null. Five statements.
    """
    calendar, grain = Calendar(zone), grain_of(rule)
    span = _span(connection, rule, zone, first, last)
    if span is None:
        return []
    inside = [from_us(start) for start in calendar.starts(grain, span)[:-1].tolist()]
    before = [calendar.step(grain, inside[0], -count) for count in range(1, window(rule))]
    starts = (*reversed(inside), *before)
    compares = "z_score" in rule.names
    look = Look(grain, starts, {one: comparable_starts(calendar, grain, one) for one in starts if compares})
    (slices,) = slices_of(connection, [rule])
    keys = [((rule.subject_id, grain.value, one), look) for one in slices]
    bounds = bounds_of(metric, None)
    found = []
    for one, series in zip(slices, read_series(connection, keys, calendar), strict=True):
        verdicts = judge(rule, look, series, bounds)
        judged = verdicts[: len(inside)]
        values = [period.value for period in series.periods.values() if period.value is not None]
        found.append(
            History(
                one,
                sum(verdict.start in series.periods for verdict in judged),
                sum(verdict.outcome != "no_data" for verdict in judged),
                median(values) if values else None,
                list(_lives(rule, one, verdicts, len(inside))),
            )
        )
    return found


def _span(
    connection: Connection, rule: Rule, zone: ZoneInfo, first: date | None, last: date | None
) -> Range | None:
    """The instants between which periods begin: what is published, cut to the days asked for."""
    grain = grain_of(rule).value
    published = connection.execute(text(_PUBLISHED), {"metric_id": rule.subject_id, "grain": grain}).one()
    if published.low is None or published.high is None:
        return None
    begin = datetime.combine(first, time(), zone) if first else published.low
    end = datetime.combine(last + timedelta(days=1), time(), zone) if last else published.high
    span = max(begin, published.low), min(end, published.high)
    return span if span[0] < span[1] else None


def _lives(rule: Rule, one_slice: str, verdicts: Sequence[Verdict], count: int) -> Iterator[Replayed]:
    """Incidents in order of time; `verdicts` are newest first, the newest `count` of them are judged."""
    incident: Replayed | None = None
    for turn in walk(verdicts, range(count - 1, -1, -1), None, rule):
        reading, decided = turn.reading, turn.step
        if decided is None or reading.judged is None:
            continue
        if incident is None:
            incident = Replayed(
                rule.rule_id, one_slice, reading.first or reading.judged.start, decided.severity
            )
        if decided.state == "resolved":
            incident.is_over = True
            yield incident
            incident = None
            continue
        incident.severity = decided.severity
        if decided.state == "firing" and incident.fired is None:
            incident.fired = reading.judged.start
        if incident.last != reading.judged.start:
            incident.last = reading.judged.start
            incident.breaches.append(reading.judged)
    if incident is not None:
        yield incident
