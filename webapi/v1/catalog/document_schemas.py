"""What the routes of documents take and answer; their content goes through as it is, never field by field."""

from functools import cache
from typing import Any

from marshmallow import fields, validate

from schemas.catalog.queries import SORTS, filters_of
from schemas.documents.kinds import Kind
from webapi.v1.catalog.components import reference
from webapi.views.pages import PageQuerySchema, PaginationSchema
from webapi.views.schemas import CommaList, Schema
from webapi.views.trust import TrustSchema


def _content(kind: Kind) -> fields.Raw:
    metadata = {"allOf": [reference(kind)], "description": "the document itself; PUT takes it as it is"}
    return fields.Raw(required=True, metadata=metadata)


class DocumentSchema(Schema):
    """A document as it stands, in its newest version."""

    kind = fields.String(required=True)
    id = fields.String(attribute="document_id", required=True)
    version = fields.String(required=True, metadata={"description": "semantic version of the content"})
    revision = fields.Integer(required=True, metadata={"description": "1, 2, 3 … with every change"})
    updated_at = fields.AwareDateTime(required=True)


class NoteSchema(Schema):
    """Something that may be wrong, but does not stand in the way."""

    field = fields.String(attribute="path", required=True, metadata={"description": "dotted path"})
    message = fields.String(required=True)


class RevisionSchema(Schema):
    """One accepted version of a document."""

    revision = fields.Integer(required=True)
    version = fields.String(required=True)
    change = fields.String(
        required=True, metadata={"description": "created, major, minor, patch, deleted or restored"}
    )
    changed_fields = fields.List(fields.String(), required=True, metadata={"description": "dotted paths"})
    changed_by = fields.String(required=True)
    origin = fields.String(required=True, metadata={"description": "file:<name> or api"})
    changed_at = fields.AwareDateTime(required=True)


class CurrentValueSchema(Schema):
    """Where a metric stands: its total in the newest finished period, at its current grain."""

    grain = fields.String(required=True)
    unit = fields.String(required=True, allow_none=True)
    period_start = fields.AwareDateTime(required=True)
    period_end = fields.AwareDateTime(required=True)
    value = fields.Float(required=True, allow_none=True)
    status = fields.String(required=True)
    change_pct = fields.Float(required=True, allow_none=True)


_INCLUDE = CommaList(
    fields.String(validate=validate.OneOf(["current"])),
    metadata={"description": "current: with where each metric stands, null of those without numbers"},
)
_CURRENT = {
    "current": fields.Nested(
        CurrentValueSchema, allow_none=True, metadata={"description": "only with include=current"}
    ),
    "restricted": fields.Boolean(
        metadata={"description": "one may not read its numbers; only with include=current"}
    ),
}
_OF_NUMBERS = {
    "meta": fields.Nested(
        TrustSchema,
        allow_none=True,
        metadata={"description": "what the numbers rest on, with include=current"},
    )
}


class KindSchemas:
    """The schemas of one kind, named after it in the specification."""

    def __init__(self, kind: Kind) -> None:
        name = kind.title()
        self.query = self._query(kind, name)
        self.document = _named(f"{name}DocumentSchema", DocumentSchema, content=_content(kind))
        self.revision = _named(f"{name}RevisionSchema", RevisionSchema, content=_content(kind))
        of_numbers = _OF_NUMBERS if kind == "metric" else {}
        listed = _named(f"Listed{name}Schema", self.document, **_CURRENT) if of_numbers else self.document
        one = fields.Nested(self.document, required=True)
        self.answer = _named(f"{name}AnswerSchema", Schema, data=one)
        warnings = fields.List(fields.Nested(NoteSchema), required=True)
        self.edited = _named(f"{name}EditedSchema", Schema, data=one, warnings=warnings)
        self.page = _page(f"{name}PageSchema", listed, **of_numbers)
        self.history = _page(f"{name}HistorySchema", self.revision)

    @staticmethod
    def _query(kind: Kind, name: str) -> type[Schema]:
        def text(description: str) -> fields.String:
            return fields.String(metadata={"description": description})

        orders = [f"{sign}{sort}" for sort in SORTS for sign in ("", "-")]
        return _named(
            f"{name}QuerySchema",
            PageQuerySchema,
            sort=fields.String(load_default="id", validate=validate.OneOf(orders)),
            search=text("part of the id, name or description"),
            **{each: text(f"only those with this {each}") for each in filters_of(kind)},
            **({"include": _INCLUDE} if kind == "metric" else {}),
        )


@cache
def schemas_of(kind: Kind) -> KindSchemas:
    """The schemas of a kind, made once: each has one name in the specification."""
    return KindSchemas(kind)


def _page(name: str, of: type[Schema], **more: Any) -> type[Schema]:
    rows = fields.List(fields.Nested(of), required=True)
    return _named(name, Schema, data=rows, pagination=fields.Nested(PaginationSchema, required=True), **more)


def _named(name: str, base: type[Schema], **members: Any) -> type[Schema]:
    made: type[Schema] = type(name, (base,), {"__doc__": base.__doc__, **members})
    return made
