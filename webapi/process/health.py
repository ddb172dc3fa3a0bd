"""The state of each part of the app, in a word and with what is at fault."""

from typing import Any

from core.errors import MdlError
from reports.operations.alerting_health import alerting_health
from webapi.process.parts import AppParts

API_VERSION = "1.0.0"
_ALERTING = "health:alerting"  # no place of an answer begins so


def health_of(parts: AppParts) -> dict[str, Any]:
    """The state of each part, alerting too, which readiness leaves out."""
    found = readiness(parts)
    found["parts"]["alerting"] = alerting = _alerting(parts)
    if found["status"] == "ok" and alerting["status"] not in ("ok", "off"):
        found["status"] = "degraded"
    return found


def readiness(parts: AppParts) -> dict[str, Any]:
    """Whether requests can be served: the state of each part that this takes."""
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
    if stores.ask_shared():
        return {"status": "ok", "detail": "in the process and in Redis"}
    return {"status": "away", "detail": "in the process; Redis does not answer"}
