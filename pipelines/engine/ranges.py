"""Sets of instants as sorted, disjoint, half-open ranges."""

from collections.abc import Iterable

from pipelines.engine.calendar import Range

Ranges = tuple[Range, ...]


def union(ranges: Iterable[Range]) -> Ranges:
    """Sort and join what overlaps or touches; empty ranges vanish."""
    joined: list[Range] = []
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
