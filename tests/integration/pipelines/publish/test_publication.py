import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, insert, text

from pipelines.publish import PublishedMetric, carry_seeds, read_state
from reports.publications import publications
from schemas.documents.documents import Domain
from schemas.documents.thresholds import thresholds_of
from schemas.tables import ingested_files
from tests.build_marts import daily, days, metric, publish_rows, row, utc

FIRST = "2013-09-01"


def stored(database: Engine, columns: str = "value", where: str = "true") -> list[tuple[object, ...]]:
    statement = (
        f"select {columns} from marts.metric_values where {where} "
        "order by metric_id, grain, slice, period_start"
    )
    with database.connect() as connection:
        return [tuple(found) for found in connection.execute(text(statement))]


def revisions(database: Engine, columns: str) -> list[tuple[object, ...]]:
    statement = f"select {columns} from marts.metric_value_revisions order by period_start, publication_id"
    with database.connect() as connection:
        return [tuple(found) for found in connection.execute(text(statement))]


def everything(database: Engine) -> dict[str, list[tuple[object, ...]]]:
    """All published numbers but for the number of the publication that wrote them."""
    tables = {
        "metric_values": "metric_id, grain, slice, period_start",
        "metric_slices": "metric_id, grain, slice",
        "published_metrics": "metric_id",
        "key_result_progress": "objective_id, kr_id",
    }
    with database.connect() as connection:
        return {
            table: [
                tuple(value for name, value in found._asdict().items() if name != "publication_id")
                for found in connection.execute(text(f"select * from marts.{table} order by {key}"))
            ]
            for table, key in tables.items()
        }


def test_values_arrive_with_what_precedes_them_and_the_change_in_percent(
    database: Engine, tmp_path: Path
) -> None:
    publish_rows(database, tmp_path, daily(FIRST, [-4, -2, 0, 5, None, 6]))

    assert stored(database, "value, previous_value, change_pct, status") == [
        (-4, None, None, "ok"),
        (-2, -4, 50, "ok"),  # two up from -4 is half of 4
        (0, -2, 100, "ok"),
        (5, 0, None, "ok"),
        (None, 5, None, "no_data"),
        (6, None, None, "ok"),
    ]


@pytest.mark.parametrize(
    ("direction", "warning", "critical", "expected"),
    [
        ("increase", 50, 20, ["critical", "warning", "warning", "ok", "ok"]),
        ("decrease", 50, 70, ["ok", "ok", "ok", "ok", "critical"]),
        # nothing declared: critical above warning means that higher is worse
        (None, 30, 45, ["ok", "ok", "ok", "critical", "critical"]),
        ("maintain", None, 30, ["critical", "critical", "ok", "ok", "ok"]),
    ],
)
def test_status_follows_the_thresholds_of_either_direction(
    database: Engine,
    tmp_path: Path,
    direction: str | None,
    warning: float,
    critical: float,
    expected: list[str],
) -> None:
    judged = metric(
        definition={"expected_direction": direction},
        targets_and_alerts={"warning_threshold": warning, "critical_threshold": critical},
    )
    publish_rows(database, tmp_path, daily(FIRST, [19, 20, 30, 50, 71]), metrics=[judged])

    assert [status for (status,) in stored(database, "status")] == expected
    # what policies are held to says the same
    assert [thresholds_of(judged).status(value) for value in (19, 20, 30, 50, 71)] == expected


def test_a_value_that_meets_its_threshold_but_for_rounding_is_ok(database: Engine, tmp_path: Path) -> None:
    cost = metric(
        definition={"expected_direction": "decrease"}, targets_and_alerts={"warning_threshold": 0.3}
    )
    rows = daily(FIRST, [0.1 + 0.2, 0.1 + 0.2, 0.3, 0.3001])
    publish_rows(database, tmp_path, rows, metrics=[cost])
    assert [found[0] for found in stored(database, "status")] == ["ok", "ok", "ok", "warning"]
    assert [found[0] for found in stored(database, "change_pct")][:3] == [None, 0, 0]
    judged = [thresholds_of(cost).status(value) for value in (0.1 + 0.2, 0.3, 0.3001)]
    assert judged == ["ok", "ok", "warning"]


