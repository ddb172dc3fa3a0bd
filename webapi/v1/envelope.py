"""The trust envelope, pages of lists, and the other parts that many answers share."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import ValidationError, fields, validate, validates_schema

from webapi.house import Schema

_LONGEST_QUERY = 1_000


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


class PageQuerySchema(Schema):
    """Which page of a list."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=100))

    @validates_schema
    def _short(self, _data: object, **_: object) -> None:
        """The header `Link` repeats the query four times, and proxies take headers of a few thousand bytes only."""
        if (length := len(_query(1_000_000))) > _LONGEST_QUERY:
            raise ValidationError(
                f"the filters have {length:,} characters together, percent-encoded; "
                f"{_LONGEST_QUERY:,} are taken at most"
            )


class PaginationSchema(Schema):
    """Where a page stands in its list."""

    page = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    total = fields.Integer(required=True)
    pages = fields.Integer(required=True)
    has_next = fields.Boolean(required=True)
    has_prev = fields.Boolean(required=True)


def paged(rows: Sequence[Any], total: int, page: int, limit: int) -> tuple[dict[str, Any], dict[str, str]]:
    """One page of a list as its body and headers: `Link` to the pages around it, and `X-Total-Count`."""
    pages = -(-total // limit)
    pagination = {
        "page": page,
        "limit": limit,
        "total": total,
        "pages": pages,
        "has_next": page < pages,
        "has_prev": page > 1,
    }
    around = {"first": 1, "prev": page - 1, "next": page + 1, "last": max(pages, 1)}
    links = [
        f'<{request.path}?{_query(number)}>; rel="{name}"'
        for name, number in around.items()
        if 1 <= number <= max(pages, 1)
    ]
    return {"data": rows, "pagination": pagination}, {"Link": ", ".join(links), "X-Total-Count": str(total)}


def _query(page: int) -> str:
    others = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    return urlencode([*others, ("page", str(page))])
