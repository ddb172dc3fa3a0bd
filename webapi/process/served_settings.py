"""The settings that hold in this process: those it was started with, and what an administrator changed since."""

from collections.abc import Callable
from dataclasses import dataclass, field

from core import logs
from core.database import Database
from core.settings import Settings
from reports.versions import Versions
from schemas.changed_settings import in_force
from webapi.process.answer_stores import AnswerCache
from webapi.process.rate_limits import RateLimits


@dataclass
class ServedSettings:
    """What holds by the newest versions, and the parts of the process that go by it.

    `followers` are those of layers above, told of what holds after each change.
    """

    given: Settings
    database: Database
    cache: AnswerCache
    limits: RateLimits
    followers: list[Callable[[Settings], None]] = field(default_factory=list)
    in_force: Settings = field(init=False)

    def __post_init__(self) -> None:
        """Begin as started; the first versions that are read tell of changes."""
        self.in_force = self.given

    def follow(self, before: Versions | None, now: Versions, source: Database) -> None:
        """Do what another process was asked for: take over changed settings, forget kept answers.

        Raises:
            TransientError: the database is away.
        """
        if now.settings_version != (before.settings_version if before else 0):
            self._adopt(source.read_primary(in_force, self.given))
        if before is not None and now.cache_version != before.cache_version:
            self.cache.stores.in_process.clear()

    def _adopt(self, changed: Settings) -> None:
        if changed.log_level != self.in_force.log_level:
            logs.set_level(changed.log_level)
        self.in_force = changed
        self.limits.adopt(changed)
        self.cache.is_enabled = changed.enable_cache
        self.database.slow.limit_ms = changed.slow_query_ms
        for follower in self.followers:
            follower(changed)
