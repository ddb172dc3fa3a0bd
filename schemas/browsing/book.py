"""What is looked up in a catalog again and again, made once for each of its versions."""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Connection, select

from schemas.browsing.links import Reference, references
from schemas.browsing.neighbourhood import Graph, walk
from schemas.browsing.search import Entry, entries_of
from schemas.catalog.lineage import whole_lineage
from schemas.catalog.stored import catalog_version, read_catalog
from schemas.documents.documents import Catalog
from schemas.documents.kinds import DocumentKey
from schemas.formula.memory import Memory
from schemas.formula.names import Names, collect_names
from schemas.tables import catalog_documents


@dataclass(frozen=True)
class OpenedCatalog:
    """One version of the catalog with the lineage of all of it; other parts are made when they are first asked for.

    revisions: the number of each document's newest revision, of deleted ones too.
    """

    catalog: Catalog
    graph: Graph
    revisions: Mapping[DocumentKey, int] = field(default_factory=dict)
    _states: dict[DocumentKey, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, catalog: Catalog, memory: Memory, revisions: Mapping[DocumentKey, int] | None = None
    ) -> "OpenedCatalog":
        """Open a catalog; `memory` is as `whole_lineage` has it."""
        return cls(catalog, Graph(whole_lineage(catalog, memory)), revisions or {})

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

    @cached_property
    def names(self) -> Names:
        """What formulas may call each metric."""
        return collect_names(self.catalog)

    def state_around(self, key: DocumentKey) -> str:
        """Another text whenever something changes that is told of a document.

        That is the document itself, all that its numbers are made of, what is made of it, what names it, every source,
        objective, domain and report, and the names of all metrics, by which formulas are read.
        """
        if key not in self._states:
            related = self._related(key)
            told = sorted((one, revision) for one, revision in self.revisions.items() if one in related)
            self._states[key] = _digest((self._common, told))
        return self._states[key]

    def _related(self, key: DocumentKey) -> set[DocumentKey]:
        here = ":".join(key)
        nodes = {*walk(self.graph.before, here), *self.graph.after.get(here, ())}
        found = {self.graph.nodes[each] for each in nodes}
        return {key, *(("metric", each.document_id) for each in found), *self._referrers.get(key, ())}

    @cached_property
    def _referrers(self) -> Mapping[DocumentKey, set[DocumentKey]]:
        found: dict[DocumentKey, set[DocumentKey]] = {}
        for each in self.references:
            found.setdefault(each.end, set()).add(each.start)
        return found

    @cached_property
    def _common(self) -> str:
        others = sorted(item for item in self.revisions.items() if item[0][0] != "metric")
        return _digest((others, [(each, metric.name) for each, metric in self.catalog.metrics.items()]))

    def name_of(self, key: DocumentKey) -> str:
        """What a document is called; its id where it has no name."""
        kind, document_id = key
        return str(getattr(getattr(self.catalog, f"{kind}s")[document_id], "name", document_id))


def _digest(told: object) -> str:
    return hashlib.blake2b(repr(told).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()


@dataclass
class CatalogBook:
    """The stored catalog, opened: half a second for a thousand metrics, and a tenth of that after an edit."""

    _known: tuple[int | None, OpenedCatalog] = field(
        default_factory=lambda: (None, OpenedCatalog.of(Catalog(), Memory()))
    )
    _formulas: Memory = field(default_factory=Memory)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def opened(self, version: int) -> OpenedCatalog | None:
        """That version of the catalog, where it is the one that is open."""
        known, opened = self._known
        return opened if version == known else None

    def open(self, connection: Connection) -> OpenedCatalog:
        """The catalog in force. One statement, four where it has changed.

        Raises:
            CatalogError: a stored document does not fit the models of this version of MDL.
        """
        version = catalog_version(connection)
        with self._lock:
            if version != self._known[0]:
                catalog, revisions = read_catalog(connection), _revisions(connection)
                self._known = version, OpenedCatalog.of(catalog, self._formulas, revisions)
            return self._known[1]


def _revisions(connection: Connection) -> dict[DocumentKey, int]:
    table = catalog_documents.c
    rows = connection.execute(select(table.kind, table.document_id, table.revision))
    return {(row.kind, row.document_id): row.revision for row in rows}
