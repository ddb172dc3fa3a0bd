"""The trust envelope: what numbers rest on."""

from typing import Any

from flask import has_request_context
from marshmallow import fields

from webapi.request.context import current_request
from webapi.views.schemas import Schema


class _SnapshotMoment(fields.AwareDateTime):
    """What the request knows, and no object that is dumped."""

    def serialize(self, attr: str, obj: Any, accessor: Any = None, **kwargs: Any) -> Any:  # noqa: ARG002
        """The moment in text; None of what PostgreSQL itself answered."""
        moment = current_request().snapshot_at if has_request_context() else None
        return self._serialize(moment, attr, None)


class DeliveredSchema(Schema):
    """What the sources had delivered, and what of it was refused."""

    files = fields.Integer(required=True)
    files_refused = fields.Integer(required=True)
    files_lost = fields.Integer(
        required=True,
        metadata={"description": "accepted once, gone with the lake and not there to be read again"},
    )
    rows = fields.Integer(required=True, metadata={"description": "of files that were not refused whole"})
    rows_refused = fields.Integer(required=True)


class TrustSchema(Schema):
    """What numbers rest on."""

    publication_id = fields.Integer(required=True)
    published_at = fields.AwareDateTime(required=True)
    as_of = fields.AwareDateTime(required=True, metadata={"description": "the moment the numbers stand at"})
    data_through = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "newest event that counted"}
    )
    timezone = fields.String(required=True)
    is_complete = fields.Boolean(
        required=True, metadata={"description": "no period of the answer is still running"}
    )
    lake_version = fields.Integer(required=True, allow_none=True)
    catalog_version = fields.Integer(required=True, allow_none=True)
    quality = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "of what the metric's own sources, or all, had delivered: warning is rows refused, "
            "critical a whole file refused or lost",
            "anyOf": [{"type": "string", "enum": ["ok", "warning", "critical"]}, {"type": "null"}],
        },
    )
    definition_version = fields.String(required=True, allow_none=True)
    definition_hash = fields.String(required=True, allow_none=True)
    deliveries = fields.Nested(
        DeliveredSchema,
        required=True,
        allow_none=True,
        metadata={"description": "`quality` in numbers; null in publications before they were kept"},
    )
    held_back = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={
            "description": "those of the answer's metrics that the publication left out, with the reason; "
            "what stood of them stands"
        },
    )
    snapshot_at = _SnapshotMoment(
        required=True,
        allow_none=True,
        metadata={
            "description": "PostgreSQL is away, and this was read from the snapshot on disk of that moment; else null"
        },
    )
