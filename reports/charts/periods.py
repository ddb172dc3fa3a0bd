"""How periods are named for people, and which period of another year stands beside one."""

from datetime import UTC, datetime, timedelta

_NAMES = {
    "minute": "%-d %b %Y %H:%M",
    "hour": "%-d %b %Y %H:%M",
    "day": "%-d %b %Y",
    "week": "week of %-d %b %Y",
    "month": "%b %Y",
    "year": "%Y",
}


def period_name(start: datetime, grain: str) -> str:
    """`7 Sep 2013`, `week of 2 Sep 2013`, `Sep 2013`, `Q3 2013`; an hour that the clock shows twice has its offset."""
    if grain == "quarter":
        return f"Q{(start.month + 2) // 3} {start.year}"
    is_twice = start.utcoffset() != start.replace(fold=1 - start.fold).utcoffset()
    offset = f" {start.isoformat()[-6:]}" if grain in {"minute", "hour"} and is_twice else ""
    return start.strftime(_NAMES[grain]) + offset


def day_name(day: datetime) -> str:
    """`7 Sep 2013`."""
    return day.strftime(_NAMES["day"])


def instant(moment: datetime) -> datetime:
    """The moment in UTC, to find it by: in its zone it equals that an hour later when clocks are set back."""
    return moment.astimezone(UTC)


def year_before(start: datetime, grain: str) -> datetime | None:
    """Where the clock on the wall stood a year before; 52 weeks of a week; None of 29 February."""
    wall = start.replace(tzinfo=None)
    if grain == "week":
        return wall - timedelta(weeks=52)
    try:
        return wall.replace(year=wall.year - 1)
    except ValueError:
        return None
