"""Routes of health; they ask no role, and tell nothing that only some may know."""

from typing import Any

from core.errors import MdlError
from reports.operations.alerting_health import alerting_health
from webapi.health.schemas import HealthSchema, LiveSchema
from webapi.process.parts import AppParts
from webapi.request.context import app_parts
from webapi.views.blueprint import Blueprint

API_VERSION = "1.0.0"
_ALERTING = "health:alerting"  # no place of an answer begins so

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

    Always 200: for people and dashboards.
    """
    parts = app_parts()
    found = _health(parts)
    found["parts"]["alerting"] = alerting = _alerting(parts)
    if found["status"] == "ok" and alerting["status"] not in ("ok", "off"):
        found["status"] = "degraded"
    return found


@blueprint.get("/ready", role=None, is_limited=False, takes_any_query=True)
@blueprint.response(200, HealthSchema)
@blueprint.alt_response(503, schema=HealthSchema, description="PostgreSQL does not answer")
def ready() -> tuple[dict[str, Any], int]:
    """Tell whether requests can be served.

    503 while PostgreSQL does not answer, so that a load balancer prefers others.
    """
    found = _health(app_parts())
    return found, 200 if found["status"] == "ok" else 503


def _health(parts: AppParts) -> dict[str, Any]:
    states = {"database": _database(parts), "cache": _cache(parts)}
    if parts.database.has_replica:
        states["replica"] = _replica(parts)
    is_away = states["database"]["status"] != "ok"
    is_empty = is_away and not parts.snapshot.is_known
    status = "unavailable" if is_empty else "degraded" if is_away else "ok"
    return {"status": status, "version": API_VERSION, "parts": states}


def _database(parts: AppParts) -> dict[str, str]:
    try:
        versions = parts.snapshot.versions()
    except MdlError as error:
        return {"status": "away", "detail": str(error)}
    if parts.snapshot.is_away:
        return {"status": "away", "detail": "PostgreSQL does not answer; kept answers are served"}
    return {"status": "ok", "detail": f"publication {versions.publication_id}"}


def _replica(parts: AppParts) -> dict[str, str]:
    if not parts.database.reads_replica:
        return {"status": "away", "detail": "does not answer, or is behind; reads go to the primary"}
    if parts.snapshot.is_behind:
        return {"status": "behind", "detail": "answers come from before the newest publication or edit"}
    return {"status": "ok", "detail": "reads go to it"}


def _alerting(parts: AppParts) -> dict[str, str]:
    """No part of readiness: who reads numbers is served all the same.

    Read once a second at most, since anybody may ask as often as they like.
    """
    store = parts.cache.stores.in_process
    told: dict[str, str] | None = store.get(_ALERTING)
    if told is None:
        try:
            found = parts.database.read(alerting_health, parts.clock())
            told = {"status": found.status, "detail": found.detail}
        except MdlError as error:
            told = {"status": "away", "detail": str(error)}
        store.set(_ALERTING, told, timeout=1)
    return told


def _cache(parts: AppParts) -> dict[str, str]:
    stores = parts.cache.stores
    if not parts.cache.is_enabled:
        return {"status": "off", "detail": "ENABLE_CACHE is false"}
    if stores.shared is None:
        return {"status": "ok", "detail": "in the process; REDIS_URL is not set"}
    shared = "in the process and in Redis" if stores.is_shared else "in the process; Redis does not answer"
    return {"status": "ok" if stores.is_shared else "away", "detail": shared}
