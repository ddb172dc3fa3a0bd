"""What of the lake is past the retention that the catalog states."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.calendar.ranges import BEGINNING
from pipelines.retention import days_before, past_retention
from pipelines.versioned_catalog import Versioned
from schemas.documents.documents import Catalog, Metric, Source
from tests.integration.pipelines.lake.builders import DAY_ONE, Event, give, new_lake

DAY = 24 * 60
BERLIN = ZoneInfo("Europe/Berlin")
DAY_TEN = DAY_ONE + timedelta(days=9, hours=12)


def counted(metric_id: str, formula: str, retention: str | None = None) -> Metric:
    fields: dict[str, Any] = {"definition": {"formula": formula}, "data": {"data_retention": retention}}
    return Metric.model_validate({"metric_id": metric_id, "name": metric_id, **fields})


def catalog(*metrics: Metric) -> Versioned:
    """With two sources that deliver orders, and one of logins."""
    sources = {
        name: Source.model_validate(
            {
                "source_id": name,
                "format": "csv",
                "path": "*.csv",
                "timestamp": {"column": "at"},
                "fields": {"value": "amount"},
                "event": event,
            }
        )
        for name, event in (("shop", "order"), ("fair", "order"), ("site", "login"))
    }
    return Versioned(
        Catalog(sources=sources, metrics={metric.metric_id: metric for metric in metrics}), {}, 1
    )


def past(folder: Path, rows: list[Event], *metrics: Metric, zone: str = "UTC") -> dict[str, int]:
    """Rows past their retention at noon of 10 January 2013 UTC, per kind of event."""
    lake = new_lake(folder)
    give(lake, 1, {"a": rows})
    found = past_retention(lake, catalog(*metrics), DAY_TEN, ZoneInfo(zone))
    assert sorted(one.event for one in found) == sorted({row.event for row in rows})
    return {one.event: one.past for one in found}


DAILY = [Event(day * DAY + 30, 1.0) for day in range(10)]


def test_rows_are_past_when_the_longest_of_all_retentions_is_over(tmp_path: Path) -> None:
    one, two = counted("A", "COUNT(order)", "3 days"), counted("B", "SUM(order.value)", "P5D")
    assert past(tmp_path, DAILY, one, two) == {"order": 4}, "the first to the fourth of January"


def test_a_metric_without_a_readable_retention_keeps_its_events_for_ever(tmp_path: Path) -> None:
    one, law = counted("A", "COUNT(order)", "1 day"), counted("B", "COUNT(order)", "as the law says")
    assert past(tmp_path, DAILY, one, law) == {"order": 0}
    (kind,) = past_retention(new_lake(tmp_path), catalog(one, law), DAY_TEN, ZoneInfo("UTC"))
    assert (kind.keeping, kind.days, kind.before) == (("B",), None, None)


def test_a_metric_that_reads_events_by_way_of_another_has_its_say(tmp_path: Path) -> None:
    base, derived = counted("A", "COUNT(order)", "1 day"), counted("B", "METRIC('A') * 2")
    assert past(tmp_path, DAILY, base, derived) == {"order": 0}
    stated = counted("B", "METRIC('A') * 2", "8 days")
    assert past(tmp_path / "again", DAILY, base, stated) == {"order": 1}


def test_events_that_no_metric_reads_are_kept(tmp_path: Path) -> None:
    rows = [*DAILY, Event(0, 1.0, event="login")]
    assert past(tmp_path, rows, counted("A", "COUNT(order)", "1 day")) == {"login": 0, "order": 8}


def test_days_are_those_of_the_reporting_zone(tmp_path: Path) -> None:
    """In Berlin 7 January begins at 23:00 of the sixth, in UTC."""
    rows = [Event(5 * DAY + 22 * 60 + 59, 1.0), Event(5 * DAY + 23 * 60, 1.0)]
    kept = counted("A", "COUNT(order)", "3 days")
    assert past(tmp_path, rows, kept, zone="Europe/Berlin") == {"order": 1}
    assert past(tmp_path / "utc", rows, kept) == {"order": 2}


def test_rows_of_every_source_count(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    give(lake, 1, {"a": DAILY})
    give(lake, 2, {"b": DAILY}, source_id="fair")
    (kind,) = past_retention(lake, catalog(counted("A", "COUNT(order)", "5")), DAY_TEN, ZoneInfo("UTC"))
    assert kind.past == 8


def test_superseded_rows_are_counted_too(tmp_path: Path) -> None:
    lake = new_lake(tmp_path)
    give(lake, 1, {"a": [Event(5, 1.0, "k")]}, keyed=True)
    give(lake, 2, {"b": [Event(6, 2.0, "k")]}, keyed=True)
    (kind,) = past_retention(lake, catalog(counted("A", "COUNT(order)", "1 day")), DAY_TEN, ZoneInfo("UTC"))
    assert kind.past == 2


@pytest.mark.parametrize(
    ("as_of", "days", "midnight"),
    [
        ("2026-03-30 12:00", 1, "2026-03-28 23:00"),  # the day that lost an hour
        ("2026-03-30 12:00", 0, "2026-03-29 22:00"),
        ("2026-10-26 00:00", 1, "2026-10-24 22:00"),  # the day that gained one
    ],
)
def test_whole_days_are_counted_across_changes_of_the_clock(as_of: str, days: int, midnight: str) -> None:
    instant, expected = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (as_of, midnight))
    assert days_before(instant, days, BERLIN) == expected


@given(st.integers(0, 999_999 * 365), st.integers(1, 47_000))
def test_any_length_that_can_be_read_gives_an_instant_that_is_early_enough(days: int, half_day: int) -> None:
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=12 * half_day)
    before = days_before(instant, days, BERLIN)
    assert before == BEGINNING or before.astimezone(BERLIN).replace(tzinfo=None) == datetime.combine(
        instant.astimezone(BERLIN).date() - timedelta(days=days), datetime.min.time()
    )


@given(
    st.lists(
        st.tuples(st.sampled_from(["order", "login"]), st.integers(0, 10 * DAY)), min_size=1, max_size=30
    ),
    st.lists(
        st.tuples(
            st.sampled_from(["order", "login"]), st.sampled_from(["1", "3 days", "1w", "for long", None])
        ),
        max_size=4,
    ),
)
def test_counted_are_exactly_the_rows_older_than_every_reader_allows(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, int]],
    said: list[tuple[str, str | None]],
) -> None:
    lengths = {"1": 1, "3 days": 3, "1w": 7}
    metrics = [counted(f"M{n}", f"COUNT({event})", text) for n, (event, text) in enumerate(said)]
    expected = {}
    for event in {event for event, _ in rows}:
        texts = [text for read, text in said if read == event]
        allowed = [lengths.get(str(text), 10_000) for text in texts] or [10_000]
        # 9 days lie before the tenth of January
        expected[event] = sum(name == event and minute < (9 - max(allowed)) * DAY for name, minute in rows)
    events = [Event(minute, 1.0, event=event) for event, minute in rows]
    assert past(tmp_path_factory.mktemp("lake"), events, *metrics) == expected
