"""Routes of health; they ask no role, and tell nothing that only some may know."""

from typing import Any

from webapi.health.schemas import HealthSchema, LiveSchema
from webapi.process.health import health_of, readiness
from webapi.request.context import app_parts
from webapi.views.blueprint import Blueprint
from webapi.views.identification import is_administrator

blueprint = Blueprint("health", __name__, url_prefix="/health", description="Whether the API can serve")


@blueprint.get("/live", role=None, is_limited=False, takes_any_query=True)
@blueprint.response(200, LiveSchema)
def live() -> dict[str, str]:
    """Tell that the process answers.

    For a supervisor that restarts what does not; it looks at nothing else.
    """
    return {}


@blueprint.get("", role=None, is_limited=False, takes_any_query=True)
@blueprint.response(200, HealthSchema)
def health() -> dict[str, Any]:
    """Tell the state of each part.

    Always 200: for people and dashboards. A signed-in administrator is told the reason too.
    """
    return health_of(app_parts(), with_reasons=is_administrator())


@blueprint.get("/ready", role=None, is_limited=False, takes_any_query=True)
@blueprint.response(200, HealthSchema)
@blueprint.alt_response(503, schema=HealthSchema, description="PostgreSQL does not answer")
def ready() -> tuple[dict[str, Any], int]:
    """Tell whether requests can be served.

    503 while PostgreSQL does not answer, so that a load balancer prefers others; 200 where reads go to a snapshot on
    disk meanwhile.
    """
    parts = app_parts()
    found = readiness(parts)
    is_ready = found["status"] == "ok" or parts.snapshot.disk_moment is not None
    return found, 200 if is_ready else 503
