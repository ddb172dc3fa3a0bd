"""The stored catalog as this process last saw it, so that the next look at it loads only what has changed since.

Documents are told by the hash of their content, whatever version, transaction or process they are of. What was read is
therefore right after a rollback, an edit by another process, and a restore of the database.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Text, any_, cast, select
from sqlalchemy.dialects.postgresql import ARRAY

from schemas.documents.documents import Catalog, CatalogHeader, Part
from schemas.documents.export import assemble
from schemas.documents.kinds import SECTIONS, DocumentKey
from schemas.documents.load import load_documents
from schemas.tables import catalog_documents, catalog_state

if TYPE_CHECKING:
    from schemas.formula.memory import Memory

_TABLE = catalog_documents.c
_LOCK = Lock()


@dataclass
class Kept:
    """Loaded documents with their hashes; all of it is replaced, never changed."""

    documents: Mapping[DocumentKey, tuple[str, Part]] = field(default_factory=dict)
    headers: tuple[Any, list[CatalogHeader]] = ([], [])

    @cached_property
    def formulas(self) -> "Memory":
        """What compiling found out about them."""
        from schemas.formula.memory import Memory  # noqa: PLC0415  a run with nothing new compiles nothing

        return Memory()

    def catalog(self, connection: Connection) -> Catalog:
        """The catalog that the connection sees, without deleted documents, each kind in order of id.

        Raises:
            CatalogError: a stored document does not fit the models of this version of MDL.
        """
        statement = select(_TABLE.kind, _TABLE.document_id, _TABLE.content_hash).where(~_TABLE.is_deleted)
        rows = connection.execute(statement.order_by(_TABLE.kind, _TABLE.document_id)).all()
        wanted: dict[DocumentKey, str] = {(kind, document_id): hashed for kind, document_id, hashed in rows}
        known = {key: each for key, each in self.documents.items() if wanted.get(key) == each[0]}
        self._load(connection, known, wanted.keys() - known.keys())
        if any(key not in known or known[key][0] != hashed for key, hashed in wanted.items()):
            # somebody wrote between the two statements: documents must be of one moment
            return self.catalog(connection)
        self.documents = known
        sections: dict[str, Any] = {section: {} for section in SECTIONS}
        for kind, document_id in wanted:
            sections[f"{kind}s"][document_id] = known[kind, document_id][1]
        return Catalog.model_construct(**sections, headers=list(self.headers[1]))

    def _load(
        self,
        connection: Connection,
        known: dict[DocumentKey, tuple[str, Part]],
        changed: Collection[DocumentKey],
    ) -> None:
        """Add the changed documents to the known ones, and take the newest headers."""
        headers = connection.execute(select(catalog_state.c.headers)).scalar_one_or_none() or []
        if not changed and headers == self.headers[0]:
            return
        ids = cast([document_id for _, document_id in changed], ARRAY(Text))
        query = select(catalog_documents).where(~_TABLE.is_deleted, _TABLE.document_id == any_(ids))
        rows = connection.execute(query).all()
        sections: dict[str, list[Any]] = {section: [] for section in SECTIONS}
        for row in rows:
            sections[f"{row.kind}s"].append(row.content)
        loaded = load_documents(assemble(headers, sections), "the stored catalog")
        loaded.raise_errors()
        self.headers = (headers, loaded.catalog.headers)
        for row in rows:
            document = getattr(loaded.catalog, f"{row.kind}s")[row.document_id]
            known[row.kind, row.document_id] = (row.content_hash, document)


_KEPT: WeakKeyDictionary[Engine, Kept] = WeakKeyDictionary()


def kept(connection: Connection) -> Kept:
    """What this process keeps of the database that is connected to."""
    with _LOCK:
        return _KEPT.setdefault(connection.engine, Kept())
