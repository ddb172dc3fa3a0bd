"""What an Alertmanager was told and has to be told again and again, as it forgets: no rows of its own are sent."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, text

from pipelines.alerting.delivery.claims import told_incident
from pipelines.alerting.delivery.message import Message
from schemas.alerting.vocabulary import SEVERITIES

# What an Alertmanager was told and forgets when it restarts; ends for a while too, should one have been overtaken.
_STANDING = """
from ops.incidents i
join ops.deliveries f on f.incident_id = i.incident_id and f.event = 'firing' and f.state = 'delivered'
left join ops.deliveries r on r.incident_id = i.incident_id and r.target = f.target and r.event = 'resolved'
where (i.state in ('firing', 'acknowledged')
       or (i.state = 'resolved' and i.resolved_at > cast(:now as timestamptz) - interval '1 hour'
           and r.state = 'delivered' and r.ended_at > cast(:now as timestamptz) - interval '15 minutes'))
"""
_STANDING_TARGETS = f"select distinct f.target {_STANDING} and f.target like 'alertmanager%'"
_STANDING_ROWS = f"""
select i.*, (select array_agg(distinct t.severity order by t.severity) from ops.deliveries t
             where t.incident_id = i.incident_id and t.target = f.target and t.attempts > 0) as told_severities
{_STANDING} and f.target = :target order by i.incident_id
"""


def standing_targets(connection: Connection, now: datetime) -> list[str]:
    """Alertmanagers that were told of something that still stands, or did a moment ago."""
    return list(connection.execute(text(_STANDING_TARGETS), {"now": now}).scalars())


def standing(connection: Connection, target: str, now: datetime) -> Message | None:
    """All that an Alertmanager was told and that still stands, or did a moment ago; it has no rows of its own."""
    rows = connection.execute(text(_STANDING_ROWS), {"now": now, "target": target}).mappings().all()
    told = tuple(
        replace(told_incident(row, max(row["told_severities"], key=SEVERITIES.index)), told_severities=())
        for row in rows
    )
    return Message("standing", target, "firing", 1, False, told, (), 0) if told else None
