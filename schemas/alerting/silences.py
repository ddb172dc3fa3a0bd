"""Silences: times in which nobody is told of matching incidents; each has an end, a reason and an author."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    FromClause,
    and_,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from schemas.alerting.errors import SilenceError, UnknownIncidentError, UnknownSilenceError
from schemas.documents.durations import parse_duration
from schemas.tables import incident_events, incidents
from schemas.tables import silences as table

LONGEST = timedelta(days=90)
LONGEST_REASON = 2_000
KEY = ("subject_kind", "subject_id", "rule_id", "slice")


@dataclass(frozen=True)
class Matching:
    """Incidents that a silence is meant for, by the parts of their key; None is any, the slice "" is the total."""

    subject_kind: str | None = None
    subject_id: str | None = None
    rule_id: str | None = None
    slice: str | None = None


@dataclass(frozen=True)
class Silence:
    """One silence: in force from `starts_at` until before `ends_at`."""

    silence_id: int
    subject_kind: str | None
    subject_id: str | None
    rule_id: str | None
    slice: str | None
    starts_at: datetime
    ends_at: datetime
    reason: str
    created_by: str
    created_at: datetime
    restricted: bool = False


def silence_end(starts_at: datetime, ends_at: datetime | None, lasting: str | None) -> datetime:
    """When a silence ends: at that moment, or so long after its start; exactly one of the two is given.

    Raises:
        SilenceError: none is given, or both, or the length is none such as `4h`.
    """
    if (ends_at is None) == (lasting is None):
        raise SilenceError("a silence needs one end: a moment, or how long it lasts, such as 4h")
    if ends_at is not None:
        return ends_at
    length = parse_duration(lasting or "")
    if length is None:
        raise SilenceError(f"expected a length of time such as '4h' or '2 days', got {lasting!r}")
    # longer ones are refused all the same, and might reach beyond what a calendar holds
    return starts_at + min(length, 2 * LONGEST)


def silence(
    connection: Connection,
    matching: Matching,
    reason: str,
    ends_at: datetime,
    actor: str,
    now: datetime,
    starts_at: datetime | None = None,
) -> Silence:
    """Tell nobody of matching incidents for a while; those that are open get it into their history. Two statements.

    Args:
        connection: of the caller's transaction.
        matching: at least one part must be given.
        reason: for those who wonder why nobody was told.
        ends_at: at most 90 days from now.
        actor: who wants it.
        now: wall clock.
        starts_at: now where None or past.

    Raises:
        SilenceError: it would hide everything, has no reason, or ends before it begins or too late.
    """
    if matching == Matching():
        raise SilenceError("this would silence everything; name at least a subject_kind")
    return _silence(connection, matching, reason, (starts_at or now, ends_at), actor, now)


def silence_incident(
    connection: Connection, incident_id: int, reason: str, ends_at: datetime, actor: str, now: datetime
) -> Silence:
    """Tell nobody of an incident, nor of later ones with the same key, for a while. Three statements.

    Raises:
        UnknownIncidentError: there is none of that id.
        SilenceError: it has no reason, or ends before now or too late.
    """
    columns = [incidents.c[name] for name in KEY]
    key = connection.execute(select(*columns).where(incidents.c.incident_id == incident_id)).one_or_none()
    if key is None:
        raise UnknownIncidentError(f"there is no incident {incident_id}")
    return _silence(connection, Matching(*key), reason, (now, ends_at), actor, now, incident_id)


def end_silence(connection: Connection, silence_id: int, actor: str, now: datetime) -> Silence:
    """End a silence before its time; one that has ended stays as it is. Three statements at most.

    Raises:
        UnknownSilenceError: there is none of that id.
    """
    chosen = table.c.silence_id == silence_id
    row = connection.execute(select(table).where(chosen).with_for_update()).one_or_none()
    if row is None:
        raise UnknownSilenceError(f"there is no silence {silence_id}")
    if row.ends_at <= now:
        return _silence_of(row)
    # one that was yet to begin never does
    shortened = update(table).where(chosen).values(ends_at=max(now, row.starts_at)).returning(table)
    ended = _silence_of(connection.execute(shortened).one())
    _note(connection, ended, "unsilenced", actor, now)
    return ended


def in_force(silences: FromClause, now: datetime) -> ColumnElement[bool]:
    """Silences that hold at a moment."""
    return and_(silences.c.starts_at <= now, silences.c.ends_at > now)


def covers(silences: FromClause, found: FromClause) -> ColumnElement[bool]:
    """Silences that are meant for an incident."""
    return and_(*(or_(silences.c[name].is_(None), silences.c[name] == found.c[name]) for name in KEY))


def is_silenced_sql(found: str) -> str:
    """SQL of whether a silence in force at `:now` covers the incident of the alias `found`, as text."""
    covered = " and ".join(f"(s.{name} is null or s.{name} = {found}.{name})" for name in KEY)
    return f"exists (select from ops.silences s where s.starts_at <= :now and s.ends_at > :now and {covered})"


def _silence(
    connection: Connection,
    matching: Matching,
    reason: str,
    period: tuple[datetime, datetime],
    actor: str,
    now: datetime,
    incident_id: int | None = None,
) -> Silence:
    starts_at, ends_at = max(period[0], now), period[1]
    if ends_at <= starts_at:
        raise SilenceError("a silence ends after it begins, and after now")
    if ends_at > now + LONGEST:
        raise SilenceError(f"a silence ends within {LONGEST.days} days; what is never wanted has no rule")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise SilenceError(f"a silence needs a reason of at most {LONGEST_REASON:,} characters")
    values = {
        **asdict(matching),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "reason": reason.strip(),
        "created_by": actor,
        "created_at": now,
    }
    made = _silence_of(connection.execute(insert(table).values(values).returning(table)).one())
    _note(connection, made, "silenced", actor, now, incident_id)
    return made


def _silence_of(row: Any) -> Silence:
    return Silence(**row._mapping)  # noqa: SLF001  documented, despite its name


def _note(
    connection: Connection,
    silenced: Silence,
    event: str,
    actor: str,
    now: datetime,
    incident_id: int | None = None,
) -> None:
    """In the history of every open incident that the silence is meant for, and of the one that it was asked for."""
    detail: Mapping[str, object] = {
        "silence_id": silenced.silence_id,
        "ends_at": silenced.ends_at.isoformat(),
        "reason": silenced.reason,
    }
    matches = and_(table.c.silence_id == silenced.silence_id, covers(table, incidents))
    noted = select(
        incidents.c.incident_id,
        literal(event),
        literal(now, DateTime(timezone=True)),
        literal(actor),
        literal(detail, JSONB),
    ).where(matches, or_(incidents.c.state != "resolved", incidents.c.incident_id == incident_id))
    names = ["incident_id", "event", "happened_at", "actor", "detail"]
    connection.execute(insert(incident_events).from_select(names, noted))
