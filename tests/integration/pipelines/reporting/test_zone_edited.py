"""One report for each period, though the zone of the report is changed around the time when it is due."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipelines.reporting.runs import enter_due
from schemas.documents.documents import Catalog
from tests.build_marts import utc
from tests.integration.pipelines.reporting.newsroom import CHANNELS, CREATED, Newsroom, weekly

# a week is due in UTC at 07:00Z of 9 March, in New York at 11:00Z
EDITS = ["2026-03-09 06:00", "2026-03-09 08:00", "2026-03-09 10:30", "2026-03-09 12:00"]
ZONES = [("UTC", "America/New_York"), ("America/New_York", "UTC")]


def entered(newsroom: Newsroom) -> list[tuple[Any, ...]]:
    return newsroom.query("select period_label, edition, state from ops.report_runs order by 1, 2")


@pytest.mark.parametrize("is_whole_before", [True, False])
@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize(("zone", "other"), ZONES)
def test_a_week_whose_reports_zone_is_changed_comes_once_whether_it_was_made_or_waits(
    zone: str, other: str, edit: str, newsroom: Newsroom, *, is_whole_before: bool
) -> None:
    newsroom.apply(CREATED + timedelta(minutes=1), weekly(timezone=zone))
    newsroom.publish("2026-03-08 06:00", {"revenue": [1, 2], "customers": [4, 5]})
    if is_whole_before:
        newsroom.whole("2026-03-09 05:15")
    moment, edited = utc("2026-03-09 05:30"), utc(edit)
    while moment < utc("2026-03-09 12:45"):
        if moment == edited:
            newsroom.apply(edited, weekly(timezone=other))
        newsroom.work(moment)
        moment += timedelta(minutes=15)
    newsroom.whole("2026-03-09 12:40")
    newsroom.work(moment + timedelta(minutes=15))
    assert entered(newsroom) == [("2026-03-02", 1, "made")]
    assert newsroom.queued() == CHANNELS
    told = "select contents->'cover'->'period'->>'start' like '2026-03-02T00:00%' from ops.report_runs"
    assert newsroom.query(told) == [(True,)]
    stored = "select period_start = (contents->'cover'->'period'->>'start')::timestamptz from ops.report_runs"
    assert newsroom.query(stored) == [(True,)]


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize(("zone", "other"), [*ZONES, ("Pacific/Apia", "UTC"), ("UTC", "Pacific/Apia")])
def test_no_day_is_skipped_or_entered_twice_where_the_zone_changes(
    zone: str, other: str, edit: str, newsroom: Newsroom
) -> None:
    stated = {"grain": "day", "schedule": "0 7 * * *"}
    newsroom.apply(CREATED + timedelta(minutes=1), weekly(timezone=zone, **stated))
    moment, edited, current = CREATED + timedelta(hours=1), utc(edit), zone
    while moment < utc("2026-03-13 12:00"):
        if moment >= edited and current != other:
            current = other
            newsroom.apply(edited, weekly(timezone=other, **stated))
        report = weekly(timezone=current, **stated)
        with newsroom.engine.begin() as connection:
            enter_due(connection, Catalog(reports={"weekly": report}), ZoneInfo("UTC"), moment)
        moment += timedelta(minutes=30)
    found = [label for label, _, _ in entered(newsroom)]
    assert found == [f"2026-03-{day:02}" for day in range(int(found[0][-2:]), int(found[-1][-2:]) + 1)]
    assert len(found) > 9


def test_hours_come_once_where_the_zone_changes_and_the_hour_that_a_clock_shows_twice_comes_twice(
    newsroom: Newsroom,
) -> None:
    stated = {"grain": "hour", "schedule": "0 * * * *"}
    moment, report = utc("2026-11-01 04:00"), weekly(timezone="America/New_York", **stated)
    newsroom.apply(moment, report)
    for n in range(1, 9):
        if n == 5:
            report = weekly(timezone="Europe/Berlin", **stated)
            newsroom.apply(moment + timedelta(hours=n), report)
        with newsroom.engine.begin() as connection:
            enter_due(
                connection,
                Catalog(reports={"weekly": report}),
                ZoneInfo("UTC"),
                moment + timedelta(hours=n, minutes=1),
            )
    assert [label for label, _, _ in entered(newsroom)] == [
        f"2026-11-01T{hour:02}:00Z" for hour in range(4, 12)
    ]
