"""Rules applied to what is published: each rule on each slice or score, with its verdicts."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, text

from pipelines.alerting.judging.catching_up import Frontier, waiting
from pipelines.alerting.judging.observations import Look, Looks, Series, SeriesKey, grain_of, read_series
from pipelines.alerting.judging.okr_scores import judge_scores
from pipelines.alerting.judging.slices import slices_of
from pipelines.alerting.judging.verdicts import bounds_of, judge
from pipelines.alerting.judging.z_scores import comparable_starts
from pipelines.alerting.lifecycle import Verdict
from pipelines.alerting.stored_incidents import Key
from pipelines.alerting.watching.data_incidents import Ground
from pipelines.calendar.periods import Calendar
from schemas.alerting.rule import Rule
from schemas.documents.documents import Catalog

# a publication may change years of hours; whoever asked for old periods is told of the newest anyway
_MOST_OLD_PERIODS = 100
_CHANGED = """
    select a.i, v.period_start
    from json_to_recordset(cast(:asked as json)) as a(i int, metric_id text, grain text, slice text, before timestamptz)
    cross join lateral (
        select period_start from marts.metric_values v
        where (v.metric_id, v.grain, v.slice) = (a.metric_id, a.grain, a.slice) and v.period_start < a.before
          and v.publication_id > :since and v.is_complete
        order by v.period_start desc limit :most offset 0) v
    order by a.i, v.period_start desc
"""


@dataclass(frozen=True)
class EvaluationMoment:
    """What an evaluation stands on: a catalog, a publication, and the two clocks."""

    catalog: Catalog
    publication: Row[Any]
    as_of: datetime
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The zone that periods are of."""
        return ZoneInfo(self.publication.timezone)

    @property
    def publication_id(self) -> int:
        """Number of the publication."""
        return int(self.publication.publication_id)


@dataclass(frozen=True)
class Subject:
    """One rule on one slice or score: its verdicts, newest first, or why there are none.

    held_back: the data incident that keeps it from being judged. error: what went wrong.
    old: verdicts on old periods that were changed since the last evaluation, of rules that ask for them.
    unjudged: how many of the newest verdicts are on periods that were not judged before; at least the newest.
    cut: says that even older ones are left out.
    """

    rule: Rule
    key: Key
    verdicts: Sequence[Verdict] = ()
    held_back: str | None = None
    error: str | None = None
    old: Sequence[Verdict] = ()
    unjudged: int = 1
    cut: str | None = None


@dataclass
class _Slice:
    """A rule on a slice, on the way to its verdicts."""

    rule: Rule
    slice: str
    look: Look
    held_back: str | None
    series: Series | None = None
    old: Series | None = None
    old_look: Look | None = None
    after: datetime | None = None
    unjudged: int = 1
    cut: str | None = None

    @property
    def series_key(self) -> SeriesKey:
        return self.rule.subject_id, grain_of(self.rule).value, self.slice


def metric_subjects(
    connection: Connection,
    rules: Sequence[Rule],
    moment: EvaluationMoment,
    ground: Ground,
    held_back: Mapping[str, str],
    changed_since: int | None,
    current: Mapping[Key, Row[Any]],
    most: int,
) -> list[Subject]:
    """Judge rules on metrics. Ten statements at most, whatever their number.

    Args:
        connection: of the marts.
        rules: on metrics.
        moment: what is judged.
        ground: how old the data are.
        held_back: why a metric is not judged.
        changed_since: a publication; of rules that ask for it, older periods that later ones changed are judged too.
        current: the newest outcomes, which say what is judged already.
        most: how many periods are judged at most.
    """
    calendar = Calendar(moment.zone)
    looks, frontier = Looks(calendar, moment.publication.as_of, moment.as_of), Frontier(current, calendar)
    slices = [
        _Slice(rule, one, looks.of(rule), held_back.get(rule.subject_id), after=frontier.of(rule, one))
        for rule, names in zip(rules, slices_of(connection, rules), strict=True)
        for one in names
    ]
    judged = [one for one in slices if one.held_back is None]
    _look_back(connection, judged, looks, calendar, most)
    found = read_series(connection, [(one.series_key, one.look) for one in judged], calendar)
    for one, series in zip(judged, found, strict=True):
        one.series = series
    old = [one for one in judged if one.rule.on_backfill]
    if old and changed_since is not None:
        _read_old(connection, old, changed_since, calendar)
    return [_subject(one, moment, ground) for one in slices]


