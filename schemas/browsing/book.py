"""What is looked up in a catalog again and again, made once for each of its versions."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Connection

from schemas.browsing.links import Reference, references
from schemas.browsing.neighbourhood import Graph
from schemas.browsing.search import Entry, entries_of
from schemas.catalog.lineage import whole_lineage
from schemas.catalog.stored import catalog_version, read_catalog
from schemas.documents.documents import Catalog
from schemas.documents.kinds import DocumentKey
from schemas.formula.memory import Memory


@dataclass(frozen=True)
class OpenedCatalog:
    """One version of the catalog with the lineage of all of it; other parts are made when they are first asked for."""

    catalog: Catalog
    graph: Graph

    @classmethod
    def of(cls, catalog: Catalog, memory: Memory) -> "OpenedCatalog":
        """Open a catalog; `memory` is as `whole_lineage` has it."""
        return cls(catalog, Graph(whole_lineage(catalog, memory)))

    @cached_property
    def entries(self) -> Sequence[Entry]:
        """Whatever can be found."""
        return tuple(entries_of(self.catalog))

    @cached_property
    def references(self) -> Sequence[Reference]:
        """Every name in documents that leads to a document, and what formulas read."""
        read = (
            Reference(("metric", reader), ("metric", before.document_id), "definition.formula")
            for node_id, befores in self.graph.before.items()
            if (reader := node_id.removeprefix("metric:")) != node_id
            for before in (self.graph.nodes[each] for each in befores)
            if before.kind == "metric"
        )
        return (*read, *references(self.catalog))

    def name_of(self, key: DocumentKey) -> str:
        """What a document is called; its id where it has no name."""
        kind, document_id = key
        return str(getattr(getattr(self.catalog, f"{kind}s")[document_id], "name", document_id))


@dataclass
class CatalogBook:
    """The stored catalog, opened: half a second for a thousand metrics, and a tenth of that after an edit."""

    _version: int | None = None
    _opened: OpenedCatalog = field(default_factory=lambda: OpenedCatalog.of(Catalog(), Memory()))
    _formulas: Memory = field(default_factory=Memory)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, connection: Connection) -> OpenedCatalog:
        """The catalog in force. One statement, three where it has changed.

        Raises:
            CatalogError: a stored document does not fit the models of this version of MDL.
        """
        version = catalog_version(connection)
        with self._lock:
            if version != self._version:
                self._opened = OpenedCatalog.of(read_catalog(connection), self._formulas)
                self._version = version
            return self._opened
