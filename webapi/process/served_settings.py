"""The settings that hold in this process: those it was started with, and what an administrator changed since."""

from dataclasses import dataclass, field

from core.database import Database
from core.settings import Settings
from reports.versions import Versions
from schemas.changed_settings import in_force
from webapi.process.answer_stores import AnswerCache
from webapi.process.rate_limits import RateLimits


@dataclass
class ServedSettings:
    """What holds by the newest versions, and the parts of the process that go by it."""

    given: Settings
    database: Database
    cache: AnswerCache
    limits: RateLimits
    in_force: Settings = field(init=False)

    def __post_init__(self) -> None:
        """Begin as started; the first versions that are read tell of changes."""
        self.in_force = self.given

    def follow(self, before: Versions | None, now: Versions) -> None:
        """Do what another process was asked for: take over changed settings, forget kept answers.

        Raises:
            TransientError: the database is away.
        """
        if now.settings_version != (before.settings_version if before else 0):
            self.in_force = self.database.read_primary(in_force, self.given)
            self.limits.adopt(self.in_force)
            self.cache.is_enabled = self.in_force.enable_cache
        if before is not None and now.cache_version != before.cache_version:
            self.cache.stores.in_process.clear()
