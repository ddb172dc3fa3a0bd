"""How often processes of `mdl up` ended by themselves: when each may start again, and when that has no sense."""

import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from core.clock import wall_now
from core.supervised import Restarts, write_restarts

MOST = 5
WITHIN_SECONDS = 600
# where PostgreSQL is away whatever is started ends: tried steadily, and not held against it
_EXCUSED_PAUSE_SECONDS = 10.0
_log = structlog.get_logger(__name__)


@dataclass
class Endings:
    """The book of all processes of an installation; each ending is told in the log and in a file."""

    home: Path
    _ended_at: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _told: dict[str, Restarts] = field(default_factory=dict)

    def know(self, name: str) -> None:
        """Tell of a process that never ended."""
        self._told[name] = Restarts()
        write_restarts(self.home, self._told)

    def note(self, name: str, why: str, *, counts: bool = True) -> float | None:
        """Enter an ending; seconds until the process may start again, None where it ended too often within ten minutes.

        Pauses grow: 1, 2, 4 and 8 seconds. What does not count has a pause that stays the same.
        """
        pause = self._pause(name) if counts else _EXCUSED_PAUSE_SECONDS
        told = self._told.get(name, Restarts())
        self._told[name] = Restarts(told.times + 1, wall_now(), why)
        write_restarts(self.home, self._told)
        if pause is not None:
            _log.warning(
                "process starts again", process=name, why=why, pause_seconds=pause, times=told.times + 1
            )
        return pause

    def _pause(self, name: str) -> float | None:
        now = time.monotonic()
        recent = [at for at in self._ended_at[name] if now - at < WITHIN_SECONDS] + [now]
        self._ended_at[name] = recent
        return None if len(recent) >= MOST else 2.0 ** (len(recent) - 1)
