"""Adds to incidents which slices moved the total that they are about."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from pipelines.alerting.judging.subjects import EvaluationMoment
from pipelines.alerting.stored_incidents import IncidentEntry
from pipelines.alerting.transitions import Consequences
from pipelines.calendar.periods import Calendar
from reports.contributions import Contribution, Parts, contributions
from schemas.documents.documents import Grain

_TOP = 3
# a flood of incidents is explained by the first of them; each costs two rows per slice
_MOST = 100
_SLICES = """
    select a.i, v.slice, v.period_start, v.value, v.numerator, v.denominator
    from json_to_recordset(cast(:asked as json))
        as a(i int, metric_id text, grain text, period_start timestamptz, before timestamptz)
    join marts.metric_slices s on (s.metric_id, s.grain) = (a.metric_id, a.grain) and s.slice not like '%,%'
    cross join lateral (
        select v.slice, v.period_start, v.value, v.numerator, v.denominator from marts.metric_values v
        where (v.metric_id, v.grain, v.slice) = (a.metric_id, a.grain, s.slice)
          and v.period_start in (a.period_start, a.before) offset 0) v
"""


def add_contributions(connection: Connection, found: Consequences, moment: EvaluationMoment) -> None:
    """Add to the evidence of totals that begin to fire what each slice contributed. One statement at most."""
    places = [n for n in found.newly_firing() if _is_total(found.incidents[n])][:_MOST]
    if not places:
        return
    calendar = Calendar(moment.zone)
    read = _read(connection, [_asked(i, found.incidents[n], calendar) for i, n in enumerate(places)])
    for i, n in enumerate(places):
        incident = found.incidents[n]
        start = incident.last_period_start or moment.as_of
        evidence = {
            **incident.evidence,
            "contributions": [vars(one) for one in _top(read.get(i, []), start)],
            "contributions_period_start": start.astimezone(moment.zone).isoformat(),
        }
        found.incidents[n] = replace(incident, evidence=evidence)


def _is_total(incident: IncidentEntry) -> bool:
    return incident.key.subject_kind == "metric" and not incident.key.slice


def _asked(number: int, incident: IncidentEntry, calendar: Calendar) -> dict[str, Any]:
    grain, start = Grain(incident.grain or "day"), incident.last_period_start
    return {
        "i": number,
        "metric_id": incident.key.subject_id,
        "grain": grain.value,
        "period_start": start.isoformat() if start else None,
        "before": calendar.step(grain, start, -1).isoformat() if start else None,
    }


_Found = tuple[str, datetime, Parts]


def _read(connection: Connection, asked: Sequence[Mapping[str, Any]]) -> dict[int, list[_Found]]:
    found: dict[int, list[_Found]] = {}
    for row in connection.execute(text(_SLICES), {"asked": json.dumps(asked)}):
        parts = Parts(row.value, row.numerator, row.denominator)
        found.setdefault(row.i, []).append((row.slice, row.period_start, parts))
    return found


def _top(rows: Iterable[_Found], start: datetime) -> list[Contribution]:
    """The gravest three of each dimension whose contributions add up."""
    nothing = Parts()
    by_dimension: dict[str, dict[str, tuple[Parts, Parts]]] = {}
    for one, period_start, parts in rows:
        pairs = by_dimension.setdefault(one.partition("=")[0], {})
        before, after = pairs.get(one, (nothing, nothing))
        pairs[one] = (before, parts) if period_start == start else (parts, after)
    total = by_dimension.pop("", {}).get("", (nothing, nothing))
    return [one for slices in by_dimension.values() for one in contributions(total, slices)[:_TOP]]
