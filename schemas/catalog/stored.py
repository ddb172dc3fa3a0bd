"""The catalog as PostgreSQL has it: documents as they stand, and how each came to stand so. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from schemas.catalog.cached_catalog import kept
from schemas.catalog.compare import ChangeKind, read_heads
from schemas.documents.documents import Catalog
from schemas.documents.export import content
from schemas.documents.kinds import DocumentKey, Kind
from schemas.documents.load import load_documents
from schemas.tables import catalog_documents, catalog_history, catalog_state


@dataclass(frozen=True)
class Revision:
    """One accepted version of a document."""

    kind: Kind
    document_id: str
    revision: int
    version: str
    change: ChangeKind
    changed_fields: tuple[str, ...]
    changed_by: str
    origin: str
    changed_at: datetime
    content: Mapping[str, Any]


@dataclass(frozen=True)
class StoredDocument:
    """The newest accepted version of a document."""

    kind: Kind
    document_id: str
    version: str
    revision: int
    updated_at: datetime
    content: Mapping[str, Any]
    content_hash: str

    @property
    def tag(self) -> str:
        """What changes with every revision: the API's entity tag."""
        return f"{self.revision}-{self.content_hash[:12]}"

    def in_order(self) -> dict[str, Any]:
        """Its content with the fields in canonical order, which jsonb does not keep.

        Raises:
            CatalogError: it does not fit the models of this version of MDL.
        """
        loaded = load_documents(self.content, "the stored catalog")
        loaded.raise_errors()
        (document,) = getattr(loaded.catalog, f"{self.kind}s").values()
        return content(document)


def read_catalog(connection: Connection) -> Catalog:
    """The stored catalog without deleted documents, each kind in order of id; only its dictionaries are the caller's.

    Raises:
        CatalogError: a stored document does not fit the models of this version of MDL.
    """
    return kept(connection).catalog(connection)


def read_documents(
    connection: Connection, kind: Kind | None = None, document_id: str | None = None
) -> list[StoredDocument]:
    """Stored documents that are not deleted, by kind and id; `kind` and `document_id` narrow them down."""
    table = catalog_documents
    query = select(table).where(table.c.is_deleted.is_(False)).order_by(table.c.kind, table.c.document_id)
    if kind is not None:
        query = query.where(table.c.kind == kind)
    if document_id is not None:
        query = query.where(table.c.document_id == document_id)
    return [stored_document(row) for row in connection.execute(query)]


def read_versions(connection: Connection) -> dict[DocumentKey, str]:
    """The semantic version of every document that is not deleted, by kind and id."""
    return {key: head.version for key, head in read_heads(connection).items() if not head.is_deleted}


def catalog_version(connection: Connection) -> int:
    """The catalog's own version: 0 before the first apply, then rising with every accepted change."""
    return connection.execute(select(catalog_state.c.version)).scalar_one_or_none() or 0


def history(connection: Connection, document_id: str, kind: Kind | None = None) -> list[Revision]:
    """Every revision of a document, newest first; of all kinds with this id where `kind` is None."""
    table = catalog_history
    query = select(table).where(table.c.document_id == document_id)
    if kind is not None:
        query = query.where(table.c.kind == kind)
    query = query.order_by(table.c.kind, table.c.revision.desc())
    return [revision_of(row) for row in connection.execute(query)]


def stored_document(row: Row[Any]) -> StoredDocument:
    """A row of `catalog.documents`."""
    return StoredDocument(
        row.kind,
        row.document_id,
        row.version,
        row.revision,
        row.updated_at,
        row.content,
        row.content_hash,
    )


def revision_of(row: Row[Any]) -> Revision:
    """A row of `catalog.document_history`."""
    return Revision(
        row.kind,
        row.document_id,
        row.revision,
        row.version,
        row.change,
        tuple(row.changed_fields),
        row.changed_by,
        row.origin,
        row.changed_at,
        row.content,
    )
