"""The base of every schema, and the shape of problems."""

from operator import attrgetter
from typing import Any

import marshmallow as ma
from webargs.fields import DelimitedList


class Schema(ma.Schema):
    """Fields keep their order; unknown ones are an error, not ignored."""

    class Meta:
        """Options of every schema."""

        unknown = ma.RAISE


class PlainList(ma.fields.List[Any]):
    """A list of objects with the attributes of its schema, all of which JSON knows: dumped at once, not one by one.

    A year of days takes a twentieth of the time. Fields are named as the attributes, and nothing is computed or nested.
    """

    def _serialize(self, value: Any, *_: Any, **__: Any) -> list[dict[str, Any]]:
        names = tuple(self.inner.schema.dump_fields)  # type: ignore[attr-defined]  # of Nested
        of_row = attrgetter(*names)
        return [dict(zip(names, of_row(row), strict=True)) for row in value]


class CommaList(DelimitedList):
    """A parameter with commas; sent several times, as some clients do, it says all of it, not the first alone."""

    is_multiple = True

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        whole = ",".join(value) if isinstance(value, list) else value
        return super()._deserialize(whole, *args, **kwargs)  # type: ignore[no-untyped-call]


class FieldErrorSchema(Schema):
    """One field at fault."""

    field = ma.fields.String(required=True, metadata={"description": "dotted path, such as query.grain"})
    message = ma.fields.String(required=True)


class ProblemSchema(Schema):
    """Problem details (RFC 9457)."""

    type = ma.fields.String(required=True, metadata={"description": "urn:mdl:problem:…"})
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    instance = ma.fields.String(required=True, metadata={"description": "path that was asked for"})
    request_id = ma.fields.String(required=True, metadata={"description": "also in X-Request-ID and the log"})
    errors = ma.fields.List(ma.fields.Nested(FieldErrorSchema))
