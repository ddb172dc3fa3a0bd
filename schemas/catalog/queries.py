"""Reading documents for those who browse: filters, search, order and pages, all in SQL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB, array

from schemas.catalog.errors import UnknownDocumentError
from schemas.catalog.kinds import Kind
from schemas.catalog.store import Revision, StoredDocument, revision_of, stored_document
from schemas.tables import catalog_documents, catalog_history

_TABLE: Final = catalog_documents.c
_NAME: Final = _TABLE.content["name"].astext

SORTS: Final[Mapping[str, ColumnElement[Any]]] = {
    "id": _TABLE.document_id,
    "name": func.lower(_NAME),
    "updated_at": _TABLE.updated_at,
}
# where the content of a kind says what a filter asks for; a default is not written, so it is named here
_FILTERS: Final[dict[Kind, dict[str, ColumnElement[Any]]]] = {
    "source": {"format": _TABLE.content["format"].astext, "event": _TABLE.content["event"].astext},
    "domain": {"owner_team": _TABLE.content["owner_team"].astext},
    "objective": {
        "status": func.coalesce(_TABLE.content["status"].astext, "active"),
        "priority": _TABLE.content["priority"].astext,
        "owner_team": _TABLE.content["owner_team"].astext,
    },
    "metric": {
        "tier": _TABLE.content["tier"].astext,
        "category": _TABLE.content["category"].astext,
        "metric_type": _TABLE.content["metric_type"].astext,
        "owner_team": _TABLE.content["governance"]["owner_team"].astext,
        "status": _TABLE.content["governance"]["status"].astext,
    },
}
_OF_DOMAINS: Final = ("objective", "metric")


@dataclass(frozen=True)
class DocumentQuery:
    """Which documents of a kind, in which order; `sort` is one of SORTS, with `-` for descending."""

    kind: Kind
    page: int = 1
    limit: int = 50
    sort: str = "id"
    search: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)


def filters_of(kind: Kind) -> tuple[str, ...]:
    """Names of the filters of a kind."""
    of_domain = ("business_domain",) if kind in _OF_DOMAINS else ()
    return (*_FILTERS[kind], *of_domain, *(("tag",) if kind == "metric" else ()))


def read_page(connection: Connection, query: DocumentQuery) -> tuple[list[StoredDocument], int]:
    """One page of documents, and how many there are on all pages. Two statements."""
    conditions = [_TABLE.kind == query.kind, _TABLE.is_deleted.is_(False), *_conditions(query)]
    total = connection.scalar(select(func.count()).select_from(catalog_documents).where(*conditions))
    column = SORTS[query.sort.removeprefix("-")]
    statement = (
        select(catalog_documents)
        .where(*conditions)
        .order_by(column.desc() if query.sort.startswith("-") else column, _TABLE.document_id)
        .limit(query.limit)
        .offset((query.page - 1) * query.limit)
    )
    return [stored_document(row) for row in connection.execute(statement)], int(total or 0)


def read_document(connection: Connection, kind: Kind, document_id: str) -> StoredDocument:
    """One document; one statement, and a second one to suggest where there is none.

    Raises:
        UnknownDocumentError: there is none; the message names the nearest ids.
    """
    chosen = (_TABLE.kind == kind, _TABLE.document_id == document_id, _TABLE.is_deleted.is_(False))
    row = connection.execute(select(catalog_documents).where(*chosen)).one_or_none()
    if row is None:
        raise UnknownDocumentError(_unknown(connection, kind, document_id))
    return stored_document(row)


def read_history(
    connection: Connection, kind: Kind, document_id: str, page: int, limit: int
) -> tuple[list[Revision], int]:
    """One page of the revisions of a document, newest first, and how many there are. Two statements.

    Raises:
        UnknownDocumentError: no document of the kind ever had that id.
    """
    table = catalog_history
    chosen = (table.c.kind == kind, table.c.document_id == document_id)
    total = connection.scalar(select(func.count()).select_from(table).where(*chosen))
    if not total:
        raise UnknownDocumentError(_unknown(connection, kind, document_id))
    statement = select(table).where(*chosen).order_by(table.c.revision.desc())
    rows = connection.execute(statement.limit(limit).offset((page - 1) * limit))
    return [revision_of(row) for row in rows], int(total)


def documents_in(domain: str, kind: Kind) -> Select[Any]:
    """Ids of the objectives or metrics that name a domain by its id or name; part of other statements."""
    return select(_TABLE.document_id).where(_TABLE.kind == kind, _condition(kind, "business_domain", domain))


def _conditions(query: DocumentQuery) -> list[ColumnElement[bool]]:
    conditions = [_condition(query.kind, name, wanted) for name, wanted in query.filters.items()]
    if query.search:
        texts = (_TABLE.document_id, _NAME, _TABLE.content["description"].astext)
        conditions.append(or_(*(text.icontains(query.search, autoescape=True) for text in texts)))
    return conditions


def _condition(kind: Kind, name: str, wanted: str) -> ColumnElement[bool]:
    if name == "tag":
        return _TABLE.content["tags"].op("@>")(literal([wanted], JSONB))
    if name == "business_domain":
        said = _TABLE.content["business_domain"].astext
        return or_(said == wanted, said.in_(_spellings(wanted)))
    return _FILTERS[kind][name] == wanted


def _spellings(domain: str) -> Select[Any]:
    """Id and name of the domain that is called so, either way."""
    table = catalog_documents.alias("domains")
    name = table.c.content["name"].astext
    called = or_(table.c.document_id == domain, name == domain)
    return select(func.unnest(array([table.c.document_id, name]))).where(
        table.c.kind == "domain", table.c.is_deleted.is_(False), called
    )


def _unknown(connection: Connection, kind: Kind, document_id: str) -> str:
    chosen = (_TABLE.kind == kind, _TABLE.is_deleted.is_(False))
    known = list(connection.scalars(select(_TABLE.document_id).where(*chosen)))
    close = get_close_matches(document_id, known, n=3)
    hint = f"; did you mean {', '.join(close)}?" if close else ""
    return f"no {kind} is called {document_id!r}{hint}"
