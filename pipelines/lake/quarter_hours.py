"""Ranges of time in quarter hours: how a commit of the lake says which of its events changed."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from pipelines.calendar.ranges import Ranges, union

QUARTER = timedelta(minutes=15)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUARTERS_PER_DAY = 96
# a commit that touches more separate ranges than this says whole days, to keep the log small
MAX_RANGES = 20_000

Span = tuple[int, int]
"""Quarter hours since 1970-01-01 00:00 UTC, the second excluded."""
Spans = tuple[Span, ...]


def from_quarters(quarters: Iterable[tuple[str, int]]) -> dict[str, Spans]:
    """Spans per event of (event, quarter hour) pairs; exact up to MAX_RANGES per event, then whole days."""
    spans: dict[str, list[Span]] = {}
    for event, quarter in quarters:
        spans.setdefault(event, []).append((quarter, quarter + 1))
    merged = {event: union(one) for event, one in spans.items()}
    return {event: one if len(one) <= MAX_RANGES else _whole_days(one) for event, one in merged.items()}


def _whole_days(spans: Iterable[Span]) -> Spans:
    return union(
        (start // QUARTERS_PER_DAY * QUARTERS_PER_DAY, -(-end // QUARTERS_PER_DAY) * QUARTERS_PER_DAY)
        for start, end in spans
    )


def dump(changes: Mapping[str, Spans]) -> str:
    """Text of the commit's metadata: {event: [[from, to], …]}."""
    return json.dumps({event: spans for event, spans in sorted(changes.items()) if spans})


def load(texts: Iterable[str]) -> dict[str, Ranges]:
    """Union of the changes of several commits, as instants."""
    found: dict[str, list[Span]] = {}
    for text in texts:
        for event, spans in json.loads(text).items():
            found.setdefault(event, []).extend((start, end) for start, end in spans)
    return {event: to_instants(union(spans)) for event, spans in sorted(found.items())}


def to_instants(spans: Iterable[Span]) -> Ranges:
    """Spans as pairs of instants."""
    return tuple((EPOCH + start * QUARTER, EPOCH + end * QUARTER) for start, end in spans)


def around(first: datetime, last: datetime) -> Span:
    """The shortest span that holds both instants."""
    return (first - EPOCH) // QUARTER, (last - EPOCH) // QUARTER + 1