def test_a_change_is_never_infinite(database: Engine, tmp_path: Path) -> None:
    publish_rows(database, tmp_path, daily(FIRST, [5e307, 1.5, 1e-300, 1e300]))
    assert [found[0] for found in stored(database, "change_pct")] == [None, None, -100, None]


def test_the_same_numbers_again_make_no_publication_and_no_revision(database: Engine, tmp_path: Path) -> None:
    rows = daily(FIRST, [random.random() * 10**n for n in range(-9, 20)])
    first = publish_rows(database, tmp_path, rows)
    before = everything(database)
    again = publish_rows(database, tmp_path, rows)

    assert (first.is_new, again.is_new, again.publication_id) == (True, False, first.publication_id)
    assert again.changes.values_changed == 0
    assert everything(database) == before
    assert revisions(database, "value") == []


def test_a_file_that_was_refused_since_is_published_although_no_number_changed(
    database: Engine, tmp_path: Path
) -> None:
    rows = daily(FIRST, [1])
    publish_rows(database, tmp_path, rows)
    with database.begin() as connection:
        connection.execute(
            insert(ingested_files).values(
                file_id="f",
                content_hash="c",
                source_id="s",
                path="p",
                size_bytes=1,
                status="rejected",
                staged_at=utc(FIRST),
            )
        )
    assert [publish_rows(database, tmp_path, rows).is_new for _ in range(2)] == [True, False]
    with database.connect() as connection:
        assert [found.quality for found in publications(connection, 1, 50)] == ["critical", "ok"]


def test_sums_that_differ_in_their_last_digits_are_the_same_number(database: Engine, tmp_path: Path) -> None:
    publish_rows(database, tmp_path, daily(FIRST, [0.1 + 0.2]))
    assert publish_rows(database, tmp_path, daily(FIRST, [0.3])).changes.values_changed == 0
    assert publish_rows(database, tmp_path, daily(FIRST, [0.3000001])).changes.changed == 1


def test_a_change_in_percent_that_is_all_noise_is_no_change(database: Engine, tmp_path: Path) -> None:
    noise = 2e-16
    publish_rows(database, tmp_path, daily(FIRST, [1.0, 1.0]))
    assert publish_rows(database, tmp_path, daily(FIRST, [1.0, 1.0 + noise])).changes.values_changed == 0


def test_a_corrected_day_changes_itself_and_the_day_after_and_keeps_what_stood(
    database: Engine, tmp_path: Path
) -> None:
    first = publish_rows(database, tmp_path, daily(FIRST, [10, 20, 40, 80]))
    second = publish_rows(
        database, tmp_path, daily("2013-09-02", [25]), replaced=days("2013-09-02", 1), lake_version=2
    )

    assert (second.changes.inserted, second.changes.changed, second.changes.removed) == (0, 2, 0)
    one, two = first.publication_id, second.publication_id
    assert stored(database, "value, previous_value, change_pct, publication_id") == [
        (10, None, None, one),
        (25, 10, 150, two),
        (40, 25, 60, two),
        (80, 40, 100, one),
    ]
    assert revisions(database, "value, previous_value, publication_id, superseded_by") == [
        (20, 10, one, two),
        (40, 20, one, two),
    ]


def test_a_small_publication_reads_its_own_days_and_their_neighbours_only(
    database: Engine, tmp_path: Path
) -> None:
    publish_rows(database, tmp_path, daily("2013-01-01", [float(n) for n in range(270)]))
    late = publish_rows(
        database, tmp_path, daily("2013-05-05", [7]), replaced=days("2013-05-05", 1), lake_version=2
    )
    assert late.changes.computed <= 4


def test_the_baseline_is_the_same_period_so_many_calendar_units_earlier(
    database: Engine, tmp_path: Path
) -> None:
    monthly = metric(targets_and_alerts={"comparison_baseline": "previous_month"})
    publish_rows(database, tmp_path, daily("2013-01-28", [float(n) for n in range(40)]), metrics=[monthly])
    # 0 is 28 January; 31 is 28 February; 34 is 3 March
    baselines = [baseline for (baseline,) in stored(database, "baseline_value")]
    assert baselines[:31] == [None] * 31
    assert baselines[31:] == [0, 4, 5, 6, 7, 8, 9, 10, 11]


