"""Values typed in by hand for key results; the next publication scores by them where no metric has a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from schemas.catalog.edit import Author
from schemas.catalog.errors import AmbiguousKeyResultError, UnknownDocumentError
from schemas.catalog.queries import read_document
from schemas.paging import page_of
from schemas.tables import catalog_documents, key_result_check_ins


@dataclass(frozen=True)
class CheckIn:
    """One value, in the unit of its key result's target."""

    check_in_id: int
    objective_id: str
    kr_id: str
    value: float
    note: str | None
    checked_in_by: str
    checked_in_at: datetime


@dataclass(frozen=True)
class KeyResultName:
    """How a key result is asked for: ids are unique within their objective, and mostly everywhere."""

    kr_id: str
    objective_id: str | None = None


def read_key_results(connection: Connection, objective_id: str) -> list[Mapping[str, Any]]:
    """The key results of an objective as its document holds them. One statement.

    Raises:
        UnknownDocumentError: there is no such objective.
    """
    objective = read_document(connection, "objective", objective_id)
    return list(objective.content.get("key_results", []))


def read_check_ins(
    connection: Connection, objective_id: str, kr_id: str, page: int, limit: int
) -> tuple[list[CheckIn], int]:
    """One page of the check-ins of an objective's key result, newest first, and how many there are. Two statements."""
    table = key_result_check_ins
    chosen = (table.c.objective_id == objective_id, table.c.kr_id == kr_id)
    total = connection.scalar(select(func.count()).select_from(table).where(*chosen))
    newest = select(table).where(*chosen).order_by(table.c.checked_in_at.desc(), table.c.check_in_id.desc())
    rows = connection.execute(page_of(newest, page, limit))
    return [_check_in(row) for row in rows], int(total or 0)


def add_check_in(
    connection: Connection, name: KeyResultName, value: float, note: str | None, author: Author, at: datetime
) -> CheckIn:
    """Note the value that a key result had at a moment. Two statements.

    Raises:
        UnknownDocumentError: there is no such key result.
        AmbiguousKeyResultError: several objectives have one, and none was named.
    """
    values = {
        "objective_id": objective_of(connection, name),
        "kr_id": name.kr_id,
        "value": value,
        "note": note,
        "checked_in_by": author.name,
        "checked_in_at": at,
    }
    statement = insert(key_result_check_ins).values(values).returning(key_result_check_ins)
    return _check_in(connection.execute(statement).one())


def objective_of(connection: Connection, name: KeyResultName) -> str:
    """The objective that has the key result. One statement.

    Raises:
        UnknownDocumentError: there is no such key result.
        AmbiguousKeyResultError: several objectives have one, and none was named.
    """
    columns = catalog_documents.c
    wanted = literal([{"kr_id": name.kr_id}], JSONB)
    chosen = [columns.kind == "objective", columns.is_deleted.is_(False)]
    if name.objective_id is not None:
        chosen.append(columns.document_id == name.objective_id)
    statement = select(columns.document_id).where(*chosen, columns.content["key_results"].op("@>")(wanted))
    found = list(connection.scalars(statement.order_by(columns.document_id)))
    if not found:
        within = f" of objective {name.objective_id!r}" if name.objective_id is not None else ""
        raise UnknownDocumentError(f"no key result{within} is called {name.kr_id!r}")
    if len(found) > 1:
        raise AmbiguousKeyResultError(
            f"the objectives {', '.join(found)} have a key result {name.kr_id!r}; name one as ?objective="
        )
    return str(found[0])


def _check_in(row: Row[Any]) -> CheckIn:
    return CheckIn(
        row.check_in_id,
        row.objective_id,
        row.kr_id,
        row.value,
        row.note,
        row.checked_in_by,
        row.checked_in_at,
    )
