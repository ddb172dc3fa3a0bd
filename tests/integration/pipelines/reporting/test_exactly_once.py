"""One report for a report and period: whatever the clock does, whoever looks at once, wherever a process is killed."""

import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, event, text

from core.database import connect
from pipelines.calendar.periods import Calendar
from pipelines.reporting.due import MOST_MISSED
from pipelines.reporting.look import look
from pipelines.reporting.make import make_report
from pipelines.reporting.runs import LEASE, enter_due
from schemas.documents.documents import Catalog, Grain, Report
from schemas.documents.schedules import due_between
from tests.build_marts import utc
from tests.integration.pipelines.reporting.killed import make_until
from tests.integration.pipelines.reporting.newsroom import CHANNELS, DUE, Newsroom, weekly

ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia"]
CRONS = ["0 7 * * 1", "30 2 * * *", "0 0 * * *", "30 1 * * 0", "0 6 1 * *", "0 */6 * * *", "0 9 * * 1-5"]
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
NOTHING = ("0", "waiting", "0")
"""Files, state and messages of a report that was not made."""


class Undone(Exception):  # noqa: N818
    """Ends a transaction without a trace."""


@contextmanager
def tried(engine: Engine) -> Iterator[Any]:
    """A transaction that leaves nothing, so that many examples share a database."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def begun(connection: Any, report: Report) -> Catalog:
    connection.execute(
        text(
            "insert into catalog.document_history values ('report', :id, 1, '1.0.0', 'created', '[]', '{}', 'h', "
            "'tests', 'api', :at)"
        ),
        {"id": report.report_id, "at": BEGUN},
    )
    return Catalog(reports={report.report_id: report})


def expected(report: Report, until: datetime) -> list[datetime]:
    """Starts of all periods that the schedule found finished last, one time of it after the other."""
    zone = ZoneInfo(report.timezone or "UTC")
    calendar = Calendar(zone)
    found = {}
    for moment in due_between(report.schedule or "", zone, BEGUN, until):
        found[calendar.step(report.grain, calendar.start_of(report.grain, moment.astimezone(UTC)), -1)] = None
    return list(found)


LOOKS = st.lists(
    # mostly minutes and hours, sometimes a day; the clock is set back now and then
    st.one_of(
        st.timedeltas(timedelta(0), timedelta(minutes=30)),
        st.timedeltas(timedelta(0), timedelta(hours=12)),
        st.timedeltas(timedelta(days=-3), timedelta(days=3)),
    ),
    min_size=40,
    max_size=60,
)


@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cron=st.sampled_from(CRONS),
    zone=st.sampled_from(ZONES),
    grain=st.sampled_from([Grain.DAY, Grain.WEEK, Grain.MONTH]),
    start=st.sampled_from(["2026-01-01", "2026-03-06", "2026-10-23", "2026-04-02"]),
    looks=LOOKS,
)
def test_over_a_thousand_looks_each_period_is_entered_exactly_once_whatever_the_clock_does(
    cron: str, zone: str, grain: Grain, start: str, looks: list[timedelta], database: Engine
) -> None:
    report = Report(report_id="r", name="R", grain=grain, schedule=cron, timezone=zone)
    with tried(database) as connection:
        catalog = begun(connection, report)
        now = furthest = utc(start)
        for step in looks:
            enter_due(connection, catalog, ZoneInfo("UTC"), now)
            enter_due(connection, catalog, ZoneInfo("UTC"), now)
            now = max(now + step, BEGUN)
            furthest = max(furthest, now)
        enter_due(connection, catalog, ZoneInfo("UTC"), furthest)
        rows = connection.execute(
            text("select period_start, edition from ops.report_runs order by period_start")
        )
        found = [row.period_start for row in rows]
    wanted = expected(report, furthest)
    missed = expected(report, utc(start))[:-MOST_MISSED]
    # a clock that goes back behind what was made up for at first makes up for older ones
    must = [each for each in wanted if each not in missed]
    assert found == sorted(set(found) & set(wanted))
    assert found[len(found) - len(must) :] == must


def test_a_clock_that_was_years_ahead_keeps_no_report_from_being_made(newsroom: Newsroom) -> None:
    newsroom.work(utc("2029-03-05 12:00"))
    ahead = len(newsroom.runs())
    assert ahead == MOST_MISSED
    newsroom.whole()
    assert [each.state for each in newsroom.work(DUE)] == ["made"]
    assert newsroom.queued() == CHANNELS
    assert newsroom.query("select count(*) from ops.incidents where state = 'firing'") == [(0,)]


def test_a_process_that_was_down_for_weeks_makes_every_report_that_it_missed_oldest_first(
    newsroom: Newsroom,
) -> None:
    weeks = {"revenue": [1, 2, 3, 4, 5], "customers": [5, 6, 7, 8, 9]}
    newsroom.publish("2026-03-24 06:00", weeks)
    requests = newsroom.look(utc("2026-03-24 07:00")).requests
    assert [each.run.period_start for each in requests] == [
        utc("2026-03-02"),
        utc("2026-03-09"),
        utc("2026-03-16"),
    ]


def test_a_report_is_not_made_for_what_was_before_its_schedule_was(newsroom: Newsroom) -> None:
    newsroom.whole()
    newsroom.apply(utc("2026-03-10 12:00"), weekly(), weekly("other"))
    newsroom.apply(utc("2026-03-17 12:00"), weekly(schedule="0 8 * * 1"), weekly("other", channels=[]))
    newsroom.look(utc("2026-03-23 12:00"))
    found = newsroom.query(
        "select report_id, array_agg(to_char(period_start, 'MM-DD') order by 1) from ops.report_runs group by 1 "
        "order by 1"
    )
    # a week whose time passed while nobody looked, and whose schedule is another since, is not made up for
    assert found == [("other", ["03-09", "03-16"]), ("weekly", ["03-16"])]


def test_two_sensors_that_look_at_once_request_each_report_once(newsroom: Newsroom) -> None:
    newsroom.apply(utc("2026-03-03 00:00"), *(weekly(f"weekly-{n}") for n in range(6)))
    newsroom.whole()
    together = Barrier(4)

    def looked(_: int) -> list[tuple[int, int]]:
        engine = connect(newsroom.settings)
        together.wait()
        found = look(engine, newsroom.settings, DUE)
        engine.dispose()
        return [(each.run.run_id, each.attempt) for each in found.requests]

    with ThreadPoolExecutor(4) as pool:
        requests = [each for found in pool.map(looked, range(4)) for each in found]
    assert Counter(requests).most_common(1)[0][1] == 1
    assert len(requests) == 6
    assert newsroom.query("select count(*) from ops.report_runs") == [(6,)]


def test_of_processes_that_make_a_report_at_once_one_does(newsroom: Newsroom) -> None:
    newsroom.whole()
    (request,) = newsroom.look(DUE).requests
    together = Barrier(4)

    def made(_: int) -> str:
        engine = connect(newsroom.settings)
        together.wait()
        outcome = make_report(engine, newsroom.settings, request.run.run_id, DUE)
        engine.dispose()
        return outcome.state

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(made, range(4))) == {"made"}
    assert newsroom.queued() == CHANNELS
    assert newsroom.query("select count(distinct name) = count(*) from ops.report_archive") == [(True,)]


def traces(newsroom: Newsroom) -> tuple[str, ...]:
    """Files, state and messages."""
    ((files, state, messages),) = newsroom.query(
        "select (select count(*) from ops.report_archive)::text, state, "
        "(select count(*) from ops.deliveries)::text from ops.report_runs"
    )
    return files, state, messages


def reset(newsroom: Newsroom) -> None:
    with newsroom.engine.begin() as connection:
        connection.execute(text("delete from ops.report_archive"))
        connection.execute(text("delete from ops.deliveries"))
        connection.execute(
            text("update ops.report_runs set state = 'waiting', made_at = null, contents = null")
        )


def test_a_process_that_is_killed_between_any_two_steps_leaves_nothing_or_all(newsroom: Newsroom) -> None:
    newsroom.whole()
    (request,) = newsroom.look(DUE).requests
    url, run_id = newsroom.engine.url.render_as_string(hide_password=False), request.run.run_id
    ended, steps = make_until(url, 0, run_id, DUE)
    assert ended == 0
    all_of_it = traces(newsroom)
    assert all_of_it[1:] == ("made", "2")
    # all of the last transaction, and some of what comes before, which only reads
    for place in [*range(1, steps - 9, 5), *range(steps - 9, steps + 1)]:
        reset(newsroom)
        assert make_until(url, place, run_id, DUE) == (-signal.SIGKILL, place)
        left = traces(newsroom)
        assert left in (NOTHING, all_of_it), place
        if left == NOTHING:
            assert newsroom.look(DUE + timedelta(minutes=1)).requests == [], "it may still be under way"
            make_report(newsroom.engine, newsroom.settings, run_id, DUE)
        assert traces(newsroom) == all_of_it, place


def test_a_report_whose_process_was_killed_is_requested_again_once_the_lease_is_over(
    newsroom: Newsroom,
) -> None:
    newsroom.whole()
    (first,) = newsroom.look(DUE).requests
    assert newsroom.look(DUE + LEASE - timedelta(seconds=1)).requests == []
    (second,) = newsroom.look(DUE + LEASE).requests
    assert (first.attempt, second.attempt) == (1, 2)
    assert second.run.run_id == first.run.run_id


def test_a_clock_that_is_set_back_makes_nobody_wait_longer_than_a_lease(newsroom: Newsroom) -> None:
    newsroom.whole()
    newsroom.apply(utc("2026-03-03 00:00"))
    ahead = DUE + timedelta(hours=5)
    newsroom.look(ahead)
    assert len(newsroom.look(DUE).requests) == 1


@pytest.mark.parametrize("killed", range(3))
def test_a_look_that_is_killed_is_taken_up_by_the_next(killed: int, newsroom: Newsroom) -> None:
    newsroom.whole()
    steps = 0

    def before_a_commit(*_: object) -> None:
        nonlocal steps
        steps += 1
        if steps > killed:
            raise Undone

    url = newsroom.engine.url
    engine = create_engine(url, connect_args={"options": "-c timezone=UTC"})
    event.listen(engine, "commit", before_a_commit)
    with pytest.raises(Undone):
        look(engine, newsroom.settings, DUE)
    engine.dispose()
    later = newsroom.work(DUE + LEASE)
    assert [each.state for each in later] == ["made"]
    assert newsroom.queued() == CHANNELS


def test_where_many_are_due_some_wait_in_line_and_every_one_is_made(newsroom: Newsroom) -> None:
    newsroom.apply(utc("2026-03-03 00:00"), *(weekly(f"weekly-{n}", channels=[]) for n in range(11)))
    newsroom.whole()
    assert [len(newsroom.work(DUE + timedelta(seconds=n))) for n in range(3)] == [8, 3, 0]
    newsroom.apply(utc("2026-03-10 00:00"), *(weekly(f"other-{n}", channels=[]) for n in range(11)))
    newsroom.publish("2026-03-16 06:00", {"revenue": [1, 2, 3, 4], "customers": [4, 5, 6, 7]})
    later = DUE + timedelta(days=7)
    assert [len(newsroom.look(later + timedelta(seconds=n)).requests) for n in range(2)] == [8, 0]
