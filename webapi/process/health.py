"""The state of each part of the app, in a word and with what is at fault."""

from typing import Any

from core.errors import MdlError
from reports.operations.alerting_health import alerting_health
from webapi.process.parts import AppParts

API_VERSION = "1.0.0"
_ALERTING = "health:alerting"  # no place of an answer begins so


def health_of(parts: AppParts, *, with_reasons: bool) -> dict[str, Any]:
    """The state of each part, alerting too, which readiness leaves out.

    Args:
        parts: of the app.
        with_reasons: whether to tell what those who do not answer said, which names hosts and users.
    """
    found = readiness(parts)
    if with_reasons:
        outages = {"database": parts.database.outage, "cache": parts.cache.stores.rests.outage}
        for name, why in outages.items():
            if why is not None:
                found["parts"][name] |= {"reason": why.reason, "since": why.since}
    found["parts"]["alerting"] = alerting = _alerting(parts)
    if found["status"] == "ok" and alerting["status"] not in ("ok", "off"):
        found["status"] = "degraded"
    return found


def readiness(parts: AppParts) -> dict[str, Any]:
    """Whether requests can be served: the state of each part that this takes."""
    states = {"database": _database(parts), "cache": _cache(parts)}
    if parts.database.snapshot is not None:
        states["snapshot"] = _snapshot(parts)
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
        return {"status": "away", "detail": _instead(parts)}
    return {"status": "ok", "detail": f"publication {versions.publication_id}"}


def _instead(parts: AppParts) -> str:
    outage, moment = parts.database.outage, parts.snapshot.disk_moment
    began = f" since {outage.since:%Y-%m-%d %H:%M:%S} UTC" if outage else ""
    what = "kept answers are served" if moment is None else "answers are read from the snapshot on disk"
    return f"PostgreSQL does not answer{began}; {what}, and nothing can be changed"


def _snapshot(parts: AppParts) -> dict[str, str]:
    moment = parts.snapshot.disk_moment
    if moment is not None:
        return {"status": "used", "detail": f"reads go to it; it is of {moment:%Y-%m-%d %H:%M:%S} UTC"}
    moment = parts.database.snapshot_moment()
    if moment is None:
        return {"status": "away", "detail": "there is none that can be read; what keeps it has logged why"}
    return {"status": "ok", "detail": f"of {moment:%Y-%m-%d %H:%M:%S} UTC"}


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
            found = parts.database.without_snapshot.read(alerting_health, parts.clock())
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
