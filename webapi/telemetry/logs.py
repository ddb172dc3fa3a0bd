"""Structured logs: one JSON line per request and event, without secrets."""

import logging
import re
import sys
from functools import lru_cache
from typing import Any

import orjson
import structlog

from core.clock import wall_now
from webapi.request.context import CurrentRequest

_SECRET = re.compile(r"password|token|secret|authorization|api.?key|cookie", re.IGNORECASE)


def configure() -> None:
    """Write JSON lines to standard output, those of libraries too."""
    shared: list[structlog.types.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # tracebacks as data and without local variables, which hold passwords
    tail: list[structlog.types.Processor] = [
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*shared, *tail, structlog.processors.JSONRenderer(serializer=_bytes)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *tail,
                structlog.processors.JSONRenderer(serializer=_text),
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def redact(_logger: Any, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Replace what is named like a secret, however deep."""
    for name, value in event.items():
        if _is_secret(name):
            event[name] = "***"
        elif isinstance(value, dict):
            redact(_logger, _method, value)
    return event


@lru_cache(maxsize=1_000)
def _is_secret(name: str) -> bool:
    return _SECRET.search(name) is not None


class RequestLog:
    """The lines about requests, written without structlog's processors: nothing in them needs to be masked."""

    def __init__(self) -> None:
        self._out = structlog.BytesLogger(sys.stdout.buffer)

    def write(
        self, current: CurrentRequest, method: str, path: str, status: int, length: int, seconds: float
    ) -> None:
        """Log a request that was answered."""
        line = {
            "request_id": current.request_id,
            "method": method,
            "path": path if path.isascii() else path.encode("latin-1", "replace").decode(errors="replace"),
            "status": status,
            "duration_ms": round(seconds * 1000, 2),
            "user": current.principal.actor if current.principal else None,
            "cache": current.cache,
            "bytes": length,
            "event": "request",
            "level": "info",
            "timestamp": wall_now(),
        }
        self._out.msg(orjson.dumps(line, option=orjson.OPT_UTC_Z))


def _bytes(event: Any, **_: Any) -> bytes:
    return orjson.dumps(event, default=str)


def _text(event: Any, **_: Any) -> str:
    return _bytes(event).decode()
