"""Which incidents are asked for, and what that is in SQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import ColumnElement, Connection, and_, func, or_

from reports.alerting.restricted import is_seen
from schemas.alerting.silences import KEY
from schemas.catalog.queries import documents_in
from schemas.identity.readers import Reader
from schemas.tables import incidents

State = Literal["pending", "firing", "acknowledged", "resolved", "open", "all"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, kw_only=True)
class IncidentQuery:
    """Which incidents: those that equal what is given.

    state: None is every one that is open or ever fired; `open` is not resolved; `all` are also those that passed
        before anybody was told.
    domain: id or name; those of its metrics, objectives and key results.
    since, until: opened from then, and before then.
    search: part of title, subject, rule or slice.
    """

    state: State | None = None
    severity: str | None = None
    subject_kind: str | None = None
    subject_id: str | None = None
    rule_id: str | None = None
    slice: str | None = None
    domain: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    search: str = ""
    page: int = 1
    limit: int = 50


def conditions(connection: Connection, query: IncidentQuery, reader: Reader) -> list[ColumnElement[bool]]:
    """The conditions of a query; one statement where it names a domain.

    What the reader may not see is not found by it either.
    """
    columns = incidents.c
    wanted = [_in_state(query.state)]
    for name in ("severity", *KEY):
        value = getattr(query, name)
        if value is not None:
            wanted.append(columns[name] == value)
    if query.slice is not None:
        wanted.append(is_seen(reader))
    if query.since is not None:
        wanted.append(columns.opened_at >= query.since)
    if query.until is not None:
        wanted.append(columns.opened_at < query.until)
    if query.domain is not None:
        wanted.append(_in_domain(connection, query.domain))
    if query.search:
        of_name, of_text = (
            or_(*(text.icontains(query.search, autoescape=True) for text in texts))
            for texts in ((columns.subject_id, columns.rule_id), (columns.title, columns.slice))
        )
        wanted.append(or_(of_name, and_(of_text, is_seen(reader))))
    return wanted


def _in_state(state: State | None) -> ColumnElement[bool]:
    columns = incidents.c
    if state == "all":
        return columns.incident_id.is_not(None)
    is_open = columns.state != "resolved"
    if state == "open":
        return is_open
    ever_told = or_(is_open, columns.fired_at.is_not(None))
    return ever_told if state is None else and_(ever_told, columns.state == state)


def _in_domain(connection: Connection, domain: str) -> ColumnElement[bool]:
    columns = incidents.c
    objective = func.split_part(columns.subject_id, "/", 1)
    found = documents_in(connection, domain)
    return or_(
        and_(columns.subject_kind == "metric", columns.subject_id.in_(found["metric"])),
        and_(
            columns.subject_kind.in_(["objective", "key_result"]),
            objective.in_(found["objective"]),
        ),
    )
