"""The tables of the catalog's pages: documents, revisions, differences, and what hangs together with what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from reports.cells import Cell, Link, Table
from reports.definitions import CarriedDefinition
from schemas.browsing.book import OpenedCatalog
from schemas.browsing.links import Reference
from schemas.browsing.revisions import Comparison
from schemas.catalog.stored import Revision, StoredDocument
from schemas.documents.export import to_yaml
from schemas.documents.kinds import DocumentKey, Kind
from webapi.pages.frame.rendering import local

KINDS: Mapping[Kind, str] = {
    "metric": "Metrics",
    "objective": "Objectives",
    "domain": "Domains",
    "source": "Sources",
    "report": "Reports",
}
# of each kind: heading and where the content has it
_COLUMNS: Mapping[Kind, Mapping[str, tuple[str, ...]]] = {
    "metric": {
        "Domain": ("business_domain",),
        "Owner": ("governance", "owner_team"),
        "Tier": ("tier",),
        "Standing": ("governance", "status"),
    },
    "objective": {
        "Domain": ("business_domain",),
        "Owner": ("owner_team",),
        "Priority": ("priority",),
        "Standing": ("status",),
    },
    "domain": {"Owner": ("owner_team",)},
    "source": {"Format": ("format",), "Event": ("event",), "Path": ("path",)},
    "report": {"Owner": ("owner_team",), "Schedule": ("schedule",), "Time zone": ("timezone",)},
}
_SORTS = {"name": "name", "updated_at": "-updated_at", "id": "id"}


def document_address(kind: str, document_id: str) -> str:
    """Where a document is shown."""
    return f"/catalog/{kind}/{quote(document_id)}"


@dataclass(frozen=True)
class Surroundings:
    """What a document hangs together with."""

    opened: OpenedCatalog
    key: DocumentKey

    def table(self, name: str, caption: str, *, is_start: bool) -> Table:
        """What it names, or what names it."""
        found = [
            each for each in self.opened.references if (each.start if is_start else each.end) == self.key
        ]
        rows = [self._row(each, each.end if is_start else each.start) for each in found]
        return Table(name, caption, {"document": "Document", "kind": "Kind", "path": "In the field"}, rows)

    def _row(self, reference: Reference, other: DocumentKey) -> dict[str, Cell]:
        link = Link(self.opened.name_of(other), document_address(*other), other[1])
        return {"document": link, "kind": other[0], "path": reference.path}


def documents_table(kind: Kind, rows: Sequence[StoredDocument]) -> Table:
    """Documents of one kind, with what tells them apart."""
    columns = _COLUMNS[kind]
    return Table(
        name=f"{kind}s",
        caption=KINDS[kind],
        columns={
            "name": "Name",
            "id": "Id",
            **{heading: heading for heading in columns},
            "version": "Version",
            "revision": "Revision",
            "updated_at": "Changed",
        },
        rows=[
            {
                "name": Link(
                    str(row.content.get("name", row.document_id)), document_address(kind, row.document_id)
                ),
                "id": row.document_id,
                **{heading: _text(row.content, path) for heading, path in columns.items()},
                "version": row.version,
                "revision": row.revision,
                "updated_at": local(row.updated_at),
            }
            for row in rows
        ],
        numeric=frozenset({"revision"}),
        sorts=_SORTS,
    )


def history_table(kind: Kind, document_id: str, revisions: Sequence[Revision]) -> Table:
    """The revisions of a document; each leads to what it changed."""
    here = document_address(kind, document_id)
    return Table(
        name="history",
        caption="Revisions",
        columns={
            "revision": "Revision",
            "version": "Version",
            "change": "Change",
            "fields": "Changed fields",
            "by": "By",
            "origin": "From",
            "at": "When",
        },
        rows=[
            {
                "revision": Link(
                    str(each.revision), f"{here}?from={each.revision - 1}&to={each.revision}#changes"
                )
                if each.revision > 1
                else each.revision,
                "version": each.version,
                "change": each.change,
                "fields": ", ".join(each.changed_fields) or None,
                "by": each.changed_by,
                "origin": each.origin,
                "at": local(each.changed_at),
            }
            for each in revisions
        ],
    )


def differences_table(compared: Comparison) -> Table:
    """What two revisions of a document say differently."""
    rows: list[dict[str, Cell]] = [
        {"path": each.path, "before": _written(each.before), "after": _written(each.after)}
        for each in compared.differences
    ]
    columns = {
        "path": "Field",
        "before": f"Revision {compared.before.revision}",
        "after": f"Revision {compared.after.revision}",
    }
    return Table("differences", "What changed", columns, rows)


def carried_table(carried: Sequence[CarriedDefinition]) -> Table:
    """Which publications carry which definition of a metric."""
    return Table(
        name="published",
        caption="Publications that carry the definitions",
        columns={
            "version": "Version",
            "hash": "Definition",
            "publication": "Since publication",
            "standing": "Values that stand",
            "replaced": "Values that this publication replaced",
        },
        rows=[
            {
                "version": each.definition_version,
                "hash": each.definition_hash[:12],
                "publication": str(each.publication_id),
                "standing": str(each.standing),
                "replaced": str(each.replaced),
            }
            for each in carried
        ],
        numeric=frozenset({"publication", "standing", "replaced"}),
    )


def _written(value: Any) -> str | None:
    """A value as the document's YAML has it; None where there is none."""
    if value is None or isinstance(value, str):
        return value
    return to_yaml(value).removesuffix("...\n").rstrip("\n")


def _text(content: Mapping[str, Any], path: Sequence[str]) -> str | None:
    value: Any = content
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return None if value is None else str(value)
