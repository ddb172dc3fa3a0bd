"""The catalog: its documents by kind, and each with its past and with what it hangs together with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Response
from marshmallow import fields, validate

from reports.definitions import CarriedDefinition, carried_definitions
from schemas.browsing.book import OpenedCatalog
from schemas.browsing.links import Reference
from schemas.browsing.revisions import Comparison, compare_revisions
from schemas.catalog.queries import (
    SORTS,
    DocumentQuery,
    filters_of,
    read_choices,
    read_counts,
    read_document,
    read_history,
    read_page,
)
from schemas.catalog.stored import Revision, StoredDocument
from schemas.documents.export import to_yaml
from schemas.documents.kinds import DocumentKey, Kind
from webapi.pages.frame.cells import Cell, Link, Table
from webapi.pages.frame.rendering import local, page
from webapi.pages.frame.route import FileQuerySchema, Pages
from webapi.request.context import app_parts

blueprint = Pages("pages-catalog", __name__)

KINDS: Mapping[Kind, str] = {
    "metric": "Metrics",
    "objective": "Objectives",
    "domain": "Domains",
    "source": "Sources",
}
_NUMBERS: Mapping[str, str] = {"metric": "metrics", "objective": "objectives", "domain": "domains"}
_ANY_KIND = f"any({', '.join(KINDS)})"
_LIMIT = 50
_WHOLE = 100_000
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
}
_SORTS = {"name": "name", "updated_at": "-updated_at", "id": "id"}


class DocumentsQuerySchema(FileQuerySchema):
    """Which documents are listed."""

    kind = fields.String(load_default="metric", validate=validate.OneOf(KINDS))
    q = fields.String(load_default="", validate=validate.Length(max=200))
    sort = fields.String(
        load_default="id", validate=validate.OneOf([*SORTS, *(f"-{name}" for name in SORTS)])
    )
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    status = fields.String(load_default="")
    tier = fields.String(load_default="")
    category = fields.String(load_default="")
    metric_type = fields.String(load_default="")
    owner_team = fields.String(load_default="")
    priority = fields.String(load_default="")
    business_domain = fields.String(load_default="")
    tag = fields.String(load_default="")
    event = fields.String(load_default="")
    # the name `format` is that of files
    source_format = fields.String(load_default="")


class DocumentPageQuerySchema(FileQuerySchema):
    """Which part of a document's past is shown."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    before = fields.Integer(data_key="from", load_default=None, validate=validate.Range(min=1))
    after = fields.Integer(data_key="to", load_default=None, validate=validate.Range(min=1))


@blueprint.page("/catalog", query=DocumentsQuerySchema, kept_by="catalog")
def show_catalog(query: dict[str, Any]) -> Response:
    """The documents of a kind, searched, filtered and ordered."""
    kind: Kind = query["kind"]
    names = {"source_format" if name == "format" else name: name for name in filters_of(kind)}
    asked = DocumentQuery(
        kind,
        1 if query["format"] else query["page"],
        _WHOLE if query["format"] else _LIMIT,
        query["sort"],
        query["q"],
        {name: query[parameter] for parameter, name in names.items() if query[parameter]},
    )
    database = app_parts().database
    rows, total = database.read(read_page, asked)
    choices = database.read(read_choices, kind)
    return page(
        "catalog.html",
        "Catalog",
        [_documents(kind, rows)],
        kinds=KINDS,
        counts=database.read(read_counts),
        query=query,
        total=total,
        limit=_LIMIT,
        filters={parameter: choices[name] for parameter, name in names.items()},
    )


@blueprint.page(
    f"/catalog/<{_ANY_KIND}:kind>/<path:document_id>", query=DocumentPageQuerySchema, kept_by="both"
)
def show_document(query: dict[str, Any], kind: Kind, document_id: str) -> Response:
    """One document: what it says, what it hangs together with, and its revisions."""
    database = app_parts().database
    document = database.read(read_document, kind, document_id)
    revisions, total = database.read(read_history, kind, document_id, query["page"], _LIMIT)
    compared = None
    if query["before"] and query["after"]:
        versions = (query["before"], query["after"])
        compared = database.read(compare_revisions, kind, document_id, *versions)
    carried = database.read(carried_definitions, document_id) if kind == "metric" else []
    content = document.in_order()
    about = _About(database.read(app_parts().book.open), (kind, document_id))
    tables = [
        _history(kind, document_id, revisions),
        about.table("refers-to", "Refers to", is_start=True),
        about.table("referred-to-by", "Referred to by", is_start=False),
        *([_differences(compared)] if compared else []),
        *([_carried(carried)] if carried else []),
    ]
    return page(
        "document.html",
        str(content.get("name", document_id)),
        tables,
        kinds=KINDS,
        document=document,
        content=content,
        yaml=to_yaml({f"{kind}s": [content]}),
        to_numbers=f"/{_NUMBERS[kind]}/{quote(document_id)}" if kind in _NUMBERS else None,
        revisions=revisions,
        total=total,
        limit=_LIMIT,
        compared=compared,
        before=query["before"] or max(document.revision - 1, 1),
        after=query["after"] or document.revision,
    )


def document_address(kind: str, document_id: str) -> str:
    """Where a document is shown."""
    return f"/catalog/{kind}/{quote(document_id)}"


@dataclass(frozen=True)
class _About:
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


def _documents(kind: Kind, rows: Sequence[StoredDocument]) -> Table:
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


def _history(kind: Kind, document_id: str, revisions: Sequence[Revision]) -> Table:
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


def _differences(compared: Comparison) -> Table:
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


def _carried(carried: Sequence[CarriedDefinition]) -> Table:
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
