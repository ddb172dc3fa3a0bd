"""The catalog as it was when a publication was made, so that a report says the same whenever it is read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import distinct_on

from schemas.catalog.versions import FieldDifference, differences
from schemas.documents.documents import Catalog
from schemas.documents.export import assemble
from schemas.documents.kinds import DocumentKey, Kind
from schemas.documents.load import load_documents
from schemas.tables import catalog_history

_KINDS: tuple[Kind, ...] = ("domain", "objective", "metric")
_TABLE = catalog_history.c


@dataclass(frozen=True)
class CatalogThen:
    """Domains, objectives and metrics of one moment, with the version of each."""

    catalog: Catalog
    versions: Mapping[DocumentKey, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DefinitionChange:
    """One accepted revision; `differences` are none where the document is new, or gone."""

    key: DocumentKey
    name: str
    change: str
    version: str
    changed_at: datetime
    differences: tuple[FieldDifference, ...]


def catalog_then(connection: Connection, moment: datetime) -> CatalogThen:
    """What was in the catalog at that moment. One statement.

    Documents that do not fit the models of this version of MDL are left out.
    """
    sections: dict[str, list[Any]] = {f"{kind}s": [] for kind in _KINDS}
    versions = {}
    for row in _heads(connection, moment):
        if row.change != "deleted":
            sections[f"{row.kind}s"].append(row.content)
            versions[row.kind, row.document_id] = row.version
    return CatalogThen(load_documents(assemble([], sections), "the stored catalog").catalog, versions)


def changes_between(connection: Connection, start: datetime, end: datetime) -> list[DefinitionChange]:
    """Every revision after `start` and up to `end`, by document and in order. Two statements."""
    before = {(row.kind, row.document_id): row.content for row in _heads(connection, start)}
    within = (_TABLE.kind.in_(_KINDS), _TABLE.changed_at > start, _TABLE.changed_at <= end)
    statement = select(catalog_history).where(*within)
    rows = connection.execute(statement.order_by(_TABLE.kind, _TABLE.document_id, _TABLE.revision))
    return list(_changes(rows, before))


def _heads(connection: Connection, moment: datetime) -> list[Row[Any]]:
    statement = (
        select(catalog_history)
        .where(_TABLE.kind.in_(_KINDS), _TABLE.changed_at <= moment)
        .ext(distinct_on(_TABLE.kind, _TABLE.document_id))
        .order_by(_TABLE.kind, _TABLE.document_id, _TABLE.revision.desc())
    )
    return list(connection.execute(statement))


def _changes(rows: Any, known: dict[DocumentKey, Mapping[str, Any]]) -> Iterator[DefinitionChange]:
    for row in rows:
        key: DocumentKey = (row.kind, row.document_id)
        old = known.get(key)
        is_edit = old is not None and row.change not in ("created", "deleted", "restored")
        found = tuple(differences(old, row.content)) if old is not None and is_edit else ()
        known[key] = row.content
        name = str(row.content.get("name") or row.document_id)
        yield DefinitionChange(key, name, row.change, row.version, row.changed_at, found)
