"""The first thing that is read of a report: what its numbers mean, each sentence by a rule of `words`."""

from collections import Counter
from collections.abc import Mapping, Sequence

from reports.documents.contents import words
from reports.documents.contents.basis import Basis
from reports.documents.contents.facts import Aim, KeyResultPace, Restated
from reports.documents.contents.incidents import PeriodIncident
from reports.documents.contents.metric_reading import MetricReading
from reports.documents.contents.metrics import importance_of, period_cell
from reports.documents.contents.movements import told_movements
from reports.documents.model import Sentence
from reports.models import Trust
from schemas.rounding import less


def summary_of(
    basis: Basis,
    readings: Mapping[str, MetricReading],
    results: Sequence[KeyResultPace],
    incidents: Sequence[PeriodIncident],
    trust: Trust,
) -> list[Sentence]:
    """How things stand, what changed and why, what was reached, what happened, and what is missing. One statement."""
    grain, shown = basis.period.grain, list(readings.values())
    aims = {one.metric.metric_id: aim for one in shown if (aim := _aim(one)) is not None}
    worst = sorted((readings[each] for each in aims if _is_missed(readings[each])), key=importance_of)
    missed = [aims[one.metric.metric_id] for one in worst]
    moved = told_movements(basis, readings)
    refused = trust.deliveries
    found = [
        words.standing(Counter(one.status for one in shown), grain),
        *(words.moved(one, grain) for one in moved),
        words.targets(list(aims.values()), missed, grain),
        *words.pace(results),
        _incidents(basis, incidents),
        words.restatements(_restated(basis, shown)),
        words.missing(_without_value(shown), grain),
        words.held_back({basis.name_of(each): why for each, why in trust.held_back.items()}),
        words.refused(refused.files_refused + refused.files_lost, refused.rows_refused) if refused else None,
        words.unknown(basis.scope.unknown),
        words.hidden(len(basis.hidden)),
    ]
    return [one for one in found if one is not None]


def _aim(one: MetricReading) -> Aim | None:
    """Where a metric should stand that wants to rise or fall, and has a target of such periods."""
    now, wanted, target = one.current, one.metric.definition.expected_direction, one.bounds.target
    if now is None or now.value is None or target is None or wanted is None or wanted.value == "maintain":
        return None
    if not now.is_complete:
        return None
    return Aim(one.metric.name, one.metric.definition.unit, now.value, target)


def _is_missed(one: MetricReading) -> bool:
    aim = _aim(one)
    sign = 1 if one.bounds.lower_is_worse else -1
    return aim is not None and less(sign * aim.value, sign * aim.target)


def _incidents(basis: Basis, found: Sequence[PeriodIncident]) -> Sentence | None:
    start, end = basis.window
    opened = sum(one.began >= start for one in found)
    resolved = sum(one.ended is not None and one.ended < end for one in found)
    still_open = [one.title for one in found if one.ended is None or one.ended >= end]
    return words.incidents(opened, resolved, still_open, basis.period.grain)


def _restated(basis: Basis, shown: Sequence[MetricReading]) -> list[Restated]:
    """Periods whose values were replaced since the report's period began, the newest first."""
    found = []
    for one in shown:
        values = {row.period_start: row for row in one.rows}
        for each in one.restatements:
            row = values.get(each.period_start.astimezone(basis.reporting_zone))
            if row is not None and each.last_published_at >= basis.window[0]:
                name, unit = one.metric.name, one.metric.definition.unit
                cell = period_cell(row.period_start, one.grain)
                found.append((each.period_start, Restated(name, unit, cell, each.first_value, row.value)))
    return [one for _, one in sorted(found, key=lambda pair: (-pair[0].timestamp(), pair[1].name))]


def _without_value(shown: Sequence[MetricReading]) -> list[str]:
    """Names of metrics that have had values, and have none now."""
    return [
        one.metric.name for one in shown if one.rows and (one.current is None or one.current.value is None)
    ]
