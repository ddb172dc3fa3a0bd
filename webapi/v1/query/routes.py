"""Route of queries over several metrics."""

from typing import Any

from reports.aligned import AlignedQuery, aligned
from reports.models import AlignedAnswer
from schemas.identity.roles import Role
from webapi.request.context import app_parts, reader
from webapi.v1.query.schemas import MAX_ROWS, AnswerSchema, QuerySchema
from webapi.views.blueprint import Blueprint

blueprint = Blueprint("query", __name__, description="Several metrics side by side")


@blueprint.post(
    "/query",
    role=Role.VIEWER,
    problems=("not-found", "nothing-published", "restricted", "no-numbers", "not-offered", "too-many-rows"),
)
@blueprint.arguments(QuerySchema)
@blueprint.response(200, AnswerSchema)
def query_metrics(query: dict[str, Any]) -> AlignedAnswer:
    """Read several metrics side by side.

    One row per slice and period that any of them has, one value per metric. The grain and the dimensions must be
    offered by all of them; a refusal says which are. A metric that one may not read is named as `restricted`, and its
    values are null.
    """
    return app_parts().database.read(aligned, AlignedQuery(**query, at_most=MAX_ROWS), reader())
