"""Incidents of a report's period, as they stood for its publication, without the numbers behind them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true

from reports.alerting.redaction import without_addresses
from reports.alerting.restricted import incident_for
from reports.cells import Cell, Link, Status, Table
from reports.charts.data import IncidentMark
from reports.documents.contents import words
from reports.documents.contents.basis import Basis
from reports.documents.model import Section
from reports.sources import seen_sources
from schemas.tables import incident_events, incidents

_COLUMNS = {
    "incident": "Incident",
    "subject": "About",
    "severity": "Severity",
    "state": "State",
    "began": "Began",
    "ended": "Ended",
}


@dataclass(frozen=True)
class PeriodIncident:
    """One incident; began is the start of the first period that it is about, else when it was opened.

    ended: None while it is open, as far as was known for the publication.
    """

    incident_id: int
    subject_kind: str
    subject_id: str
    slice: str
    severity: str
    title: str
    began: datetime
    ended: datetime | None
    is_acknowledged: bool
    evidence: dict[str, Any] = field(default_factory=dict)
    restricted: bool = False

    @property
    def state(self) -> str:
        """Of the three that anybody is told of."""
        return "resolved" if self.ended else "acknowledged" if self.is_acknowledged else "firing"


def period_incidents(basis: Basis, sources: Collection[str]) -> list[PeriodIncident]:
    """Those of the scope that began, ended or were open in the period, the newest first. Two statements at most.

    Known for a publication are the steps that its own numbers led to, and those that were made before it. Whoever
    reads sooner than its numbers were judged finds fewer. Restricted ones stand by name.
    """
    known = _known(basis)
    happened = {
        event: select(func.max(incident_events.c.happened_at))
        .where(
            incident_events.c.incident_id == incidents.c.incident_id, incident_events.c.event == event, known
        )
        .scalar_subquery()
        .label(event)
        for event in ("opened", "firing", "acknowledged", "unacknowledged", "resolved")
    }
    began = func.coalesce(incidents.c.first_period_start, incidents.c.opened_at).label("began")
    names = ("incident_id", "subject_kind", "subject_id", "slice", "title")
    columns = (*(incidents.c[name] for name in names), _severity(known), began, *happened.values())
    # what was over before the period was so for every publication since
    may_be = or_(incidents.c.resolved_at.is_(None), incidents.c.resolved_at >= basis.window[0])
    chosen = select(*columns).where(may_be).subquery()
    start, end = basis.window
    is_told = (chosen.c.opened.is_not(None), chosen.c.firing.is_not(None))
    within = (chosen.c.began < end, or_(chosen.c.resolved.is_(None), chosen.c.resolved >= start))
    statement = select(chosen).where(*is_told, *within, _in_scope(basis, sources, chosen.c))
    rows = basis.connection.execute(statement.order_by(chosen.c.began.desc(), chosen.c.incident_id.desc()))
    shown = seen_sources(basis.connection, basis.reader)
    return [incident_for(basis.reader, _incident(row, basis), shown) for row in rows]


def incident_section(basis: Basis, found: Sequence[PeriodIncident]) -> Section | None:
    """A row for each of the newest 200; none where there were none."""
    if not found:
        return None
    rows = [_row(one) for one in found[: words.MOST_LISTED]]
    table = Table("incidents", f"Incidents of the {basis.period.grain}", _COLUMNS, rows)
    told = words.cut(len(found), "incidents")
    return Section("incidents", "Incidents", [told] if told else [], [table])


def marks_of(found: Sequence[PeriodIncident], metric_id: str) -> list[IncidentMark]:
    """Those of a metric's total, as charts mark them."""
    return [
        IncidentMark(one.incident_id, one.title, one.severity, one.state, one.began)
        for one in found
        if (one.subject_kind, one.subject_id, one.slice) == ("metric", metric_id, "")
    ]


def _known(basis: Basis) -> ColumnElement[bool]:
    """Steps that the publication's numbers, or earlier ones, led to; of others those made before it."""
    steps, publication = incident_events.c, basis.publication
    return or_(
        steps.publication_id <= publication.publication_id,
        steps.publication_id.is_(None) & (steps.happened_at <= publication.created_at),
    )


def _severity(known: ColumnElement[bool]) -> ColumnElement[str]:
    """What the newest known step made it."""
    steps = incident_events.c
    told = select(func.coalesce(steps.detail["to"].astext, steps.detail["severity"].astext)).where(
        steps.incident_id == incidents.c.incident_id, steps.event.in_(["firing", "escalated"]), known
    )
    newest = told.order_by(steps.event_id.desc()).limit(1).scalar_subquery()
    return func.coalesce(newest, incidents.c.severity).label("severity")


def _in_scope(basis: Basis, sources: Collection[str], columns: Any) -> ColumnElement[bool]:
    scope = basis.scope
    if scope.is_all:
        return true()
    subjects = {
        "metric": columns.subject_id.in_(scope.metrics),
        "objective": columns.subject_id.in_(scope.objectives),
        "key_result": func.split_part(columns.subject_id, "/", 1).in_(scope.objectives),
        "source": columns.subject_id.in_(list(sources)),
    }
    return or_(*((columns.subject_kind == kind) & is_in for kind, is_in in subjects.items()))


def _incident(row: Any, basis: Basis) -> PeriodIncident:
    is_acknowledged = bool(row.acknowledged) and not (
        row.unacknowledged and row.unacknowledged > row.acknowledged
    )
    return PeriodIncident(
        row.incident_id,
        row.subject_kind,
        row.subject_id,
        row.slice,
        row.severity,
        without_addresses(row.title),
        row.began.astimezone(basis.zone),
        basis.local(row.resolved),
        is_acknowledged,
    )


def _row(one: PeriodIncident) -> dict[str, Cell]:
    about = f"{one.subject_kind.replace('_', ' ')} {one.subject_id}"
    return {
        "incident": Link(one.title, f"/incidents/{one.incident_id}"),
        "subject": f"{about}, {one.slice}" if one.slice else about,
        "severity": Status(one.severity),
        "state": Status(one.state),
        "began": one.began,
        "ended": one.ended,
    }
