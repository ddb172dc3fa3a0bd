"""Incidents and silences as read models: what is open, how it came to be, who was told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, func, select

from reports.alerting.incident_query import IncidentQuery, conditions
from reports.alerting.redaction import in_zone, without_addresses
from reports.alerting.restricted import incident_for, insist_on_seen, silence_for
from reports.sources import seen_sources
from schemas.alerting.errors import UnknownIncidentError
from schemas.alerting.silences import Silence, covers, in_force
from schemas.identity.readers import Reader
from schemas.paging import page_of
from schemas.tables import deliveries, incident_events, incidents, silences

_MOST_LISTED = 100


@dataclass(frozen=True)
class Moment:
    """When it is asked, which decides what is silenced, and the reporting zone, in which periods begin."""

    now: datetime
    zone: ZoneInfo


@dataclass(frozen=True)
class Incident:
    """One incident; `silenced_until` is None where somebody would be told of it now.

    restricted: the reader may not see its numbers: title, slice and evidence say nothing of them.
    """

    incident_id: int
    subject_kind: str
    subject_id: str
    rule_id: str
    slice: str
    state: str
    severity: str
    title: str
    grain: str | None
    first_period_start: datetime | None
    last_period_start: datetime | None
    opened_at: datetime
    fired_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    resolved_at: datetime | None
    resolved_by: str | None
    publication_id: int | None
    evidence: Mapping[str, Any]
    channels: Sequence[str]
    playbooks: Sequence[str]
    renotify_seconds: int | None
    label: str | None
    silenced_until: datetime | None
    restricted: bool


@dataclass(frozen=True)
class IncidentEvent:
    """One step in the life of an incident."""

    event_id: int
    event: str
    happened_at: datetime
    actor: str
    publication_id: int | None
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class AlertDelivery:
    """Who is, was or could not be told of what; targets are names, never the addresses behind them."""

    event: str
    target: str
    state: str
    attempts: int
    created_at: datetime
    next_attempt_at: datetime
    ended_at: datetime | None
    last_error: str | None


@dataclass(frozen=True)
class IncidentDetail(Incident):
    """An incident with its newest 100 events and deliveries, newest first, and the silences that hold it back."""

    events: tuple[IncidentEvent, ...]
    deliveries: tuple[AlertDelivery, ...]
    silences: tuple[Silence, ...]


def incident_page(
    connection: Connection, query: IncidentQuery, moment: Moment, reader: Reader
) -> tuple[list[Incident], int]:
    """One page of incidents, the newest first, and how many there are.

    Two statements, another with a domain, and one for a reader who may not see all.
    """
    wanted = conditions(connection, query, reader)
    total = connection.scalar(select(func.count()).select_from(incidents).where(*wanted))
    newest = (incidents.c.opened_at.desc(), incidents.c.incident_id.desc())
    statement = _incidents(moment).where(*wanted).order_by(*newest)
    rows = connection.execute(page_of(statement, query.page, query.limit))
    sources = seen_sources(connection, reader)
    found = [incident_for(reader, _incident(row, moment), sources) for row in rows]
    return found, int(total or 0)


def read_incident(connection: Connection, incident_id: int, moment: Moment, reader: Reader) -> IncidentDetail:
    """One incident and everything around it. Four statements, five for a reader who may not see all.

    Raises:
        UnknownIncidentError: there is none of that id.
        RestrictedError: the reader may not see its numbers.
    """
    wanted = _incidents(moment).where(incidents.c.incident_id == incident_id)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise UnknownIncidentError(f"there is no incident {incident_id}")
    insist_on_seen(reader, row.subject_kind, row.subject_id)
    found = incident_for(reader, _incident(row, moment), seen_sources(connection, reader))
    holding = (
        select(silences)
        .join(incidents, covers(silences, incidents))
        .where(incidents.c.incident_id == incident_id, in_force(silences, moment.now))
        .order_by(silences.c.ends_at.desc())
    )
    return IncidentDetail(
        **vars(found),
        events=tuple(_events(connection, incident_id, 1, _MOST_LISTED)),
        deliveries=tuple(_deliveries(connection, incident_id)),
        silences=tuple(
            Silence(**each) for each in connection.execute(holding.limit(_MOST_LISTED)).mappings()
        ),
    )


def incident_history(
    connection: Connection, incident_id: int, page: int, limit: int, reader: Reader
) -> tuple[list[IncidentEvent], int]:
    """One page of the steps in the life of an incident, newest first, and how many there are. Three statements.

    Raises:
        UnknownIncidentError: there is none of that id.
        RestrictedError: the reader may not see its numbers.
    """
    seen_incident(connection, incident_id, reader)
    events = incident_events
    counted = select(func.count()).select_from(events).where(events.c.incident_id == incident_id)
    total = connection.scalar(counted)
    return _events(connection, incident_id, page, limit), int(total or 0)


def seen_incident(connection: Connection, incident_id: int, reader: Reader) -> None:
    """Insist that there is an incident whose numbers the reader may see. One statement.

    Raises:
        UnknownIncidentError: there is none of that id.
        RestrictedError: the reader may not see its numbers.
    """
    about = select(incidents.c.subject_kind, incidents.c.subject_id)
    row = connection.execute(about.where(incidents.c.incident_id == incident_id)).one_or_none()
    if row is None:
        raise UnknownIncidentError(f"there is no incident {incident_id}")
    insist_on_seen(reader, *row)


def silence_page(
    connection: Connection,
    page: int,
    limit: int,
    now: datetime,
    reader: Reader,
    *,
    with_ended: bool = False,
) -> tuple[list[Silence], int]:
    """One page of silences that hold or will, the newest first, and how many there are. Two statements."""
    wanted = [] if with_ended else [silences.c.ends_at > now]
    total = connection.scalar(select(func.count()).select_from(silences).where(*wanted))
    statement = select(silences).where(*wanted).order_by(silences.c.silence_id.desc())
    rows = connection.execute(page_of(statement, page, limit)).mappings()
    return [silence_for(reader, Silence(**row)) for row in rows], int(total or 0)


def _incidents(moment: Moment) -> Select[Any]:
    held = select(func.max(silences.c.ends_at)).where(
        in_force(silences, moment.now), covers(silences, incidents)
    )
    return select(incidents, held.correlate(incidents).scalar_subquery().label("silenced_until"))


def _incident(row: Row[Any], moment: Moment) -> Incident:
    values: dict[str, Any] = row._asdict()
    del values["is_untold"]  # of the outbox alone
    for name in ("first_period_start", "last_period_start"):
        if values[name] is not None:
            values[name] = values[name].astimezone(moment.zone)
    values["evidence"] = in_zone(values["evidence"], moment.zone)
    values["channels"] = tuple(without_addresses(str(each)) for each in values["channels"])
    return Incident(**values, restricted=False)


def _events(connection: Connection, incident_id: int, page: int, limit: int) -> list[IncidentEvent]:
    events = incident_events
    columns = [column for column in events.c if column.name != "incident_id"]
    statement = select(*columns).where(events.c.incident_id == incident_id).order_by(events.c.event_id.desc())
    rows = connection.execute(page_of(statement, page, limit)).mappings()
    return [IncidentEvent(**row) for row in rows]


def _deliveries(connection: Connection, incident_id: int) -> list[AlertDelivery]:
    columns = [deliveries.c[name] for name in AlertDelivery.__dataclass_fields__]
    newest = select(*columns).where(deliveries.c.incident_id == incident_id)
    rows = connection.execute(newest.order_by(deliveries.c.delivery_id.desc()).limit(_MOST_LISTED)).mappings()
    return [
        AlertDelivery(
            **{
                **row,
                "target": without_addresses(row["target"]),
                "last_error": row["last_error"] and without_addresses(row["last_error"]),
            }
        )
        for row in rows
    ]
