"""PostgreSQL as `mdl up` looks at it: what all its processes stand on, and where the daemon notes its beats."""

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from core.errors import TransientError
from core.postgres import embedded_has_ended, revive_embedded
from pipelines.orchestration.serving.endings import MOST, Endings

_NAME = "postgresql"
# of the daemon's parts the one that beat last: that a sensor hangs is told by `sensor_health`
_BEAT = text("select max(timestamp) from dagster.daemon_heartbeats")


@dataclass
class Foundation:
    """The database; `home` where the embedded server in it is to be kept alive."""

    engine: Engine
    endings: Endings
    home: Path | None
    _beat: datetime | None = None
    _resumes_at: float | None = None

    def __post_init__(self) -> None:
        """Count from the start."""
        if self.home is not None:
            self.endings.know(_NAME)

    def keep(self) -> None:
        """Start the embedded server again where it ended.

        Raises:
            TransientError: it does not start, or ended again and again.
        """
        if self.home is None or not embedded_has_ended(self.home):
            return
        if self._resumes_at is None:
            pause = self.endings.note(_NAME, "ended by itself")
            if pause is None:
                raise TransientError(f"PostgreSQL ended {MOST} times; see {self.home / 'postgres' / 'log'}")
            self._resumes_at = time.monotonic() + pause
        elif time.monotonic() >= self._resumes_at:
            self._resumes_at = None
            revive_embedded(self.home)

    def is_away(self) -> bool:
        """Whether PostgreSQL does not answer now."""
        try:
            self._newest_beat()
        except SQLAlchemyError:
            return True
        return False

    def beats(self) -> bool:
        """Whether the daemon noted a beat since it was last asked, or whether that cannot be known."""
        try:
            newest = self._newest_beat()
        except SQLAlchemyError:
            return True
        is_new, self._beat = newest != self._beat, newest
        return is_new

    def _newest_beat(self) -> datetime | None:
        try:
            with self.engine.connect() as connection:
                newest: datetime | None = connection.scalar(_BEAT)
                return newest
        finally:
            # no connection is held between looks, and none is asked again that lost its server
            self.engine.dispose()
