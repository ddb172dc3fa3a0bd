"""Route of lineage."""

from typing import Any

from schemas.catalog.lineage import read_lineage
from schemas.identity.roles import Role
from webapi.request.context import app_parts
from webapi.v1.catalog.blueprint import blueprint
from webapi.v1.catalog.lineage_schemas import LineageSchema


@blueprint.get("/metrics/<metric_id>/lineage", role=Role.VIEWER, kept_by="both", problems=("not-found",))
@blueprint.response(200, LineageSchema)
def get_lineage(metric_id: str) -> dict[str, Any]:
    """Read where a metric comes from and what it leads to.

    Sources, events and other metrics before it; key results, objectives, domains and reports after it.
    """
    return {"data": app_parts().database.read(read_lineage, metric_id)}
