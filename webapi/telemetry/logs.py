"""One line per request, graver where it failed; what else is logged is written by `core.logs`."""

import logging
import sys

import orjson
import structlog

from core.clock import wall_now
from core.settings import Settings
from webapi.request.context import CurrentRequest


class RequestLog:
    """The lines about requests, written without structlog's processors: nothing in them needs to be masked."""

    def __init__(self, settings: Settings) -> None:
        self._out = structlog.BytesLogger(sys.stdout.buffer)
        self.follow(settings)

    def follow(self, settings: Settings) -> None:
        """Write from the level on that these settings say."""
        self._least = logging.getLevelNamesMapping()[settings.log_level.upper()]

    def write(
        self, current: CurrentRequest, method: str, path: str, status: int, length: int, seconds: float
    ) -> None:
        """Log a request that was answered: 5xx as an error, 4xx as a warning, else as information."""
        number, level = _LEVELS.get(status // 100, _INFO)
        if number < self._least:
            return
        line = {
            "request_id": current.request_id,
            "method": method,
            "path": path if path.isascii() else path.encode("latin-1", "replace").decode(errors="replace"),
            "status": status,
            "duration_ms": round(seconds * 1000, 2),
            "user": current.principal.actor if current.principal else None,
            "cache": current.cache,
            "publication": current.publication or None,
            "bytes": length,
            "event": "request",
            "level": level,
            "timestamp": wall_now(),
        }
        self._out.msg(orjson.dumps(line, option=orjson.OPT_UTC_Z))


_INFO = (logging.INFO, "info")
_LEVELS = {4: (logging.WARNING, "warning"), 5: (logging.ERROR, "error")}