def _look_back(
    connection: Connection, slices: Sequence[_Slice], looks: Looks, calendar: Calendar, most: int
) -> None:
    """Look at every period since the one that was judged last, where there are more than the newest."""
    asked = [(one.series_key, one.look, one.after) for one in slices]
    for one, found in zip(slices, waiting(connection, asked, calendar, most), strict=True):
        if found.is_cut and one.after is not None:
            one.cut = (
                f"only the newest {most:,} periods are judged (MDL_JUDGE_PERIODS); older ones since "
                f"{one.after.astimezone(calendar.zone):%Y-%m-%d %H:%M} are left out"
            )
        if found.first is not None:
            one.look = looks.of(one.rule, found.first)
            one.unjudged = one.look.starts.index(found.first) + 1


def _read_old(connection: Connection, slices: Sequence[_Slice], since: int, calendar: Calendar) -> None:
    asked = [
        dict(zip(("i", "metric_id", "grain", "slice"), (i, *one.series_key), strict=True))
        | {"before": one.look.starts[one.unjudged - 1].isoformat()}
        for i, one in enumerate(slices)
    ]
    starts: dict[int, list[datetime]] = {}
    parameters = {"asked": json.dumps(asked), "since": since, "most": _MOST_OLD_PERIODS}
    for row in connection.execute(text(_CHANGED), parameters):
        starts.setdefault(row.i, []).append(row.period_start)
    changed = [slices[i] for i in starts]
    for one, found in zip(changed, starts.values(), strict=True):
        one.old_look = _look_at(one, found, calendar)
    series = read_series(
        connection, [(one.series_key, one.old_look) for one in changed if one.old_look], calendar
    )
    for one, each in zip(changed, series, strict=True):
        one.old = each


def _look_at(one: _Slice, starts: Sequence[datetime], calendar: Calendar) -> Look:
    """A look at some periods of a slice, and at those that a z_score compares them with."""
    compares, grain = "z_score" in one.rule.names, one.look.grain
    comparable = {start: comparable_starts(calendar, grain, start) for start in starts if compares}
    return Look(grain, tuple(starts), comparable)


def _subject(one: _Slice, moment: EvaluationMoment, ground: Ground) -> Subject:
    key = Key("metric", one.rule.subject_id, one.rule.rule_id, one.slice)
    if one.series is None:
        return Subject(one.rule, key, held_back=one.held_back)
    series = one.series
    bounds = bounds_of(
        moment.catalog.metrics[one.rule.subject_id],
        ground.minutes_since_data(one.rule.subject_id, moment.as_of),
    )

    def judged() -> Subject:
        old = judge(one.rule, one.old_look, one.old, bounds) if one.old and one.old_look else ()
        verdicts = judge(one.rule, one.look, series, bounds)
        return Subject(one.rule, key, verdicts, old=old, unjudged=one.unjudged, cut=one.cut)

    return _guarded(one.rule, key, judged)


def _guarded(rule: Rule, key: Key, judged: Callable[[], Subject]) -> Subject:
    try:
        return judged()
    except Exception as error:  # noqa: BLE001  one rule that fails must not keep the others from being judged
        return Subject(rule, key, error=f"{type(error).__name__}: {error}")


def score_subjects(
    connection: Connection,
    rules: Sequence[Rule],
    moment: EvaluationMoment,
    current: Mapping[Key, Row[Any]],
    most: int,
) -> list[Subject]:
    """Judge rules on objectives and key results, on each as-of day that has a score. Two statements at most."""
    keys = [Key(rule.subject_kind, rule.subject_id, rule.rule_id) for rule in rules]
    after = [current[key].period_start if key in current else None for key in keys]
    late = max((moment.as_of - one for one in after if one is not None), default=timedelta(0))
    judged = judge_scores(connection, rules, moment.as_of, moment.zone, min(max(late.days, 0), most))
    return [
        Subject(rule, key, verdicts, unjudged=_newer(verdicts, judged_before))
        for rule, key, verdicts, judged_before in zip(rules, keys, judged, after, strict=True)
    ]


def _newer(verdicts: Sequence[Verdict], judged_before: datetime | None) -> int:
    """How many are on days after one; the newest alone where there is none."""
    return max(1, sum(judged_before is not None and one.start > judged_before for one in verdicts))
