"""Builders of what charts are made of, with defaults."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from reports.charts.data import Breakdown, MetricBounds, MetricSeries
from reports.models import MetricEntry, MetricValue, Trust

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
TRUST = Trust(
    publication_id=1,
    published_at=FIRST,
    as_of=datetime(2026, 3, 20, tzinfo=UTC),
    data_through=datetime(2026, 3, 19, 23, tzinfo=UTC),
    timezone="UTC",
    is_complete=True,
)


def entry(name: str = "Orders", unit: str | None = None) -> MetricEntry:
    """A metric by day, with a target of 30."""
    return MetricEntry(
        metric_id="ORDERS",
        name=name,
        kind="computed",
        reason=None,
        unit=unit,
        expected_direction="increase",
        grains=("day",),
        slice_sets=((), ("country",)),
        current_grain="day",
        target_value=30,
        definition_version="1.0.0",
        definition_hash="h",
    )


def value(day: int, number: float | None, **fields: Any) -> MetricValue:
    """The value of a day of March 2026, counted from 0."""
    start = FIRST + timedelta(days=day)
    status = "no_data" if number is None else "ok"
    given = {
        "metric_id": "ORDERS",
        "grain": "day",
        "slice": "",
        "period_start": start,
        "period_end": start + timedelta(days=1),
        "is_complete": True,
        "value": number,
        "numerator": None,
        "denominator": None,
        "sample_count": 1,
        "is_carried": False,
        "status": status,
        "previous_value": None,
        "change_pct": None,
        "baseline_value": None,
        "definition_version": "1.0.0",
        "definition_hash": "h",
        "publication_id": 1,
    }
    return MetricValue(**given | fields)


def daily(
    numbers: Sequence[float | None], *, is_open: bool = False, **fields: Any
) -> tuple[MetricValue, ...]:
    """Values of days that follow one another; with `is_open` the last is of a running day."""
    last = len(numbers) - 1
    return tuple(
        value(day, number, is_complete=not (is_open and day == last), **fields)
        for day, number in enumerate(numbers)
    )


def series(numbers: Sequence[float | None], *, is_open: bool = False, **fields: Any) -> MetricSeries:
    """A series of days."""
    given: dict[str, Any] = {
        "metric": entry(),
        "grain": "day",
        "slice": "",
        "rows": daily(numbers, is_open=is_open),
        "trust": TRUST,
        "bounds": MetricBounds(target=30, warning=20, critical=10),
    }
    return MetricSeries(**given | fields)


def breakdown(by_country: dict[str, Sequence[float | None]], **fields: Any) -> Breakdown:
    """Slices by country; there are no others."""
    given: dict[str, Any] = {
        "metric": entry(),
        "grain": "day",
        "dimension": "country",
        "slices": {
            f"country={name}": daily(numbers, slice=f"country={name}") for name, numbers in by_country.items()
        },
        "rest": None,
        "others": 0,
        "trust": TRUST,
    }
    return Breakdown(**given | fields)
