"""The audit log: who did what to what, from where, and whether it was done; never a secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, func, insert, select

from schemas.paging import page_of
from schemas.tables import audit_log

Outcome = Literal["done", "refused"]


@dataclass(frozen=True)
class Doer:
    """Who does something (`user:<name>`, `key:<id> of user:<name>`, `anonymous`, `command line`), and from where."""

    actor: str
    address: str | None = None
    request_id: str | None = None


ANONYMOUS = Doer("anonymous")


@dataclass(frozen=True)
class AuditEntry:
    """One row of the log."""

    entry_id: int
    happened_at: datetime
    actor: str
    action: str
    target: str
    outcome: str
    detail: Mapping[str, object]
    address: str | None
    request_id: str | None


def record(
    connection: Connection,
    doer: Doer,
    action: str,
    target: str,
    outcome: Outcome,
    detail: Mapping[str, object],
    now: datetime,
) -> None:
    """Note what was done, in the transaction that does it, or what was refused."""
    entry = {
        "happened_at": now,
        "actor": doer.actor,
        "action": action,
        "target": target,
        "outcome": outcome,
        "detail": dict(detail),
        "address": doer.address,
        "request_id": doer.request_id,
    }
    connection.execute(insert(audit_log).values(entry))


@dataclass(frozen=True)
class AuditQuery:
    """Which entries: those that equal what is given, from `start` and before `end`."""

    actor: str | None = None
    action: str | None = None
    target: str | None = None
    outcome: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL."""
        columns = audit_log.c
        equal = {name: getattr(self, name) for name in ("actor", "action", "target", "outcome")}
        wanted = [columns[name] == value for name, value in equal.items() if value is not None]
        if self.start is not None:
            wanted.append(columns.happened_at >= self.start)
        if self.end is not None:
            wanted.append(columns.happened_at < self.end)
        return wanted


def read_audit(
    connection: Connection, query: AuditQuery, page: int, limit: int
) -> tuple[list[AuditEntry], int]:
    """One page of the entries, newest first, and how many there are."""
    conditions = query.conditions()
    statement = select(audit_log).where(*conditions).order_by(audit_log.c.entry_id.desc())
    rows = connection.execute(page_of(statement, page, limit))
    total = connection.scalar(select(func.count()).select_from(audit_log).where(*conditions))
    return [AuditEntry(**row._mapping) for row in rows], total or 0  # noqa: SLF001  documented, despite its name
