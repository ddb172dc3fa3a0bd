"""Routes of key results and their check-ins."""

from typing import Any

from flask import Response
from werkzeug.exceptions import UnprocessableEntity

from reports.scores.check_ins import check_in_page
from schemas.catalog.check_ins import (
    CheckIn,
    KeyResultName,
    add_check_in,
    read_key_results,
)
from schemas.identity.idempotency import Answer
from schemas.identity.roles import Role
from webapi.request.context import app_parts, reader
from webapi.v1.catalog.blueprint import blueprint
from webapi.v1.catalog.editing import author
from webapi.v1.catalog.key_result_schemas import (
    CheckInAnswerSchema,
    CheckInsQuerySchema,
    CheckInsSchema,
    KeyResultQuerySchema,
    KeyResultsSchema,
    NewCheckInSchema,
)
from webapi.views.audited_writes import Action, rendered, write_once
from webapi.views.pages import Page, paged
from webapi.views.preconditions import OnceSchema


@blueprint.get(
    "/objectives/<objective_id>/key-results", role=Role.VIEWER, kept_by="catalog", problems=("not-found",)
)
@blueprint.response(200, KeyResultsSchema)
def list_key_results(objective_id: str) -> dict[str, Any]:
    """List the key results of an objective.

    As its document holds them; progress has a path of its own.
    """
    return {"data": app_parts().database.read(read_key_results, objective_id)}


@blueprint.get(
    "/key-results/<kr_id>/check-ins", role=Role.VIEWER, problems=("not-found", "restricted", "conflict")
)
@blueprint.arguments(CheckInsQuerySchema, location="query")
@blueprint.response(200, CheckInsSchema)
def list_check_ins(query: dict[str, Any], kr_id: str) -> Page:
    """List the check-ins of a key result.

    Values typed in by hand, newest first.
    """
    name = KeyResultName(kr_id, query.get("objective"))
    page = (query["page"], query["limit"])
    return paged(app_parts().database.read(check_in_page, name, *page, reader()), query)


@blueprint.post(
    "/key-results/<kr_id>/check-ins",
    role=Role.EDITOR,
    problems=("not-found", "conflict", "unsupported-media-type", "invalid", "key-reused", "under-way"),
)
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
    now = app_parts().clock()
    at = given.get("checked_in_at", now)
    if at > now:
        raise UnprocessableEntity("checked_in_at is later than now")

    def created(found: CheckIn) -> Answer:
        return rendered(201, CheckInAnswerSchema, {"data": found})

    name = KeyResultName(kr_id, query.get("objective"))
    value = (given["value"], given["note"])
    action = Action("key_result.check_in", f"key_result:{kr_id}")
    return write_once(action, created, add_check_in, name, *value, author(), at)
