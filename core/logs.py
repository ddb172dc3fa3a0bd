"""One shape of every line that is logged: JSON with time, level, event, and the request or run that it is of."""

import fcntl
import logging
import os
import re
import shutil
import sys
from contextlib import suppress
from functools import lru_cache
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any

import orjson
import structlog

from core.settings import Settings

_SECRET = re.compile(r"password|token|secret|authorization|api.?key|cookie", re.IGNORECASE)
_OWN = ("cli", "core", "mdl", "pipelines", "reports", "schemas", "webapi")
_MOST_BYTES = 10_000_000
_KEPT = 5


class RotatedFile(WatchedFileHandler):
    """A file that several processes write to: whoever finds it full moves it aside, and all go on in a new one.

    Nothing is written where its installation is not there yet; a disk that is full disturbs nobody.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, delay=True, encoding="utf-8")
        self._path = path

    def emit(self, record: logging.LogRecord) -> None:
        """Append a line."""
        if self._path.parent.parent.is_dir():
            with suppress(OSError):
                self._path.parent.mkdir(mode=0o700, exist_ok=True)
                rotate(self._path)
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's name
        """Go on without the line."""


def rotate(path: Path, most_bytes: int = _MOST_BYTES) -> None:
    """Move a file that is full to `<name>.1`, and what was there to `.2` and so on; the oldest goes."""
    if not path.exists() or path.stat().st_size < most_bytes:
        return
    with path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        # somebody may have moved it while we waited
        if path.exists() and os.path.samestat(os.fstat(held.fileno()), path.stat()):
            _make_room(path)
            path.replace(path.with_name(f"{path.name}.1"))


def shorten(path: Path, most_bytes: int = _MOST_BYTES) -> None:
    """As `rotate`, of a file that a process holds open to append to: what it held is copied, and it begins anew."""
    if path.exists() and path.stat().st_size >= most_bytes:
        copy = path.with_name(f"{path.name}.copied")
        shutil.copyfile(path, copy)
        os.truncate(path, 0)
        _make_room(path)
        copy.replace(path.with_name(f"{path.name}.1"))


def _make_room(path: Path) -> None:
    for number in range(_KEPT, 1, -1):
        newer = path.with_name(f"{path.name}.{number - 1}")
        if newer.exists():
            newer.replace(path.with_name(f"{path.name}.{number}"))


class _Output(logging.Handler):
    """Standard output as it is when a line is written."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        sys.stdout.write(f"{self.format(record)}\n")
        sys.stdout.flush()


def configure(settings: Settings, *, to_output: bool, to_file: bool) -> None:
    """Write what MDL logs from `MDL_LOG_LEVEL` on, and warnings of libraries.

    Args:
        settings: level and home.
        to_output: to standard output, where a container's log is made of it.
        to_file: to MDL_HOME/logs/mdl.log.
    """
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handlers: list[logging.Handler] = [_Output()] if to_output else []
    handlers += [RotatedFile(settings.home / "logs" / "mdl.log")] if to_file else []
    _replace(handlers, _formatter(shared))
    set_level(settings.log_level)


def set_level(name: str) -> None:
    """Log from this level on in this process, as `MDL_LOG_LEVEL` has it; handlers stay as they are."""
    level = logging.getLevelNamesMapping()[name.upper()]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level))
    for own in _OWN:
        logging.getLogger(own).setLevel(level)


def _formatter(shared: list[structlog.types.Processor]) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            # tracebacks as data and without local variables, which hold passwords
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer(serializer=_text),
        ],
    )


def _replace(handlers: list[logging.Handler], formatter: logging.Formatter) -> None:
    """Put ours in place of those that an earlier call made; what others added stays."""
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if getattr(handler, "is_of_mdl", False)]:
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        handler.setFormatter(formatter)
        handler.is_of_mdl = True  # type: ignore[attr-defined]  # a mark of our own
        root.addHandler(handler)


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


def _text(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()
