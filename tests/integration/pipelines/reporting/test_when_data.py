"""Complete data, or a reason: what is late, refused, stale, empty or half is withheld or marked, and told once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, text

from pipelines.reporting.readiness import _told
from pipelines.reporting.runs import MOST_ATTEMPTS
from reports.documents.model import Period
from schemas.tables import alert_evaluations
from tests.build_marts import utc
from tests.build_reports import add_run
from tests.integration.pipelines.reporting.newsroom import (
    CHANNELS,
    CREATED,
    DUE,
    WEEK,
    Newsroom,
    weekly,
    weekly_metric,
)

OVER = DUE + timedelta(hours=6, seconds=1)
"""The report was waited for in vain."""


def late(newsroom: Newsroom) -> None:
    newsroom.publish("2026-03-08 06:00", {"revenue": [1, 2], "customers": [4, 5]})


def refused(newsroom: Newsroom) -> None:
    newsroom.whole()
    newsroom.refuse("2026-03-05 10:00")


def lost(newsroom: Newsroom) -> None:
    newsroom.whole()
    newsroom.refuse("2026-03-05 10:00", "lost")


def stale(newsroom: Newsroom) -> None:
    values = {"revenue": [1, 2, None], "customers": [4, 5, None]}
    newsroom.publish("2026-03-09 06:00", values, newest="2026-03-06 22:00")


def empty(newsroom: Newsroom) -> None:
    newsroom.publish("2026-03-09 06:00", {"revenue": [1, None, None], "customers": [4, None, None]})


def half(newsroom: Newsroom) -> None:
    newsroom.publish("2026-03-09 06:00", {"revenue": [1, 2, None], "customers": [4]})


def held_back(newsroom: Newsroom) -> None:
    values = {"revenue": [1, 2, 3], "customers": [4, 5, 6]}
    newsroom.publish("2026-03-09 06:00", values, facts={"held_back": {"revenue": "value 4711 is absurd"}})


def nothing(_: Newsroom) -> None:
    """Not even a publication."""


GAPS = {
    late: "the newest publication stands at Mar 8 06:00, the period ends Mar 9 00:00; "
    "no complete value of customers, revenue",
    refused: "orders: refused or lost, and not set aside: orders-2026-03-05.csv",
    lost: "orders: refused or lost, and not set aside: orders-2026-03-05.csv",
    stale: "orders: data through Mar 6 22:00, needed Mar 8 00:00 or later",
    empty: "the week is empty: none of its metrics has a value",
    half: "no complete value of customers",
    held_back: "held back by their checks: revenue",
    nothing: "nothing has been published yet; `mdl run` publishes",
}


@pytest.mark.parametrize("gap", GAPS, ids=lambda gap: gap.__name__)
def test_what_is_not_complete_waits_is_withheld_with_the_reason_and_told_once(
    gap, newsroom: Newsroom
) -> None:
    gap(newsroom)
    newsroom.look(DUE - timedelta(seconds=1))
    assert newsroom.runs() == []
    newsroom.work(DUE)
    assert newsroom.state() == ("waiting", GAPS[gap])
    newsroom.work(DUE + timedelta(hours=6))
    assert newsroom.state() == ("waiting", GAPS[gap])
    assert newsroom.incidents() == []
    for minutes in range(5):
        newsroom.work(OVER + timedelta(minutes=minutes))
    assert newsroom.state() == ("withheld", GAPS[gap])
    assert newsroom.queued() == []
    assert newsroom.query("select count(*) from ops.report_archive") == [(0,)]
    ((title, events),) = newsroom.query(
        "select i.title, array_agg(e.event order by e.event_id) from ops.incidents i "
        "join ops.incident_events e using (incident_id) group by i.title"
    )
    assert title == f"Weekly of the week from 2026-03-02 was withheld: {GAPS[gap]}"
    assert events == ["opened", "firing"]


@pytest.mark.parametrize("gap", [each for each in GAPS if each is not nothing], ids=lambda gap: gap.__name__)
def test_what_is_always_sent_goes_out_at_once_and_says_what_it_lacks(gap, newsroom: Newsroom) -> None:
    newsroom.apply(CREATED, weekly(when_data="always"))
    gap(newsroom)
    assert [each.state for each in newsroom.work(DUE)] == ["made"]
    assert newsroom.queued() == CHANNELS
    ((doubts, reason),) = newsroom.query("select contents->'cover'->'doubts', reason from ops.report_runs")
    marks = [f"incomplete: {each}" for each in GAPS[gap].split("; ")]
    assert [each for each in doubts if each.startswith("incomplete")] == marks
    assert reason == "; ".join(marks)


def test_what_is_always_sent_waits_for_a_first_publication(newsroom: Newsroom) -> None:
    newsroom.apply(CREATED, weekly(when_data="always"))
    assert newsroom.work(DUE) == []
    assert newsroom.state() == ("waiting", "nothing has been published yet; `mdl run` publishes")


def test_complete_data_go_out_at_once_without_a_mark(newsroom: Newsroom) -> None:
    publication = newsroom.whole()
    assert [each.state for each in newsroom.work(DUE)] == ["made"]
    assert newsroom.queued() == CHANNELS
    ((number, doubts, reason),) = newsroom.query(
        "select publication_id, contents->'cover'->'doubts', reason from ops.report_runs"
    )
    assert (number, reason) == (publication, None)
    assert not [each for each in doubts if each.startswith(("incomplete", "late"))]
    assert newsroom.incidents() == []


def judge(newsroom: Newsroom, publication: int) -> None:
    """Enter that the rules were judged on a publication."""
    counts = dict.fromkeys(("met", "not_met", "no_data", "error", "suppressed"), 0)
    values = {"as_of": DUE, "evaluated_at": DUE, "duration_ms": 1.0, **counts}
    with newsroom.engine.begin() as connection:
        connection.execute(insert(alert_evaluations).values(publication_id=publication, **values))


def published_unjudged(newsroom: Newsroom, created: datetime) -> int:
    """A whole publication at that moment, of which the rules know nothing yet, after one that they know."""
    late(newsroom)
    judge(newsroom, 1)
    newest = newsroom.whole()
    with newsroom.engine.begin() as connection:
        connection.execute(text("update ops.publications set created_at = :at"), {"at": created})
    return newest


def test_publications_that_follow_one_another_do_not_prolong_the_wait(newsroom: Newsroom) -> None:
    published_unjudged(newsroom, DUE)
    newsroom.whole("2026-03-09 06:30")
    with newsroom.engine.begin() as connection:
        later = "update ops.publications set created_at = :at where publication_id = 3"
        connection.execute(text(later), {"at": DUE + timedelta(seconds=100)})
    assert newsroom.work(DUE + timedelta(seconds=119)) == []
    assert [each.state for each in newsroom.work(DUE + timedelta(seconds=121))] == ["made"]


@pytest.mark.parametrize("when_data", ["complete", "always"])
def test_a_report_waits_until_the_rules_are_judged_on_its_publication_but_not_for_long(
    newsroom: Newsroom, when_data: str
) -> None:
    newsroom.apply(CREATED, weekly(when_data=when_data))
    newest = published_unjudged(newsroom, DUE)
    for seconds in (0, 5, 120):
        assert newsroom.work(DUE + timedelta(seconds=seconds)) == []
        assert newsroom.state() == ("waiting", f"the alert rules are not judged on publication {newest} yet")
    assert newsroom.look(DUE + timedelta(seconds=121)).counts["to be made"] == 1


def test_a_report_is_made_as_soon_as_the_rules_are_judged(newsroom: Newsroom) -> None:
    newest = published_unjudged(newsroom, DUE)
    assert newsroom.work(DUE + timedelta(seconds=5)) == []
    judge(newsroom, newest)
    assert [each.state for each in newsroom.work(DUE + timedelta(seconds=6))] == ["made"]


def test_a_publication_of_a_clock_that_was_set_back_is_waited_for_no_longer(newsroom: Newsroom) -> None:
    published_unjudged(newsroom, DUE + timedelta(hours=1))
    assert [each.state for each in newsroom.work(DUE)] == ["made"]


def test_a_report_whose_data_came_at_the_last_moment_is_not_withheld_for_want_of_a_judgement(
    newsroom: Newsroom,
) -> None:
    published_unjudged(newsroom, OVER - timedelta(seconds=30))
    assert newsroom.work(OVER - timedelta(seconds=10)) == []
    assert newsroom.work(OVER + timedelta(seconds=10)) == []
    assert newsroom.state()[0] == "waiting"
    assert [each.state for each in newsroom.work(OVER + timedelta(minutes=2))] == ["made"]
    assert newsroom.incidents() == []


def test_data_that_come_within_the_wait_go_out_unmarked(newsroom: Newsroom) -> None:
    late(newsroom)
    newsroom.work(DUE)
    newsroom.whole()
    assert [(each.state, each.reason) for each in newsroom.work(DUE + timedelta(hours=5))] == [("made", None)]
    assert newsroom.incidents() == []


def test_data_that_come_after_it_was_withheld_go_out_marked_as_late_once_and_end_the_incident(
    newsroom: Newsroom,
) -> None:
    late(newsroom)
    newsroom.work(DUE)
    newsroom.work(OVER)
    assert newsroom.incidents() == [("weekly/week-2026-03-02", "report_withheld", "firing")]
    newsroom.whole("2026-03-11 06:00")
    outcomes = newsroom.work(utc("2026-03-11 09:00"))
    assert [(each.state, each.reason) for each in outcomes] == [
        ("made", "late: it was due on 2026-03-09 07:00 UTC, and withheld until its data were complete")
    ]
    assert newsroom.work(utc("2026-03-11 09:01")) == []
    assert newsroom.queued() == CHANNELS
    assert newsroom.incidents() == [("weekly/week-2026-03-02", "report_withheld", "resolved")]
    ((doubts,),) = newsroom.query("select contents->'cover'->'doubts' from ops.report_runs")
    assert doubts[-1].startswith("late: it was due")


def test_each_period_that_is_withheld_is_told_and_the_next_report_that_goes_out_ends_all(
    newsroom: Newsroom,
) -> None:
    stale(newsroom)
    newsroom.work(DUE)
    newsroom.work(OVER)
    newsroom.work(OVER + timedelta(days=7))
    newsroom.work(OVER + timedelta(days=7, minutes=1))
    subjects = [("weekly/week-2026-03-02", "report_withheld"), ("weekly/week-2026-03-09", "report_withheld")]
    assert newsroom.incidents() == [(*each, "firing") for each in subjects]
    # the file of the first week stays refused, the third week is whole
    newsroom.refuse("2026-03-07 10:00")
    values = {"revenue": [1, 2, 3, 4, 5], "customers": [5, 6, 7, 8, 9]}
    newsroom.publish("2026-03-23 06:00", values)
    newsroom.work(utc("2026-03-23 07:00"))
    newsroom.look(utc("2026-03-23 07:01"))
    assert newsroom.runs() == [("03-02", 1, "withheld"), ("03-09", 1, "made"), ("03-16", 1, "made")]
    assert newsroom.incidents() == [(*each, "resolved") for each in subjects]


def test_a_file_that_was_refused_before_the_period_began_holds_nothing_back(newsroom: Newsroom) -> None:
    newsroom.whole()
    newsroom.refuse("2026-03-01 23:00")
    assert [each.state for each in newsroom.work(DUE)] == ["made"]


def test_a_refused_file_that_is_set_aside_holds_nothing_back_any_more(newsroom: Newsroom) -> None:
    refused(newsroom)
    assert newsroom.work(DUE) == []
    with newsroom.engine.begin() as connection:
        connection.execute(text("update ops.ingested_files set status = 'dismissed'"))
    assert [each.state for each in newsroom.work(DUE + timedelta(minutes=1))] == ["made"]


def test_a_report_that_names_no_channel_is_kept_and_is_sent_by_that(newsroom: Newsroom) -> None:
    newsroom.apply(CREATED, weekly(channels=[]))
    newsroom.whole()
    assert [each.state for each in newsroom.work(DUE)] == ["sent"]
    assert newsroom.query("select count(*) > 0 from ops.report_archive") == [(True,)]
    assert newsroom.query("select ended_at is not null from ops.report_runs") == [(True,)]


def test_a_report_that_left_the_catalog_is_withheld_and_nobody_is_told(newsroom: Newsroom) -> None:
    newsroom.work(DUE)
    newsroom.apply(DUE + timedelta(minutes=1), weekly("other"))
    newsroom.work(DUE + timedelta(minutes=2))
    assert newsroom.state() == ("withheld", "the report is not in the catalog any more")
    assert newsroom.incidents() == []


def test_a_report_that_comes_back_into_the_catalog_goes_out_and_nobody_is_told_that_it_was_withheld(
    newsroom: Newsroom,
) -> None:
    newsroom.work(DUE)
    newsroom.apply(DUE + timedelta(minutes=1), weekly("other"))
    newsroom.work(DUE + timedelta(minutes=2))
    newsroom.whole()
    newsroom.apply(DUE + timedelta(minutes=3), weekly())
    assert len(newsroom.look(DUE + timedelta(minutes=4)).requests) == 1
    assert newsroom.incidents() == []
    assert [each.state for each in newsroom.work(DUE + timedelta(minutes=15))] == ["made"]
    assert newsroom.query("select reason, ended_at is null from ops.report_runs") == [(None, True)]
    assert newsroom.queued() == CHANNELS
    assert newsroom.incidents() == []


def test_a_report_that_comes_back_without_its_data_waits_for_them_and_is_told_as_any_other(
    newsroom: Newsroom,
) -> None:
    stale(newsroom)
    newsroom.work(DUE)
    (_, missing) = newsroom.state()
    newsroom.apply(DUE + timedelta(minutes=1), weekly("other"))
    newsroom.work(DUE + timedelta(minutes=2))
    newsroom.apply(DUE + timedelta(minutes=3), weekly())
    newsroom.work(DUE + timedelta(minutes=4))
    assert newsroom.state() == ("waiting", missing)
    assert newsroom.incidents() == []
    newsroom.work(OVER)
    assert newsroom.state() == ("withheld", missing)
    assert newsroom.incidents() == [("weekly/week-2026-03-02", "report_withheld", "firing")]


def test_other_reports_go_out_while_one_waits(newsroom: Newsroom) -> None:
    newsroom.apply(
        CREATED, weekly(scope={"metrics": ["customers"]}), weekly("sales", scope={"metrics": ["revenue"]})
    )
    half(newsroom)
    newsroom.work(DUE)
    assert newsroom.query("select report_id, state from ops.report_runs order by 1") == [
        ("sales", "made"),
        ("weekly", "waiting"),
    ]


def test_attempts_that_are_lost_are_repeated_then_given_up_and_told(newsroom: Newsroom) -> None:
    newsroom.whole()
    attempts = [len(newsroom.look(DUE + timedelta(minutes=11 * n)).requests) for n in range(5)]
    assert attempts == [1] * MOST_ATTEMPTS + [0, 0]
    assert newsroom.state()[0] == "failed"
    assert newsroom.incidents() == [("weekly/week-2026-03-02", "report_failed", "firing")]


def test_a_report_of_another_zone_is_of_the_same_days(newsroom: Newsroom) -> None:
    newsroom.apply(CREATED, weekly(timezone="America/New_York"))
    newsroom.whole("2026-03-09 10:00")
    assert newsroom.work(utc("2026-03-09 10:59")) == []
    assert [each.state for each in newsroom.work(utc("2026-03-09 11:00"))] == ["made"]
    ((start,),) = newsroom.query("select period_start from ops.report_runs")
    assert start == WEEK + timedelta(hours=5)


def test_a_week_and_a_month_that_begin_on_one_day_are_told_both(newsroom: Newsroom) -> None:
    monday = {"grain": "week", "period_label": "2026-06-01", "due_at": "2026-06-08 07:00Z"}
    first = {"grain": "month", "period_label": "2026-06-01", "due_at": "2026-07-01 07:00Z"}
    with newsroom.engine.begin() as connection:
        for each in (monday, first):
            add_run(connection, state="withheld", reason="late", **each)
    newsroom.look(utc("2026-07-01 08:00"))
    assert {each for each in newsroom.incidents() if "2026-06-01" in each[0]} == {
        ("weekly/week-2026-06-01", "report_withheld", "firing"),
        ("weekly/month-2026-06-01", "report_withheld", "firing"),
    }


def test_the_owner_is_told_of_the_period_by_the_clock_of_the_report(newsroom: Newsroom) -> None:
    newsroom.apply(CREATED, weekly(timezone="Europe/Berlin"))
    newsroom.work(DUE)
    newsroom.work(OVER)
    ((subject, title),) = newsroom.query("select subject_id, title from ops.incidents")
    assert subject == "weekly/week-2026-03-02"
    assert title.startswith("Weekly of the week from 2026-03-02 was withheld: ")


def test_a_source_of_rare_events_is_complete_while_it_keeps_its_promise(newsroom: Newsroom) -> None:
    newsroom.metrics = [weekly_metric(name, data_freshness="10 days") for name in ("revenue", "customers")]
    newsroom.apply()
    values = {"revenue": [1, 2, 3], "customers": [4, 5, 6]}
    newsroom.publish("2026-03-09 06:00", values, newest="2026-02-26 23:00")
    assert newsroom.work(DUE) == []
    assert newsroom.state()[1] == "orders: data through Feb 26 23:00, needed Feb 27 00:00 or later"
    newsroom.publish("2026-03-09 06:30", values, newest="2026-02-27 00:00")
    assert [each.state for each in newsroom.work(DUE + timedelta(minutes=1))] == ["made"]


def test_a_source_that_promises_hours_must_have_come_up_to_the_last_ones(newsroom: Newsroom) -> None:
    newsroom.metrics[0] = weekly_metric("revenue", data_freshness="6 hours")
    newsroom.apply()
    values = {"revenue": [1, 2, 3], "customers": [4, 5, 6]}
    newsroom.publish("2026-03-09 06:00", values, newest="2026-03-08 17:59")
    newsroom.work(DUE)
    assert newsroom.state()[1] == "orders: data through Mar 8 17:59, needed Mar 8 18:00 or later"


def test_moments_of_another_year_than_the_period_are_told_with_it() -> None:
    period = Period("month", datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    told = [_told(datetime(year, 12, 31, tzinfo=UTC), period) for year in (2024, 2026)]
    assert told == ["Dec 31, 2024, 00:00", "Dec 31 00:00"]
