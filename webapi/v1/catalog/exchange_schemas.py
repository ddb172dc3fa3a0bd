"""What import and export take and answer."""

from marshmallow import fields, validate

from webapi.v1.catalog.document_schemas import NoteSchema
from webapi.views.schemas import Schema


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
