"""What time it is: the wall clock, and the as-of clock that MDL_AS_OF sets."""

from datetime import UTC, datetime

from core.settings import Settings


def wall_now() -> datetime:
    """The real time, in UTC."""
    return datetime.now(UTC)


def now(settings: Settings) -> datetime:
    """The time that reports stand at: MDL_AS_OF where set, else the wall clock; in UTC."""
    return settings.as_of_utc or wall_now()
