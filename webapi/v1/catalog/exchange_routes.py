"""Routes that take and give the catalog as a file."""

from typing import Any

from flask import Response, request
from werkzeug.exceptions import UnsupportedMediaType

from schemas.catalog.imports import Cost, Imported, import_catalog
from schemas.catalog.stored import read_catalog
from schemas.documents.export import catalog_content, to_json, to_yaml
from schemas.identity.idempotency import Answer
from schemas.identity.roles import Role
from webapi.process.media_types import JSON
from webapi.request.context import app_parts, media_type
from webapi.request.deadline import seconds_left
from webapi.v1.catalog.blueprint import blueprint
from webapi.v1.catalog.editing import author
from webapi.v1.catalog.exchange_schemas import ExportQuerySchema, ImportedSchema, ImportQuerySchema
from webapi.views.audited_writes import Action, rendered, write_once
from webapi.views.preconditions import OnceSchema

_YAML_TYPE = "application/yaml"
# of the time of a request, for judging an import; the rest is for storing it, or for noting the refusal
_SHARE = 2 / 3
_SUFFIXES = {
    "application/json": ".json",
    _YAML_TYPE: ".yaml",
    "application/x-yaml": ".yaml",
    "text/yaml": ".yaml",
}
_ANY_FILE = {"schema": {"$ref": "#/components/schemas/CatalogFile"}}


@blueprint.post(
    "/import",
    role=Role.EDITOR,
    problems=("too-large", "unsupported-media-type", "invalid-catalog", "key-reused", "under-way"),
)
@blueprint.arguments(OnceSchema, location="headers")
@blueprint.arguments(ImportQuerySchema, location="query")
@blueprint.response(200, ImportedSchema)
@blueprint.doc(
    requestBody={"required": True, "content": {"application/json": _ANY_FILE, _YAML_TYPE: _ANY_FILE}}
)
def import_documents(_headers: dict[str, str], query: dict[str, Any]) -> Response:
    """Import catalog documents.

    A catalog file as `mdl catalog apply` takes it, YAML or JSON; all of it is stored or nothing. Documents that it does
    not hold stay as they are. More documents than `MDL_IMPORT_DOCUMENTS`, or what takes longer to judge than a request
    may, is refused with 413. With `dry_run` nothing is stored, and the answer is the same.
    """
    suffix = _SUFFIXES.get(request.mimetype)
    if suffix is None:
        raise UnsupportedMediaType(f"expected a body of type {', '.join(_SUFFIXES)}")
    is_dry_run = query["dry_run"]

    def answered(imported: Imported) -> Answer:
        return rendered(200, ImportedSchema, {**vars(imported), "is_dry_run": is_dry_run})

    action = Action("catalog.try_import" if is_dry_run else "catalog.import", "catalog")
    cost = Cost(app_parts().served.in_force.import_documents, _SHARE * seconds_left())
    given = (request.get_data(), f"body{suffix}", author(), cost)
    return write_once(action, answered, import_catalog, *given, is_dry_run=is_dry_run)


@blueprint.get(
    "/export", role=Role.VIEWER, kept_by="catalog", problems=("invalid",), formats=(JSON, _YAML_TYPE)
)
@blueprint.arguments(ExportQuerySchema, location="query")
@blueprint.response(200, _ANY_FILE["schema"])
@blueprint.doc(responses={200: {"content": {_YAML_TYPE: {"schema": {"type": ["object", "array"]}}}}})
def export_documents(query: dict[str, str]) -> Response:
    """Export the catalog.

    All documents in canonical form, as `mdl catalog export` prints them and `import` takes them.
    """
    is_yaml = query.get("format", media_type().removeprefix("application/")) == "yaml"
    value = catalog_content(app_parts().database.read(read_catalog))
    text = to_yaml(value) if is_yaml else to_json(value)
    return Response(text, content_type=_YAML_TYPE if is_yaml else "application/json")
