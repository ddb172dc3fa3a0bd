"""Whether alerts are judged and sent, in a word and with what is at fault."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from schemas.alerting.heartbeats import is_silent
from schemas.tables import alert_evaluations, heartbeats, publications

_EVALUATED_WITHIN = timedelta(minutes=5)
_MOST_FAULTS = 5


@dataclass(frozen=True)
class AlertingHealth:
    """Whether alerting does its work: ok, degraded, or off where it never ran."""

    status: str
    detail: str


def alerting_health(connection: Connection, now: datetime) -> AlertingHealth:
    """Judge by beats and evaluations. One statement.

    Degraded is a publication that has not been evaluated for five minutes, or a sensor that missed three beats and has
    been silent for two minutes.
    """
    newest = select(func.max(alert_evaluations.c.publication_id)).scalar_subquery()
    waiting = publications.c.created_at < now - _EVALUATED_WITHIN
    unevaluated = (
        select(func.min(publications.c.publication_id))
        .where(publications.c.publication_id > func.coalesce(newest, 0), waiting)
        .scalar_subquery()
    )
    names = func.array_agg(heartbeats.c.name).filter(is_silent(now))
    count, late, publication_id = connection.execute(
        select(func.count(), names, unevaluated).select_from(heartbeats)
    ).one()
    if not count:
        return AlertingHealth("off", "no sensor ever ran; `mdl up` starts them")
    faults = [f"publication {publication_id} is not evaluated"] if publication_id else []
    faults += [f"sensor {name} does not beat" for name in sorted(late or ())]
    if faults:
        return AlertingHealth("degraded", "; ".join(faults[:_MOST_FAULTS]))
    return AlertingHealth("ok", f"{count} sensors beat")