def test_a_correction_reaches_the_row_that_has_it_as_its_baseline(database: Engine, tmp_path: Path) -> None:
    yearly = metric(targets_and_alerts={"comparison_baseline": "previous_year"})
    rows = daily("2012-01-01", [float(n) for n in range(500)])
    publish_rows(database, tmp_path, rows, metrics=[yearly])
    publish_rows(
        database,
        tmp_path,
        daily("2012-03-01", [-1]),
        metrics=[yearly],
        replaced=days("2012-03-01", 1),
        lake_version=2,
    )
    assert stored(database, "baseline_value", "period_start = '2013-03-01'") == [(-1,)]
    assert stored(database, "baseline_value", "period_start = '2013-03-02'") == [(61,)]


def test_baselines_step_in_local_time_across_a_clock_change(database: Engine, tmp_path: Path) -> None:
    zone = ZoneInfo("America/New_York")
    weekly = metric(targets_and_alerts={"comparison_baseline": "previous_week"})
    # midnight in New York is 05:00 UTC before 10 March 2013 and 04:00 after
    starts = [utc("2013-03-05 05:00"), utc("2013-03-12 04:00")]
    rows = [row(start, value) for start, value in zip(starts, [3, 4], strict=True)]
    publish_rows(database, tmp_path, rows, metrics=[weekly], zone=zone)
    assert stored(database, "value, baseline_value") == [(3, None), (4, 3)]


def test_a_period_whose_counterpart_the_zone_skipped_has_no_baseline(
    database: Engine, tmp_path: Path
) -> None:
    apia = ZoneInfo("Pacific/Apia")  # went from 29 to 31 December 2011; UTC-10 before, UTC+14 after
    weekly = metric(targets_and_alerts={"comparison_baseline": "previous_week"})
    hourly = metric(
        "METRIC-H", data={"time_grain": ["hour"]}, targets_and_alerts={"comparison_baseline": "previous_day"}
    )
    begun = [datetime(2011, 12, day, tzinfo=apia) for day in (28, 29, 31)]
    begun += [datetime(2012, 1, day, tzinfo=apia) for day in (5, 6, 7)]
    hours = [datetime(2011, 12, 29, 10, tzinfo=apia), datetime(2011, 12, 31, 10, tzinfo=apia)]
    hours.append(datetime(2012, 1, 1, 10, tzinfo=apia))
    rows = [row(day.astimezone(UTC), float(day.day)) for day in begun]
    rows += [
        row(
            hour.astimezone(UTC),
            float(hour.day),
            metric_id="METRIC-H",
            grain="hour",
            period_end=hour.astimezone(UTC) + timedelta(hours=1),
        )
        for hour in hours
    ]
    publish_rows(database, tmp_path, rows, metrics=[weekly, hourly], zone=apia)
    # 5 January looks at 29 December, 6 at the 30th that was not, 7 at the 31st
    by_day = stored(database, "value, baseline_value", "metric_id = 'METRIC-A'")
    assert by_day == [(28, None), (29, None), (31, None), (5, 29), (6, None), (7, 31)]
    by_hour = stored(database, "value, baseline_value", "metric_id = 'METRIC-H'")
    assert by_hour == [(29, None), (31, None), (1, 31)]


def test_a_day_that_begins_at_one_is_the_counterpart_of_days_that_begin_at_midnight(
    database: Engine, tmp_path: Path
) -> None:
    santiago = ZoneInfo("America/Santiago")  # 3 September 2023 began at one o'clock
    weekly = metric(targets_and_alerts={"comparison_baseline": "previous_week"})
    starts = [utc("2023-08-27 04:00"), utc("2023-09-03 04:00"), utc("2023-09-10 03:00")]
    rows = [row(start, value) for start, value in zip(starts, [1, 2, 3], strict=True)]
    publish_rows(database, tmp_path, rows, metrics=[weekly], zone=santiago)
    assert stored(database, "value, baseline_value") == [(1, None), (2, 1), (3, 2)]
    publish_rows(
        database, tmp_path, [rows[1]], metrics=[weekly], zone=santiago, replaced=(starts[1], starts[2])
    )
    assert stored(database, "value, baseline_value") == [(1, None), (2, 1), (3, 2)]


