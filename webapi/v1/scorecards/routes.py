"""Routes of progress and scorecards."""

from typing import Any

from reports.scores.scorecards import domain_standing, objective_standing
from reports.scores.scorecards import scorecard as read_scorecard
from schemas.identity.roles import Role
from webapi.request.context import app_parts, reader
from webapi.v1.scorecards.schemas import DomainScorecardSchema, ProgressSchema, ScorecardSchema
from webapi.views.blueprint import Blueprint
from webapi.views.periods import AsOfSchema

blueprint = Blueprint("scorecards", __name__, description="Progress of objectives, health of domains")


@blueprint.get(
    "/objectives/<objective_id>/progress",
    role=Role.VIEWER,
    kept_by="publication",
    problems=("not-found", "nothing-published"),
)
@blueprint.arguments(AsOfSchema, location="query")
@blueprint.response(200, ProgressSchema)
def get_progress(query: dict[str, Any], objective_id: str) -> dict[str, Any]:
    """Read how far an objective is.

    With its key results, how each was scored, and the values that speak for it.
    """
    card = app_parts().database.read(read_scorecard, reader(), **query)
    return {"data": objective_standing(card, objective_id), "meta": card.trust}


@blueprint.get(
    "/domains/<domain_id>/scorecard",
    role=Role.VIEWER,
    kept_by="publication",
    problems=("not-found", "nothing-published"),
)
@blueprint.arguments(AsOfSchema, location="query")
@blueprint.response(200, DomainScorecardSchema)
def get_domain_scorecard(query: dict[str, Any], domain_id: str) -> dict[str, Any]:
    """Read a domain's scorecard.

    Health over its metrics, weighted by tier, and its objectives with their key results.
    """
    card = app_parts().database.read(read_scorecard, reader(), **query)
    return {"data": domain_standing(card, domain_id), "meta": card.trust}


@blueprint.get("/scorecard", role=Role.VIEWER, kept_by="publication", problems=("nothing-published",))
@blueprint.arguments(AsOfSchema, location="query")
@blueprint.response(200, ScorecardSchema)
def get_scorecard(query: dict[str, Any]) -> dict[str, Any]:
    """Read the scorecard.

    Every domain with its objectives and their key results; a day on which nothing was published has the scores of
    the last publication before it.
    """
    card = app_parts().database.read(read_scorecard, reader(), **query)
    return {"data": card, "meta": card.trust}
