"""Reads what the chart of a key result is made of: the standing, and the values on the way to it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from reports.charts.data import Pace, PacePoint
from reports.charts.trend import projected_range
from reports.models import AsOf, Trust
from reports.scores.models import KeyResultStanding, ObjectiveStanding
from reports.values import ValuesQuery, values
from schemas.catalog.check_ins import read_check_ins
from schemas.identity.readers import Reader

_MOST_CHECK_INS = 500
_MOST_VALUES = 2_000
_DAY_SECONDS = 86_400


def read_pace(
    connection: Connection,
    objective: ObjectiveStanding,
    key_result: KeyResultStanding,
    trust: Trust,
    reader: Reader,
    as_of: AsOf | None = None,
) -> Pace | None:
    """The way of a key result of the scorecard that `trust` and `as_of` are of. At most four statements.

    None where the objective has no timeframe, since there is no pace without one.

    Raises:
        TooManyRowsError: more than 2,000 values.
    """
    if (
        objective.start_date is None
        or objective.end_date is None
        or objective.end_date < objective.start_date
    ):
        return None
    zone = ZoneInfo(trust.timezone)
    end = datetime.combine(objective.end_date + timedelta(days=1), time(), tzinfo=zone)
    points = _measured(connection, objective, key_result, trust, reader, as_of)
    within = [point for point in points if point.at <= end]
    is_projected = key_result.projected_value is not None
    days = [((point.at - end).total_seconds() / _DAY_SECONDS, point.value) for point in within]
    return Pace(
        objective_name=objective.name,
        key_result=key_result,
        start=objective.start_date,
        end=objective.end_date,
        as_of=trust.as_of.astimezone(zone),
        points=tuple(within),
        projected_range=projected_range(days) if is_projected else None,
        trust=trust,
    )


def _measured(
    connection: Connection,
    objective: ObjectiveStanding,
    key_result: KeyResultStanding,
    trust: Trust,
    reader: Reader,
    as_of: AsOf | None,
) -> list[PacePoint]:
    """Values from the first day of the timeframe on, at the grain that the score was made of; else check-ins."""
    start, zone = objective.start_date, ZoneInfo(trust.timezone)
    grain = key_result.evidence.get("grain")
    if key_result.metric_id and grain:
        wanted = ValuesQuery(
            metric_id=key_result.metric_id,
            grain=grain,
            start=start,
            end=objective.end_date,
            as_of=as_of,
            is_complete=True,
            at_most=_MOST_VALUES,
        )
        rows = values(connection, wanted, reader).rows
        return [PacePoint(row.period_end, row.value) for row in rows if row.value is not None]
    if key_result.evidence.get("source") != "check-in":
        return []
    found, _ = read_check_ins(connection, objective.objective_id, key_result.kr_id, 1, _MOST_CHECK_INS)
    points = [PacePoint(one.checked_in_at.astimezone(zone), one.value) for one in reversed(found)]
    return [point for point in points if point.at <= trust.as_of and start and point.at.date() >= start]
