"""When a sensor that notes its heartbeats counts as silent."""

from datetime import datetime

from sqlalchemy import ColumnElement, DateTime, func, literal

from schemas.tables import heartbeats

# the rule MdlSensorIsSilent counts the same: people are told within five minutes
_MISSED_BEATS = 3
_LEAST_SILENCE_SECONDS = 120


def is_silent(now: datetime) -> ColumnElement[bool]:
    """Whether a sensor has done nothing for three of its intervals, or two minutes where that is longer."""
    seconds = func.extract("epoch", literal(now, DateTime(timezone=True)) - heartbeats.c.last_succeeded_at)
    patience = func.greatest(_MISSED_BEATS * heartbeats.c.expected_every_seconds, _LEAST_SILENCE_SECONDS)
    return func.coalesce(seconds > patience, True)
