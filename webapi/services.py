"""What views work with, made once per process by the app factory."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app

from core.database import Database
from core.settings import Settings
from reports.alerting.rules import RuleBook
from webapi.cache import ResponseCache
from webapi.rates import Rates
from webapi.state import State
from webapi.uses import KeyUses


@dataclass(frozen=True)
class Services:
    """Settings, database, state, cache and limits of one app; `clock` is the wall clock in UTC."""

    settings: Settings
    database: Database
    state: State
    cache: ResponseCache
    rates: Rates
    clock: Callable[[], datetime]
    key_uses: KeyUses = field(default_factory=KeyUses)
    rules: RuleBook = field(default_factory=RuleBook)


def services() -> Services:
    """The services of the app that serves the current request."""
    found: Services = current_app.extensions["mdl"]
    return found
