"""What the catalog routes take and answer; the content of documents goes through as it is, never field by field."""

from functools import cache
from typing import Any

from marshmallow import EXCLUDE, fields, validate
from webargs.fields import DelimitedList

from schemas.catalog.queries import SORTS, filters_of
from schemas.documents.jsonschema import canonical
from schemas.documents.kinds import Kind
from webapi.house import Schema
from webapi.v1.envelope import PageQuerySchema, PaginationSchema, TrustSchema

_PREFIX = "Catalog"
# one name for all free mappings, so that generated clients have one class for them
ANY_OBJECT = {"$ref": "#/components/schemas/AnyObject"}
_ANY_OBJECT = {"type": "object", "additionalProperties": True}


def components() -> dict[str, dict[str, Any]]:
    """The JSON Schemas of documents as components of the API's own specification."""
    moved = {_PREFIX + name: _moved(schema) for name, schema in canonical().items()}
    return {**moved, "AnyObject": _ANY_OBJECT}


def reference(kind: Kind) -> dict[str, str]:
    """Where the specification describes the content of a kind."""
    return {"$ref": f"#/components/schemas/{_PREFIX}{kind.title()}"}


def _moved(schema: Any) -> Any:
    if schema == _ANY_OBJECT:
        return ANY_OBJECT
    if isinstance(schema, dict):
        return {
            key: value.replace("#/$defs/", f"#/components/schemas/{_PREFIX}")
            if key == "$ref"
            else _moved(value)
            for key, value in schema.items()
        }
    return [_moved(each) for each in schema] if isinstance(schema, list) else schema


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


class HeadersSchema(Schema):
    """Headers that a view reads; all others are left alone."""

    class Meta:
        """Other headers are none of the view's business."""

        unknown = EXCLUDE


class IfMatchSchema(HeadersSchema):
    """Which state of the document the change is meant for."""

    if_match = fields.String(
        data_key="If-Match",
        metadata={"description": "the ETag of the document as it was read; * for any. Without it: 428"},
    )


class OnceSchema(HeadersSchema):
    """How the sender names a write that must happen once."""

    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        validate=validate.Length(min=1, max=255),
        metadata={"description": "the same key within a day gets the first answer again"},
    )


class CurrentValueSchema(Schema):
    """Where a metric stands: its total in the newest finished period, at its current grain."""

    grain = fields.String(required=True)
    unit = fields.String(required=True, allow_none=True)
    period_start = fields.AwareDateTime(required=True)
    period_end = fields.AwareDateTime(required=True)
    value = fields.Float(required=True, allow_none=True)
    status = fields.String(required=True)
    change_pct = fields.Float(required=True, allow_none=True)


_INCLUDE = DelimitedList(
    fields.String(validate=validate.OneOf(["current"])),
    metadata={"description": "current: with where each metric stands, null of those without numbers"},
)
_CURRENT = {
    "current": fields.Nested(
        CurrentValueSchema, allow_none=True, metadata={"description": "only with include=current"}
    )
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


class KeyResultsSchema(Schema):
    """The key results of an objective, as its document holds them."""

    data = fields.List(
        fields.Raw(metadata={"allOf": [{"$ref": f"#/components/schemas/{_PREFIX}KeyResult"}]}), required=True
    )


class KeyResultQuerySchema(Schema):
    """Which key result."""

    objective = fields.String(metadata={"description": "needed where several objectives have one of that id"})


class CheckInsQuerySchema(PageQuerySchema, KeyResultQuerySchema):
    """Which key result, and which page."""


class NewCheckInSchema(Schema):
    """A value that was seen."""

    value = fields.Float(
        required=True, allow_nan=False, metadata={"description": "in the unit of the key result's target"}
    )
    note = fields.String(validate=validate.Length(max=2_000), allow_none=True, load_default=None)
    checked_in_at = fields.AwareDateTime(
        metadata={"description": "the moment at which the value stood, now by default, never later"}
    )


class CheckInSchema(Schema):
    """A value typed in by hand; it counts from the next publication on, where no metric has a value."""

    check_in_id = fields.Integer(required=True)
    objective_id = fields.String(required=True)
    kr_id = fields.String(required=True)
    value = fields.Float(required=True)
    note = fields.String(required=True, allow_none=True)
    checked_in_by = fields.String(required=True)
    checked_in_at = fields.AwareDateTime(required=True)


class CheckInAnswerSchema(Schema):
    """One check-in."""

    data = fields.Nested(CheckInSchema, required=True)


class CheckInsSchema(Schema):
    """A page of check-ins, newest first."""

    data = fields.List(fields.Nested(CheckInSchema), required=True)
    pagination = fields.Nested(PaginationSchema, required=True)


class ImportQuerySchema(Schema):
    """Whether to store, or only to tell."""

    dry_run = fields.Boolean(load_default=False, metadata={"description": "tell what would change"})


class ChangeSchema(Schema):
    """One new revision of a document."""

    kind = fields.String(required=True)
    id = fields.String(attribute="document_id", required=True)
    change = fields.String(
        required=True, metadata={"description": "created, major, minor, patch or restored"}
    )
    version = fields.String(required=True)
    revision = fields.Integer(required=True)
    fields_ = fields.List(fields.String(), attribute="fields", data_key="changed_fields", required=True)


class ImportNoteSchema(NoteSchema):
    """Something that may be wrong in one of the documents."""

    kind = fields.String(required=True)
    id = fields.String(attribute="document_id", required=True)


class ImportedSchema(Schema):
    """What an import changed, or would change."""

    data = fields.List(fields.Nested(ChangeSchema), attribute="changes", required=True)
    warnings = fields.List(fields.Nested(ImportNoteSchema), required=True)
    catalog_version = fields.Integer(attribute="version", required=True)
    is_dry_run = fields.Boolean(required=True)


class ExportQuerySchema(Schema):
    """In which text format."""

    format = fields.String(
        validate=validate.OneOf(["json", "yaml"]), metadata={"description": "else as Accept says, else JSON"}
    )


class NodeSchema(Schema):
    """One thing on the way of the data."""

    id = fields.String(attribute="node_id", required=True, metadata={"description": "such as metric:revenue"})
    kind = fields.String(
        required=True, metadata={"description": "source, event, metric, key_result, objective or domain"}
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


class LinksSchema(Schema):
    """Where things are."""

    version = fields.String(required=True)
    links = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class IndexSchema(Schema):
    """What the API offers."""

    data = fields.Nested(LinksSchema, required=True)
