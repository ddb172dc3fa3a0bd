"""The parts that an app is made of, once per process by the app factory: what views and middleware work with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from core.database import Database
from core.settings import Settings
from reports.alerting.rules import RuleBook
from reports.operations.doubts import DoubtBook
from schemas.browsing.book import CatalogBook
from webapi.process.answer_stores import AnswerCache
from webapi.process.last_key_uses import LastKeyUses
from webapi.process.rate_limits import RateLimits
from webapi.process.served_settings import ServedSettings
from webapi.process.snapshot import ProcessSnapshot


@dataclass(frozen=True)
class AppParts:
    """Settings, database, snapshot, cache and limits of one app; `clock` is the wall clock in UTC.

    `settings` are those that the process was started with, `served.in_force` those that hold now.
    """

    settings: Settings
    served: ServedSettings
    database: Database
    snapshot: ProcessSnapshot
    cache: AnswerCache
    rate_limits: RateLimits
    clock: Callable[[], datetime]
    key_uses: LastKeyUses = field(default_factory=LastKeyUses)
    rules: RuleBook = field(default_factory=RuleBook)
    book: CatalogBook = field(default_factory=CatalogBook)
    doubts: DoubtBook = field(default_factory=DoubtBook)
