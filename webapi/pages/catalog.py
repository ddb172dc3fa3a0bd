"""The catalog: its documents by kind, and each with its past and with what it hangs together with."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import Response
from marshmallow import fields, validate

from reports.definitions import carried_definitions
from reports.documents.addresses import report_path
from schemas.browsing.revisions import compare_revisions
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
from schemas.documents.export import to_yaml
from schemas.documents.kinds import Kind
from webapi.pages.catalog_tables import (
    KINDS,
    Surroundings,
    carried_table,
    differences_table,
    documents_table,
    history_table,
)
from webapi.pages.frame.rendering import page
from webapi.pages.frame.route import FileQuerySchema, Pages
from webapi.request.context import app_parts

blueprint = Pages("pages-catalog", __name__)

_NUMBERS: Mapping[str, str] = {"metric": "metrics", "objective": "objectives", "domain": "domains"}
_ANY_KIND = f"any({', '.join(KINDS)})"
_LIMIT = 50
_WHOLE = 100_000
_LAST_REVISION = 2**31 - 1


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
    grain = fields.String(load_default="")
    # the name `format` is that of files
    source_format = fields.String(load_default="")


class DocumentPageQuerySchema(FileQuerySchema):
    """Which part of a document's past is shown."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    before = fields.Integer(data_key="from", load_default=None, validate=validate.Range(1, _LAST_REVISION))
    after = fields.Integer(data_key="to", load_default=None, validate=validate.Range(1, _LAST_REVISION))


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
        [documents_table(kind, rows)],
        kinds=KINDS,
        counts=database.read(read_counts),
        query=query,
        total=total,
        limit=_LIMIT,
        filters={parameter: choices[name] for parameter, name in names.items()},
    )


@blueprint.page(
    f"/catalog/<{_ANY_KIND}:kind>/<path:document_id>",
    query=DocumentPageQuerySchema,
    kept_by="both",
    about=lambda kind, document_id: (kind, document_id),
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
    about = Surroundings(database.read(app_parts().book.open), (kind, document_id))
    tables = [
        history_table(kind, document_id, revisions),
        about.table("refers-to", "Refers to", is_start=True),
        about.table("referred-to-by", "Referred to by", is_start=False),
        *([differences_table(compared)] if compared else []),
        *([carried_table(carried)] if carried else []),
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
        to_report=report_path(document_id) if kind == "report" else None,
        revisions=revisions,
        total=total,
        limit=_LIMIT,
        compared=compared,
        before=query["before"] or max(document.revision - 1, 1),
        after=query["after"] or document.revision,
    )