def test_a_number_is_a_baseline_and_an_unknown_word_is_reported(database: Engine, tmp_path: Path) -> None:
    fixed = metric("METRIC-A", targets_and_alerts={"comparison_baseline": "0.95"})
    odd = metric("METRIC-B", targets_and_alerts={"comparison_baseline": "industry average"})
    rows = [*daily(FIRST, [1]), *daily(FIRST, [1], metric_id="METRIC-B")]
    publication = publish_rows(database, tmp_path, rows, metrics=[fixed, odd])

    assert stored(database, "baseline_value") == [(0.95,), (None,)]
    assert [(p.severity, p.document_id) for p in publication.problems] == [("warning", "METRIC-B")]
    assert "'industry average'" in publication.problems[0].message


def test_a_slice_begins_with_its_first_period_that_has_rows(database: Engine, tmp_path: Path) -> None:
    rows = [*daily(FIRST, [1, 2, 3]), *daily(FIRST, [None, None, 5], slice="platform=web")]
    publish_rows(database, tmp_path, rows)
    assert stored(database, "value, previous_value", "slice = 'platform=web'") == [(5, None)]

    with database.connect() as connection:
        state = read_state(connection)
    assert state is not None
    assert {(s["slice"], s["first_period_start"]) for s in state.known_slices.to_pylist()} == {
        ("", utc("2013-09-01")),
        ("platform=web", utc("2013-09-03")),
    }


def test_a_correction_that_empties_the_first_period_removes_rows_up_to_the_next_one_with_data(
    database: Engine, tmp_path: Path
) -> None:
    publish_rows(database, tmp_path, daily(FIRST, [1, None, None, 4, 5]))
    publish_rows(database, tmp_path, daily(FIRST, [None]), replaced=days(FIRST, 1), lake_version=2)
    assert stored(database, "period_start, value, previous_value") == [
        (utc("2013-09-04"), 4, None),
        (utc("2013-09-05"), 5, 4),
    ]
    assert [value for (value,) in revisions(database, "value")] == [1, None, None]


def test_a_slice_that_vanishes_takes_its_rows_along(database: Engine, tmp_path: Path) -> None:
    rows = [*daily(FIRST, [1, 2]), *daily(FIRST, [3, None], slice="platform=tv")]
    publish_rows(database, tmp_path, rows)
    emptied = [*daily(FIRST, [1]), *daily(FIRST, [None], slice="platform=tv")]
    publication = publish_rows(database, tmp_path, emptied, replaced=days(FIRST, 1), lake_version=2)

    assert publication.changes.removed == 2
    assert stored(database, "slice") == [("",), ("",)]
    with database.connect() as connection:
        assert connection.execute(text("select slice from marts.metric_slices")).scalars().all() == [""]


def test_an_earlier_late_event_makes_the_slice_begin_earlier(database: Engine, tmp_path: Path) -> None:
    publish_rows(database, tmp_path, daily("2013-09-03", [3, 4]))
    publish_rows(
        database, tmp_path, daily("2013-09-01", [1, None]), replaced=days("2013-09-01", 2), lake_version=2
    )
    assert stored(database, "value, previous_value") == [(1, None), (None, 1), (3, None), (4, 3)]


def test_metrics_and_grains_that_left_the_catalog_leave_the_marts(database: Engine, tmp_path: Path) -> None:
    kept, dropped = metric("METRIC-A"), metric("METRIC-B", data={"time_grain": ["day", "week"]})
    rows = [
        *daily(FIRST, [1]),
        *daily(FIRST, [2], metric_id="METRIC-B"),
        *daily(FIRST, [3], metric_id="METRIC-B", grain="week"),
    ]
    publish_rows(database, tmp_path, rows, metrics=[kept, dropped])
    narrower = metric("METRIC-B")
    publish_rows(database, tmp_path, [], metrics=[kept, narrower], replaced={}, lake_version=2)
    assert stored(database, "metric_id, grain") == [("METRIC-A", "day"), ("METRIC-B", "day")]

    publish_rows(database, tmp_path, [], metrics=[kept], replaced={}, lake_version=3)
    assert stored(database, "metric_id, grain") == [("METRIC-A", "day")]
    assert len(revisions(database, "value")) == 2


