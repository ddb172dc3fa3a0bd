"""Routes of silences."""

from typing import Any

from flask import Response

from reports.alerting.incidents import silence_page
from reports.alerting.restricted import silence_for
from schemas.alerting import silences
from schemas.alerting.silences import Matching, silence_end
from schemas.identity.roles import Role
from webapi.request.context import app_parts, principal, reader
from webapi.v1.incidents.blueprint import blueprint
from webapi.v1.incidents.rendering import rendered_silence
from webapi.v1.incidents.silence_schemas import (
    NewSilenceSchema,
    SilenceAnswerSchema,
    SilenceQuerySchema,
    SilencesSchema,
)
from webapi.views.audited_writes import Action, write, write_once
from webapi.views.pages import Page, paged
from webapi.views.preconditions import OnceSchema


@blueprint.get("/silences", role=Role.VIEWER)
@blueprint.arguments(SilenceQuerySchema, location="query")
@blueprint.response(200, SilencesSchema)
def list_silences(query: dict[str, Any]) -> Page:
    """List silences, newest first.

    Those that hold now or later; with `with_ended` also those that are over.
    """
    return paged(
        app_parts().database.read(silence_page, now=app_parts().clock(), reader=reader(), **query), query
    )


@blueprint.post("/silences", role=Role.EDITOR, problems=("invalid-silence", "key-reused", "under-way"))
@blueprint.arguments(OnceSchema, location="headers")
@blueprint.arguments(NewSilenceSchema)
@blueprint.response(201, SilenceAnswerSchema)
def create_silence(_headers: dict[str, str], given: dict[str, Any]) -> Response:
    """Silence whatever matches.

    By any part of an incident's key, such as every rule of a metric, also before there is any incident.
    """
    now = app_parts().clock()
    starts_at = given.get("starts_at") or now
    ends_at = silence_end(starts_at, given.get("ends_at"), given.get("duration"))
    matching = Matching(*(given.get(name) for name in Matching.__dataclass_fields__))
    wanted = (matching, given["reason"], ends_at, principal().actor, now, starts_at)
    target = "/".join("*" if part is None else part for part in vars(matching).values())
    return write_once(
        Action("silence.create", f"silence:{target}"), rendered_silence, silences.silence, *wanted
    )


@blueprint.delete("/silences/<int:silence_id>", role=Role.EDITOR, problems=("not-found",))
@blueprint.response(200, SilenceAnswerSchema)
def end_silence(silence_id: int) -> dict[str, Any]:
    """End a silence.

    Whoever made it; it stays in the list of those that are over.
    """
    action, now = Action("silence.end", f"silence:{silence_id}"), app_parts().clock()
    ended = write(action, silences.end_silence, silence_id, principal().actor, now)
    return {"data": silence_for(reader(), ended)}
