"""When Redis is asked: not for a while after it did not answer, of which the log has the reason, once, and the end."""

import time
from dataclasses import dataclass

import structlog

from core.connections.breaker import Outage, outage

_SECONDS = 5.0
_log = structlog.get_logger(__name__)


@dataclass
class RedisRests:
    """Of one use that is made of it; `outage` is why and since when it is done without."""

    used_for: str
    outage: Outage | None = None
    _until: float = 0.0

    @property
    def are_over(self) -> bool:
        """Whether it may be asked."""
        return time.monotonic() >= self._until

    def begin(self, error: Exception) -> None:
        """It did not answer."""
        self._until = time.monotonic() + _SECONDS
        if self.outage is None:
            self.outage = outage(error)
            _log.error("Redis does not answer", used_for=self.used_for, reason=self.outage.reason)

    def end(self) -> None:
        """It answered."""
        if self.outage is not None:
            since, self.outage = self.outage.since, None
            _log.warning("Redis answers again", used_for=self.used_for, since=since)
