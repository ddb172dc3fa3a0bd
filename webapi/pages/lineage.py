"""Lineage: from source to report, drawn around whatever one looks at, and as a list."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import Response
from marshmallow import fields, validate

from reports.cells import Table
from reports.documents.addresses import report_path
from schemas.browsing.neighbourhood import Graph, Neighbourhood
from schemas.catalog.lineage import Node, with_waiting
from webapi.pages.catalog_tables import document_address
from webapi.pages.frame.rendering import page
from webapi.pages.frame.route import FileQuerySchema, Pages
from webapi.pages.lineage_drawing import HEIGHT, WIDTH, columns_of, drawn
from webapi.request.context import app_parts

blueprint = Pages("pages-lineage", __name__)

KINDS: Mapping[str, str] = {
    "source": "Sources",
    "event": "Events",
    "metric": "Metrics",
    "key_result": "Key results",
    "objective": "Objectives",
    "domain": "Domains",
    "report": "Reports",
}
_COLUMNS = {"start": "From", "start_kind": "Kind", "end": "To", "end_kind": "Kind of it"}
_LIMIT = 50


class StartsQuerySchema(FileQuerySchema):
    """Which nodes one can begin with."""

    kind = fields.String(load_default="domain", validate=validate.OneOf(KINDS))
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))


@blueprint.page("/lineage", query=StartsQuerySchema, kept_by="catalog")
def show_starts(query: dict[str, Any]) -> Response:
    """Where to begin."""
    nodes = _graph().whole.nodes
    chosen = [node for node in nodes if node.kind == query["kind"]]
    first = (query["page"] - 1) * _LIMIT
    return page(
        "lineages.html",
        "Lineage",
        kinds=KINDS,
        kind=query["kind"],
        counts={kind: sum(node.kind == kind for node in nodes) for kind in KINDS},
        nodes=chosen[first : first + _LIMIT],
        page=query["page"],
        limit=_LIMIT,
        total=len(chosen),
        to=_address,
    )


@blueprint.page(
    f"/lineage/<any({', '.join(KINDS)}):kind>/<path:document_id>", query=FileQuerySchema, kept_by="both"
)
def show_lineage(query: dict[str, Any], kind: str, document_id: str) -> Response:  # noqa: ARG001  files only
    """What leads to one node and what it leads to."""
    around = _graph().around(kind, document_id)
    nodes = app_parts().database.read(with_waiting, around.nodes)
    return page(
        "lineage.html",
        around.centre.name,
        [_edges(around)],
        kinds=KINDS,
        around=around,
        drawing=drawn(around),
        box_width=WIDTH,
        box_height=HEIGHT,
        columns=columns_of(around),
        reasons={node.node_id: node.reason for node in nodes if node.reason},
        leads_to=_leads_to(around),
        to=_address,
        to_document=_document(around.centre),
        to_report=report_path(document_id) if kind == "report" else None,
    )


def _graph() -> Graph:
    graph: Graph = app_parts().database.read(app_parts().book.open).graph
    return graph


def _address(node: Node) -> str:
    return f"/lineage/{node.kind}/{quote(node.document_id)}"


def _document(node: Node) -> str | None:
    """The document that says what a node is; events have none."""
    if node.kind == "event":
        return None
    if node.kind == "key_result":
        return document_address("objective", node.document_id.rpartition("/")[0])
    return document_address(node.kind, node.document_id)


def _leads_to(around: Neighbourhood) -> dict[str, list[Node]]:
    nodes = {node.node_id: node for node in around.nodes}
    found: dict[str, list[Node]] = {}
    for edge in around.edges:
        found.setdefault(edge.start, []).append(nodes[edge.end])
    return found


def _edges(around: Neighbourhood) -> Table:
    nodes = {node.node_id: node for node in around.nodes}
    pairs = [(nodes[edge.start], nodes[edge.end]) for edge in around.edges]
    rows = [
        {
            "start": start.document_id,
            "start_kind": start.kind,
            "end": end.document_id,
            "end_kind": end.kind,
        }
        for start, end in pairs
    ]
    return Table("lineage", "Lineage", _COLUMNS, rows)
