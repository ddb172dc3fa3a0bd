"""Reading documents for those who browse: filters, search, order and pages, all in SQL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from core.suggestions import near
from schemas.catalog.errors import UnknownDocumentError
from schemas.catalog.stored import Revision, StoredDocument, revision_of, stored_document
from schemas.documents.belonging import Domains, folded
from schemas.documents.documents import Domain
from schemas.documents.kinds import Kind
from schemas.paging import page_of
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
    "report": {
        "grain": func.coalesce(_TABLE.content["grain"].astext, "week"),
        "owner_team": _TABLE.content["owner_team"].astext,
    },
}
_MOST_CHOICES: Final = 200
_OF_DOMAINS: Final = ("objective", "metric")
_OF_ANY_DOMAIN: Final = select(
    _TABLE.kind,
    _TABLE.document_id,
    _TABLE.is_deleted,
    _NAME.label("name"),
    _TABLE.content["business_domain"].astext.label("said"),
    _TABLE.content["objectives"].label("objectives"),
    _TABLE.content["key_metrics"].label("key_metrics"),
).where(_TABLE.kind.in_(("domain", *_OF_DOMAINS)))


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


def read_choices(connection: Connection, kind: Kind) -> dict[str, list[str]]:
    """The values that documents of a kind have for each of its filters, 200 of each at most; one statement for each."""
    standing = (_TABLE.kind == kind, _TABLE.is_deleted.is_(False))
    columns = {name: _FILTERS[kind][name] for name in _FILTERS[kind]}
    if kind in _OF_DOMAINS:
        columns["business_domain"] = _TABLE.content["business_domain"].astext
    if kind == "metric":
        columns["tag"] = func.jsonb_array_elements_text(_TABLE.content["tags"])
    found = {}
    for name, column in columns.items():
        values = select(column.label("value")).where(*standing).distinct().subquery().c.value
        statement = select(values).where(values.is_not(None)).order_by(values).limit(_MOST_CHOICES)
        found[name] = list(connection.scalars(statement))
    return found


def read_counts(connection: Connection) -> dict[str, int]:
    """How many documents of each kind there are; one statement."""
    counted = select(_TABLE.kind, func.count()).where(_TABLE.is_deleted.is_(False)).group_by(_TABLE.kind)
    return {kind: int(count) for kind, count in connection.execute(counted)}


def read_page(connection: Connection, query: DocumentQuery) -> tuple[list[StoredDocument], int]:
    """One page of documents, and how many there are on all pages.

    Two statements, a third where a filter names a domain.
    """
    conditions = [_TABLE.kind == query.kind, _TABLE.is_deleted.is_(False), *_conditions(connection, query)]
    total = connection.scalar(select(func.count()).select_from(catalog_documents).where(*conditions))
    column = SORTS[query.sort.removeprefix("-")]
    statement = (
        select(catalog_documents)
        .where(*conditions)
        .order_by(column.desc() if query.sort.startswith("-") else column, _TABLE.document_id)
    )
    rows = connection.execute(page_of(statement, query.page, query.limit))
    return [stored_document(row) for row in rows], int(total or 0)


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
    rows = connection.execute(page_of(statement, page, limit))
    return [revision_of(row) for row in rows], int(total)


def documents_in(connection: Connection, domain: str) -> dict[Kind, list[str]]:
    """Ids of the objectives and metrics of a domain, given by its id or name; one statement.

    Where no domain is called so, those that say the same. Deleted documents are among them.
    """
    rows = connection.execute(_OF_ANY_DOMAIN).all()
    domains = Domains(
        Domain(
            domain_id=row.document_id,
            name=row.name,
            objectives=row.objectives or [],
            key_metrics=row.key_metrics or [],
        )
        for row in rows
        if row.kind == "domain" and not row.is_deleted
    )
    wanted = domains.named(domain)
    found: dict[Kind, list[str]] = {"objective": [], "metric": []}
    for row in rows:
        if row.kind == "domain":
            continue
        of = (
            domains.of_metric(row.document_id, row.said)
            if row.kind == "metric"
            else [domains.of_objective(row.document_id, row.said)]
        )
        if wanted in of if wanted is not None else row.said and folded(row.said) == folded(domain):
            found[row.kind].append(row.document_id)
    return found


def _conditions(connection: Connection, query: DocumentQuery) -> list[ColumnElement[bool]]:
    conditions = [_condition(connection, query.kind, name, wanted) for name, wanted in query.filters.items()]
    if query.search:
        texts = (_TABLE.document_id, _NAME, _TABLE.content["description"].astext)
        conditions.append(or_(*(text.icontains(query.search, autoescape=True) for text in texts)))
    return conditions


def _condition(connection: Connection, kind: Kind, name: str, wanted: str) -> ColumnElement[bool]:
    if name == "tag":
        return _TABLE.content["tags"].op("@>")(literal([wanted], JSONB))
    if name == "business_domain":
        return _TABLE.document_id.in_(documents_in(connection, wanted)[kind])
    return _FILTERS[kind][name] == wanted


def _unknown(connection: Connection, kind: Kind, document_id: str) -> str:
    chosen = (_TABLE.kind == kind, _TABLE.is_deleted.is_(False))
    known = list(connection.scalars(select(_TABLE.document_id).where(*chosen)))
    close = near(document_id, known)
    hint = f"; did you mean {', '.join(close)}?" if close else ""
    return f"no {kind} is called {document_id!r}{hint}"