def test_a_metric_that_becomes_documented_keeps_its_reason_and_loses_its_numbers(
    database: Engine, tmp_path: Path
) -> None:
    publish_rows(database, tmp_path, daily(FIRST, [1]))
    documented = PublishedMetric(metric(), "documented", "2.0.0", "hash-2", reason="no event named gone")
    publish_rows(database, tmp_path, [], metrics=[documented], replaced={}, lake_version=2)

    assert stored(database) == []
    with database.connect() as connection:
        found = connection.execute(text("select kind, reason from marts.published_metrics")).one()
    assert tuple(found) == ("documented", "no event named gone")


def test_a_new_definition_marks_its_rows_even_where_the_value_stays(database: Engine, tmp_path: Path) -> None:
    publish_rows(database, tmp_path, daily(FIRST, [1]))
    reworded = PublishedMetric(metric(), "computed", "1.0.1", "hash-1")
    assert publish_rows(database, tmp_path, daily(FIRST, [1]), metrics=[reworded]).changes.values_changed == 0
    redefined = PublishedMetric(metric(), "computed", "2.0.0", "hash-2")
    assert publish_rows(database, tmp_path, daily(FIRST, [1]), metrics=[redefined]).changes.changed == 1
    assert stored(database, "definition_version, definition_hash") == [("2.0.0", "hash-2")]


def test_a_failure_midway_leaves_nothing_behind(database: Engine, tmp_path: Path) -> None:
    publish_rows(database, tmp_path, daily(FIRST, [1, 2]))
    before = everything(database)
    with database.begin() as connection:
        # the very last table that is written refuses
        connection.execute(text("alter table marts.domain_scorecards add constraint never check (false)"))
    with pytest.raises(Exception, match="never"):
        publish_rows(
            database,
            tmp_path,
            daily(FIRST, [8, 9]),
            domains=[Domain(domain_id="DOMAIN-A", name="A")],
            lake_version=2,
        )
    assert everything(database) == before
    with database.connect() as connection:
        assert connection.scalar(text("select count(*) from ops.publications")) == 1


def test_texts_survive_the_way_through_csv(database: Engine, tmp_path: Path) -> None:
    slices = ["", r"city=\N", 'city=say "hi"', "city=a%2Cb", "city=line\nbreak", "city=Zürich"]
    rows = [found for text_ in slices for found in daily(FIRST, [1], slice=text_)]
    publish_rows(database, tmp_path, rows)
    assert {slice_ for (slice_,) in stored(database, "slice")} == set(slices)
    assert not publish_rows(database, tmp_path, rows).is_new


def test_seeds_are_the_newest_known_values_before_an_instant(database: Engine, tmp_path: Path) -> None:
    rows = [*daily(FIRST, [1, 2, None, 4]), *daily(FIRST, [None, None, 7, 8], slice="platform=web")]
    publish_rows(database, tmp_path, rows)

    def seeds(before: str) -> dict[str, float]:
        with database.connect() as connection:
            found = carry_seeds(connection, {("METRIC-A", "day"): utc(before)})
        return {seed["slice"]: seed["value"] for seed in found.to_pylist()}

    assert seeds("2013-09-04") == {"": 2, "platform=web": 7}
    assert seeds("2013-09-02") == {"": 1}
    with database.connect() as connection:
        assert carry_seeds(connection, {}).num_rows == 0


def test_a_full_replacement_takes_rows_outside_of_its_ranges_away(database: Engine, tmp_path: Path) -> None:
    publish_rows(database, tmp_path, daily(FIRST, [1, 2, 3, 4]))
    rows = daily("2013-09-03", [3, 4])
    publish_rows(database, tmp_path, rows, replaced=days("2013-09-03", 2), full={"METRIC-A"}, lake_version=2)
    assert stored(database, "value, previous_value") == [(3, None), (4, 3)]


def test_the_state_is_that_of_the_newest_publication(database: Engine, tmp_path: Path) -> None:
    with database.connect() as connection:
        assert read_state(connection) is None
    publish_rows(database, tmp_path, daily(FIRST, [1]), lake_version=3, catalog_version=9)
    publication = publish_rows(database, tmp_path, daily(FIRST, [1]), lake_version=4, catalog_version=9)
    with database.connect() as connection:
        state = read_state(connection)
    assert state is not None
    assert publication.is_new
    assert (state.publication_id, state.lake_version, state.catalog_version, state.timezone) == (
        publication.publication_id,
        4,
        9,
        "UTC",
    )
    assert state.definition_hashes == {"METRIC-A": "hash-1"}
