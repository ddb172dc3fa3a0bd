"""What lineage answers."""

from marshmallow import fields

from webapi.views.schemas import Schema


class NodeSchema(Schema):
    """One thing on the way of the data."""

    id = fields.String(attribute="node_id", required=True, metadata={"description": "such as metric:revenue"})
    kind = fields.String(
        required=True,
        metadata={"description": "source, event, metric, key_result, objective, domain or report"},
    )
    document_id = fields.String(
        required=True, metadata={"description": "of a key result: <objective>/<key result>"}
    )
    name = fields.String(required=True)
    reason = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "why a metric is not computed, or which events of it never came"},
    )


class EdgeSchema(Schema):
    """What flows from one node to another."""

    start = fields.String(data_key="from", required=True)
    end = fields.String(data_key="to", required=True)


class GraphSchema(Schema):
    """Nodes in the order of the data's way, and edges in its direction."""

    metric_id = fields.String(required=True)
    nodes = fields.List(fields.Nested(NodeSchema), required=True)
    edges = fields.List(fields.Nested(EdgeSchema), required=True)


class LineageSchema(Schema):
    """Where a metric comes from and what it leads to."""

    data = fields.Nested(GraphSchema, required=True)
