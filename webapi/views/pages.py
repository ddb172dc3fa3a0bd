"""Lists with pages, the one way in which all are asked for and answered."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from flask import request
from marshmallow import ValidationError, fields, validate, validates_schema

from webapi.views.schemas import Schema

_LONGEST_QUERY = 1_000

Page = tuple[dict[str, Any], dict[str, str]]
"""Body and headers of an answer."""


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


def paged(found: tuple[Sequence[Any], int], query: Mapping[str, Any]) -> Page:
    """The page that a query asks for: `Link` to those around it, and `X-Total-Count`.

    Args:
        found: the rows of the page, and how many there are on all.
        query: `page` and `limit` of `PageQuerySchema`, whatever else.
    """
    (rows, total), page, limit = found, query["page"], query["limit"]
    pages = -(-total // limit)
    pagination = {
        "page": page,
        "limit": limit,
        "total": total,
        "pages": pages,
        "has_next": page < pages,
        "has_prev": page > 1,
    }
    headers = {"Link": ", ".join(_links(page, max(pages, 1))), "X-Total-Count": str(total)}
    return {"data": rows, "pagination": pagination}, headers


def _links(page: int, last: int) -> list[str]:
    around = {"first": 1, "prev": page - 1, "next": page + 1, "last": last}
    return [
        f'<{quote(request.path)}?{_query(number)}>; rel="{name}"'
        for name, number in around.items()
        if 1 <= number <= last
    ]


def _query(page: int) -> str:
    others = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    return urlencode([*others, ("page", str(page))])
