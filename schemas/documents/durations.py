"""Lengths of time as people write them in documents: `15 minutes`, `4h`, `daily`."""

import re
from datetime import timedelta

from schemas.documents.documents import DataFacts

_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=31),
    "quarter": timedelta(days=92),
    "year": timedelta(days=366),
}
_WORDS = {
    "hourly": "hour",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "annually": "year",
    "annual": "year",
    **{unit: unit for unit in _UNITS},
}
_SHORT = {"m": "minute", "min": "minute", "h": "hour", "hr": "hour", "d": "day", "w": "week"}
_LENGTH = re.compile(r"(\d{1,6})[\s_]*([a-z]+?)s?")
_RETENTION_DAYS = {"d": 1, "w": 7, "m": 30, "q": 91, "y": 365}
_RETENTION = re.compile(
    r"p?(\d{1,6})[\s_-]*(d|days?|w|weeks?|m|months?|q|quarters?|y|years?)?", re.IGNORECASE
)


def parse_duration(text: str) -> timedelta | None:
    """The length of `6 hours`, `15_minutes`, `2d`, or of one unit for `hour` and `hourly`; None where it is none.

    Months count 31 days, quarters 92 and years 366: as tolerances these are never too short.
    """
    plain = text.strip().lower().replace("-", "_")
    if plain in _WORDS:
        return _UNITS[_WORDS[plain]]
    match = _LENGTH.fullmatch(plain)
    if match is None:
        return None
    unit = _SHORT.get(match[2], match[2])
    return int(match[1]) * _UNITS[unit] if unit in _UNITS else None


def tolerated_age(data: DataFacts) -> timedelta | None:
    """How old the newest data may be: `data_freshness` such as "6 hours", else twice the `update_frequency`.

    None where the document says neither in words that we know.
    """
    stated = parse_duration(data.data_freshness or "")
    if stated is not None:
        return stated
    every = parse_duration(data.update_frequency or "")
    return None if every is None else 2 * every


def retention_days(declared: str | None) -> int | None:
    """Days of a retention such as `365`, `24 months`, `2y` or `P90D`; a month is 30 days, a year 365; else None."""
    match = _RETENTION.fullmatch(declared.strip()) if declared else None
    return int(match[1]) * _RETENTION_DAYS[(match[2] or "d")[0].lower()] if match else None
