"""Routes of the catalog."""

from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import UnprocessableEntity, UnsupportedMediaType

from schemas.catalog.check_ins import (
    CheckIn,
    KeyResultName,
    add_check_in,
    read_check_ins,
    read_key_results,
)
from schemas.catalog.imports import Cost, Imported, import_catalog
from schemas.catalog.lineage import read_lineage
from schemas.catalog.stored import read_catalog
from schemas.documents.export import catalog_content, to_json, to_yaml
from schemas.identity.idempotency import Answer
from schemas.identity.roles import Role
from webapi.deadline import seconds_left
from webapi.formats import JSON, media_type
from webapi.house import Blueprint
from webapi.services import services
from webapi.v1.catalog.documents import add_delete, add_reads, add_writes, with_headers
from webapi.v1.catalog.schemas import (
    CheckInAnswerSchema,
    CheckInsQuerySchema,
    CheckInsSchema,
    ExportQuerySchema,
    ImportedSchema,
    ImportQuerySchema,
    IndexSchema,
    KeyResultQuerySchema,
    KeyResultsSchema,
    LineageSchema,
    NewCheckInSchema,
    OnceSchema,
    components,
)
from webapi.v1.envelope import paged
from webapi.writes import author, rendered, write_once

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


class _CatalogBlueprint(Blueprint):
    """Brings the schemas of catalog documents into the specification."""

    def register_views_in_doc(self, api: Any, app: Flask, spec: Any, **options: Any) -> None:
        """Add the documents' own schemas before the views refer to them."""
        for name, schema in components().items():
            spec.components.schema(name, schema)
        super().register_views_in_doc(api, app, spec, **options)


blueprint = _CatalogBlueprint(
    "catalog", __name__, description="Definitions: domains, objectives, metrics and sources, with history"
)
for _kind in ("domain", "objective", "metric"):
    add_reads(blueprint, _kind)
    add_writes(blueprint, _kind)
add_reads(blueprint, "source")
add_delete(blueprint, "source")


@blueprint.get("/", role=None)
@blueprint.response(200, IndexSchema)
def get_index() -> dict[str, Any]:
    """List where things are.

    Every path that can be read without naming anything.
    """
    rules = [rule.rule for rule in current_app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    paths = sorted(rule for rule in rules if rule.startswith("/api/v1/") and "<" not in rule)
    links = {path.removeprefix("/api/v1/"): path for path in paths}
    return {"data": {"version": current_app.config["API_VERSION"], "links": {**links, "docs": "/api-docs"}}}


@blueprint.get("/objectives/<objective_id>/key-results", role=Role.VIEWER, kept_by="catalog", errors=(404,))
@blueprint.response(200, KeyResultsSchema)
def list_key_results(objective_id: str) -> dict[str, Any]:
    """List the key results of an objective.

    As its document holds them; progress has a path of its own.
    """
    return {"data": services().database.read(read_key_results, objective_id)}


@blueprint.get("/key-results/<kr_id>/check-ins", role=Role.VIEWER, errors=(404, 409, 422))
@blueprint.arguments(CheckInsQuerySchema, location="query")
@blueprint.response(200, CheckInsSchema)
def list_check_ins(query: dict[str, Any], kr_id: str) -> Any:
    """List the check-ins of a key result.

    Values typed in by hand, newest first.
    """
    page, limit = query["page"], query["limit"]
    name = KeyResultName(kr_id, query.get("objective"))
    rows, total = services().database.read(read_check_ins, name, page, limit)
    return with_headers(paged(rows, total, page, limit))


@blueprint.post("/key-results/<kr_id>/check-ins", role=Role.EDITOR, errors=(400, 404, 409, 415, 422))
@blueprint.arguments(OnceSchema, location="headers")
@blueprint.arguments(KeyResultQuerySchema, location="query")
@blueprint.arguments(NewCheckInSchema)
@blueprint.response(201, CheckInAnswerSchema)
def create_check_in(
    _headers: dict[str, str], query: dict[str, str], given: dict[str, Any], kr_id: str
) -> Response:
    """Check in a value of a key result.

    It counts from the next publication on, for key results none of whose metrics has a value.
    """
    now = services().clock()
    at = given.get("checked_in_at", now)
    if at > now:
        raise UnprocessableEntity("checked_in_at is later than now")

    def created(found: CheckIn) -> Answer:
        return rendered(201, CheckInAnswerSchema, {"data": found})

    name = KeyResultName(kr_id, query.get("objective"))
    value = (given["value"], given["note"])
    return write_once(
        "key_result.check_in", f"key_result:{kr_id}", created, add_check_in, name, *value, author(), at
    )


@blueprint.post("/import", role=Role.EDITOR, errors=(409, 415, 422))
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

    action = "catalog.try_import" if is_dry_run else "catalog.import"
    cost = Cost(services().settings.import_documents, _SHARE * seconds_left())
    given = (request.get_data(), f"body{suffix}", author(), cost)
    return write_once(action, "catalog", answered, import_catalog, *given, is_dry_run=is_dry_run)


@blueprint.get("/export", role=Role.VIEWER, kept_by="catalog", errors=(422,), formats=(JSON, _YAML_TYPE))
@blueprint.arguments(ExportQuerySchema, location="query")
@blueprint.response(200, _ANY_FILE["schema"])
@blueprint.doc(responses={200: {"content": {_YAML_TYPE: {"schema": {"type": ["object", "array"]}}}}})
def export_documents(query: dict[str, str]) -> Response:
    """Export the catalog.

    All documents in canonical form, as `mdl catalog export` prints them and `import` takes them.
    """
    is_yaml = query.get("format", media_type().removeprefix("application/")) == "yaml"
    value = catalog_content(services().database.read(read_catalog))
    text = to_yaml(value) if is_yaml else to_json(value)
    return Response(text, content_type=_YAML_TYPE if is_yaml else "application/json")


@blueprint.get("/metrics/<metric_id>/lineage", role=Role.VIEWER, kept_by="both", errors=(404,))
@blueprint.response(200, LineageSchema)
def get_lineage(metric_id: str) -> dict[str, Any]:
    """Read where a metric comes from and what it leads to.

    Sources, events and other metrics before it; key results, objectives and domains after it.
    """
    return {"data": services().database.read(read_lineage, metric_id)}
