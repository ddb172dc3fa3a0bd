"""Which slices moved a total: what each contributed to its change, where the contributions add up to it."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from pipelines.alerting.judging.subjects import EvaluationMoment
from pipelines.alerting.stored_incidents import IncidentEntry
from pipelines.alerting.transitions import Consequences
from pipelines.calendar.periods import Calendar
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


class Parts(NamedTuple):
    """A value and what it was divided from, as published; nulls where there is none."""

    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True)
class Contribution:
    """What a slice added to the change of the total, in the metric's unit."""

    slice: str
    value: float | None
    previous_value: float | None
    contribution: float


def contributions(
    total: tuple[Parts, Parts], slices: Mapping[str, tuple[Parts, Parts]]
) -> list[Contribution]:
    """Contributions of the slices of one dimension, gravest first; none where they do not add up.

    Each pair is the period before and the period itself. Values that add up contribute their difference. Of a ratio a
    slice's part is its numerator over the total's denominator: n'/D' - n/D, in the metric's scale.
    """
    before, after = total
    if before.value is None or after.value is None:
        return []
    change = after.value - before.value
    for shares in (_differences(slices), _shares(total, slices)):
        if shares and math.isclose(
            math.fsum(shares.values()), change, rel_tol=1e-6, abs_tol=1e-9 * abs(after.value)
        ):
            ranked = sorted(shares, key=lambda one: (-abs(shares[one]), one))
            return [
                Contribution(one, slices[one][1].value, slices[one][0].value, shares[one]) for one in ranked
            ]
    return []


def _differences(slices: Mapping[str, tuple[Parts, Parts]]) -> dict[str, float]:
    return {one: (after.value or 0.0) - (before.value or 0.0) for one, (before, after) in slices.items()}


def _shares(total: tuple[Parts, Parts], slices: Mapping[str, tuple[Parts, Parts]]) -> dict[str, float]:
    """Shares of a ratio; empty where the total is none, or its scale is not the same in both periods."""
    scales = [scale for scale in map(_scale, total) if scale is not None]
    if not scales or not math.isclose(scales[0], scales[-1], rel_tol=1e-6):
        return {}
    before, after = (scales[0] / parts.denominator if parts.denominator else 0.0 for parts in total)
    return {
        one: after * (new.numerator or 0.0) - before * (old.numerator or 0.0)
        for one, (old, new) in slices.items()
    }


def _scale(parts: Parts) -> float | None:
    """What the quotient is multiplied by, such as 100 of a percentage; a value of 0 does not tell."""
    if not parts.value or not parts.numerator or not parts.denominator:
        return None
    return parts.value * parts.denominator / parts.numerator


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
