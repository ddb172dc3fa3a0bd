"""The stored catalog as this process last saw it, so that the next look at it loads only what has changed since.

Documents are told by the hash of their content, whatever version, transaction or process they are of. What was read is
therefore right after a rollback, an edit by another process, and a restore of the database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Row, select, tuple_

from schemas.catalog.documents import Catalog, CatalogHeader, Part
from schemas.catalog.export import assemble
from schemas.catalog.kinds import SECTIONS, DocumentKey
from schemas.catalog.load import load_documents
from schemas.formula.memory import Memory
from schemas.tables import catalog_documents, catalog_state

_TABLE = catalog_documents.c
_MANY = 500
_LOCK = Lock()


@dataclass
class Kept:
    """Loaded documents with their hashes, and the outcomes of their formulas; all of it is replaced, never changed."""

    documents: Mapping[DocumentKey, tuple[str, Part]] = field(default_factory=dict)
    headers: tuple[Any, list[CatalogHeader]] = ([], [])
    formulas: Memory = field(default_factory=Memory)

    def catalog(self, connection: Connection) -> Catalog:
        """The catalog that the connection sees, without deleted documents, each kind in order of id.

        Raises:
            CatalogError: a stored document does not fit the models of this version of MDL.
        """
        statement = select(_TABLE.kind, _TABLE.document_id, _TABLE.content_hash).where(~_TABLE.is_deleted)
        rows = connection.execute(statement.order_by(_TABLE.kind, _TABLE.document_id)).all()
        known = self.documents
        changed = [
            row for row in rows if known.get((row.kind, row.document_id), ("",))[0] != row.content_hash
        ]
        headers, loaded = self._load(connection, changed)
        found = {
            (kind, document_id): loaded.get((kind, document_id)) or known[kind, document_id]
            for kind, document_id, _ in rows
        }
        self.documents, self.headers = found, headers
        sections: dict[str, Any] = {section: {} for section in SECTIONS}
        for (kind, document_id), (_, document) in found.items():
            sections[f"{kind}s"][document_id] = document
        return Catalog.model_construct(**sections, headers=list(headers[1]))

    def _load(
        self, connection: Connection, changed: Sequence[Row[Any, Any, Any]]
    ) -> tuple[tuple[Any, list[CatalogHeader]], dict[DocumentKey, tuple[str, Part]]]:
        """The headers, and the changed documents."""
        raw = connection.execute(select(catalog_state.c.headers)).scalar_one_or_none() or []
        if not changed and raw == self.headers[0]:
            return self.headers, {}
        query = select(_TABLE.kind, _TABLE.document_id, _TABLE.content).where(~_TABLE.is_deleted)
        if len(changed) < _MANY:
            keys = [(row.kind, row.document_id) for row in changed]
            query = query.where(tuple_(_TABLE.kind, _TABLE.document_id).in_(keys))
        sections: dict[str, list[Any]] = {section: [] for section in SECTIONS}
        for row in connection.execute(query):
            sections[f"{row.kind}s"].append(row.content)
        loaded = load_documents(assemble(raw, sections), "the stored catalog")
        loaded.raise_errors()
        documents = {
            (row.kind, row.document_id): (
                row.content_hash,
                getattr(loaded.catalog, f"{row.kind}s")[row.document_id],
            )
            for row in changed
        }
        return (raw, loaded.catalog.headers), documents


_KEPT: WeakKeyDictionary[Engine, Kept] = WeakKeyDictionary()


def kept(connection: Connection) -> Kept:
    """What this process keeps of the database that is connected to."""
    with _LOCK:
        return _KEPT.setdefault(connection.engine, Kept())
