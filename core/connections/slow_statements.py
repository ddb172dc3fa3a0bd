"""Statements of PostgreSQL that took too long: one line in the log each, of whom it was and never with its values."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext

# in `Connection.info`: what the connection was taken for
FUNCTION = "mdl_function"
_BEGUN = "mdl_slow_begun"
_LONGEST = 2_000
# what stands in the text itself may be a value too
_LITERAL = re.compile(
    r"\be'(?:[^'\\]|\\.|'')*(?:'|$)|'(?:[^']|'')*(?:'|$)|(\$[^\W\d]*\w*\$).*?(?:\1|$)",
    re.IGNORECASE | re.DOTALL,
)
_log = structlog.get_logger(__name__)


def _nobody() -> Mapping[str, str]:
    return {}


@dataclass
class SlowStatements:
    """From which time on a statement is told; `asked_by` says of which request, `count` counts by pool."""

    limit_ms: int
    asked_by: Callable[[], Mapping[str, str]] = _nobody
    count: Callable[[str], None] = lambda _pool: None

    def watch(self, engine: Engine, pool: str) -> None:
        """Look at each statement of an engine from now on, also at those that fail."""

        def begin(connection: Connection, *_: object) -> None:
            connection.info[_BEGUN] = time.perf_counter()

        def end(connection: Connection, _cursor: Any, statement: str, *_: object) -> None:
            self._judge(connection, statement, pool)

        def fail(context: ExceptionContext) -> None:
            if context.connection is not None and context.statement is not None:
                self._judge(context.connection, context.statement, pool, type(context.original_exception))

        event.listen(engine, "before_cursor_execute", begin)
        event.listen(engine, "after_cursor_execute", end)
        event.listen(engine, "handle_error", fail)

    def _judge(
        self, connection: Connection, statement: str, pool: str, failed: type[BaseException] | None = None
    ) -> None:
        begun = connection.info.pop(_BEGUN, None)
        if begun is None or not self.limit_ms:
            return
        took = (time.perf_counter() - begun) * 1_000
        if took < self.limit_ms:
            return
        self.count(pool)
        _log.warning(
            "slow statement",
            statement=without_values(statement),
            duration_ms=round(took, 1),
            pool=pool,
            function=connection.info.get(FUNCTION),
            **({"error": failed.__name__} if failed else {}),
            **self.asked_by(),
        )


def without_values(statement: str) -> str:
    """A statement as it may be logged: on one line, bounded, and without what stands between quotes."""
    # a text that is cut off could end within a literal: values go first
    return " ".join(_LITERAL.sub("'…'", statement).split())[:_LONGEST]
