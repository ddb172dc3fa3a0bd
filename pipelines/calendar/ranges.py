"""Half-open ranges: sets of instants, or of whatever else is counted off, sorted and apart from one another."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

Point = TypeVar("Point", int, datetime)

Range = tuple[datetime, datetime]
"""Half-open range of instants, in UTC."""
Ranges = tuple[Range, ...]
"""Sorted, apart from one another."""

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime(9999, 12, 31, tzinfo=UTC)
ALWAYS: Range = (BEGINNING, END)


def union(ranges: Iterable[tuple[Point, Point]]) -> tuple[tuple[Point, Point], ...]:
    """Sort and join what overlaps or touches; empty ranges vanish."""
    joined: list[tuple[Point, Point]] = []
    for begin, end in sorted(ranges):
        if begin >= end:
            continue
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return tuple(joined)


def clip(ranges: Iterable[Range], bounds: Range) -> Ranges:
    """The parts within `bounds`."""
    return union((max(begin, bounds[0]), min(end, bounds[1])) for begin, end in ranges)


def contains(ranges: Iterable[Range], instant: datetime) -> bool:
    """Whether any range holds the instant."""
    return any(low <= instant < high for low, high in ranges)
