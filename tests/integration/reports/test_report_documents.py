"""What a report says, read from publications that were made by hand."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, insert, update

from core.clock import wall_now
from reports.cells import Cell, Change, Figure, Link, PeriodCell, Sparkline, Status, Table
from reports.charts.data import MetricSeries
from reports.documents.contents.document import ReportRequest, read_report
from reports.documents.model import Period, ReportDocument, Section
from reports.errors import NothingPublishedError, ReplacedScoresError
from reports.publications import reading
from schemas.catalog.store import apply
from schemas.documents.documents import Domain, Metric, Objective, Report
from schemas.tables import incidents, ingested_files
from tests.build_incidents import add_event, add_incident
from tests.build_marts import catalog_of, metric, publish_rows, row, utc
from tests.integration.reports.test_reports import counted

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = Period("week", utc("2013-10-07"), utc("2013-10-14"))
MADE_AT = utc("2013-10-14 06:00")
WEEKS = ("2013-09-23", "2013-09-30", "2013-10-07")
SALES = metric(
    "SALES",
    name="Sales",
    tier=1,
    business_domain="SHOP",
    description="What was sold.",
    data={"time_grain": ["week"]},
    dimensions=[{"name": "country"}],
    definition={"formula": "SUM(order.value)", "unit": "EUR", "expected_direction": "increase"},
    governance={"owner_team": "sales"},
    targets_and_alerts={"target_value": 120, "warning_threshold": 100, "critical_threshold": 50},
)
RETURNS = metric(
    "RETURNS",
    name="Returns",
    business_domain="SHOP",
    data={"time_grain": ["day", "month"]},
    definition={"expected_direction": "decrease"},
    targets_and_alerts={"target_value": 100},
)
SHOP = Domain(domain_id="SHOP", name="Shop")
SELL = Objective.model_validate(
    {
        "objective_id": "SELL",
        "name": "Sell more",
        "business_domain": "SHOP",
        "timeframe": {"start": "2013-09-01", "end": "2013-12-31"},
        "key_results": [
            {
                "kr_id": "KR",
                "name": "Sales of 200",
                "baseline_value": 0,
                "target_value": 200,
                "metric_ids": ["SALES"],
                "direction": "increase",
                "unit": "EUR",
            }
        ],
    }
)


def weekly(
    values: Sequence[float | None], slice_: str = "", metric_id: str = "SALES"
) -> list[dict[str, Any]]:
    starts = [utc(start) for start in WEEKS]
    return [
        row(
            start,
            number,
            metric_id=metric_id,
            grain="week",
            slice=slice_,
            period_end=start + timedelta(weeks=1),
        )
        for start, number in zip(starts, values, strict=True)
    ]


def sales(newest: float = 90.0) -> list[dict[str, Any]]:
    """Weeks of 120, 110 and then `newest`; Germany stays at 40."""
    totals = (120.0, 110.0, newest)
    return [
        *weekly(totals),
        *weekly([40, 40, 40], "country=DE"),
        *weekly([each - 40 for each in totals], "country=US"),
    ]


def returns() -> list[dict[str, Any]]:
    days = [utc("2013-10-11") + timedelta(days=n) for n in range(3)]
    found = [row(day, number, metric_id="RETURNS") for day, number in zip(days, (5, 4, 3), strict=True)]
    month = {"metric_id": "RETURNS", "grain": "month", "period_end": utc("2013-10-01")}
    return [*found, row(utc("2013-09-01"), 140.0, **month)]


def store(engine: Engine, *metrics: Metric, now: datetime | None = None) -> None:
    """Put the shop into the catalog, with these metrics."""
    apply(
        engine,
        catalog_of(metrics or (SALES, RETURNS), [SELL], [SHOP]),
        changed_by="user:ann",
        origin_of=lambda _kind, _id: "file:shop.yaml",
        now=now or utc("2013-01-01"),
    )


def published(
    engine: Engine, folder: Path, rows: Sequence[dict[str, Any]] | None = None, **request: Any
) -> int:
    """Publish the shop as of Monday morning; its number."""
    moment = utc("2013-10-14 05:00")
    defaults: dict[str, Any] = {
        "metrics": (SALES, RETURNS),
        "objectives": [SELL],
        "domains": [SHOP],
        "as_of": moment,
        "published_at": moment,
        "data_through": utc("2013-10-13 23:00"),
    }
    found = publish_rows(
        engine, folder, [*sales(), *returns()] if rows is None else rows, **(defaults | request)
    )
    assert found.publication_id is not None
    return found.publication_id


def read(engine: Engine, as_of: date | int | None = None, **stated: Any) -> ReportDocument:
    period = stated.pop("period", WEEK)
    report = Report(report_id="weekly", name="Weekly", **stated)
    with reading(engine) as connection:
        return read_report(connection, ReportRequest(report, period, as_of, MADE_AT))


def section(document: ReportDocument, name: str) -> Section:
    return {each.name: each for each in document.all_sections()}[name]


def table(document: ReportDocument, name: str) -> Table:
    return {each.name: each for found in document.all_sections() for each in found.tables}[name]


def texts(document: ReportDocument) -> list[str]:
    """The sentences of the summary, numbers as they are."""
    return [
        "".join(str(getattr(piece, "value", piece)) for piece in sentence.pieces)
        for sentence in document.summary
    ]


def test_a_report_says_where_metrics_stood_in_the_period(database: Engine, tmp_path: Path) -> None:
    store(database)
    number = published(database, tmp_path)
    document = read(database)
    assert (document.cover.publication_id, document.cover.period) == (number, WEEK)
    names = [each.name for each in document.sections]
    assert names == ["domains", "objectives", "metrics", "glossary"]
    (sold, returned) = table(document, "metrics").rows
    expected: dict[str, Cell] = {
        "metric": Link("Sales", "/metrics/SALES", "SALES"),
        "status": Status("warning"),
        # that of the report, which its cover names
        "period": None,
        "value": Figure(90, "EUR"),
        "before": Figure(110, "EUR"),
        "target": Figure(120, "EUR"),
        "recent": Sparkline((120, 110, 90)),
    }
    change = sold["change"]
    assert {name: sold[name] for name in expected} == expected
    assert isinstance(change, Change)
    assert (round(change.value or 0, 6), change.is_good) == (round(-2000 / 110, 6), False)
    # no week of returns is published: the last day of the week, which months' target says nothing of
    assert (returned["period"], returned["value"]) == (PeriodCell(date(2013, 10, 13), "day"), Figure(3, None))
    assert (returned["target"], returned["status"]) == (Figure(None, None), Status(None))
    drawn = [part.illustrations[0].numbers for part in document.sections[2].parts]
    marked = {
        one.metric.metric_id: {row.status for row in one.rows}
        for one in drawn
        if isinstance(one, MetricSeries)
    }
    assert marked["RETURNS"] == {""}, "nor does its chart mark what is not judged"
    assert "warning" in marked["SALES"]
    assert document.metrics == ("RETURNS", "SALES")


def test_metrics_stand_by_gravity_and_then_by_id(database: Engine, tmp_path: Path) -> None:
    newest = {"A": 150.0, "B": 90.0, "C": None, "D": 40.0, "E": 130.0, "F": 45.0, "G": 80.0}
    judged = [SALES.model_copy(update={"metric_id": each, "name": each}) for each in newest]
    plain = metric("AA", name="AA", data={"time_grain": ["week"]})
    hidden = metric(
        "AB", name="AB", data={"time_grain": ["week"]}, governance={"data_classification": "restricted"}
    )
    store(database, *judged, plain, hidden)
    rows = [line for each, value in newest.items() for line in weekly([120, 110, value], metric_id=each)]
    rows += [line for each in ("AA", "AB") for line in weekly([1, 2, 3], metric_id=each)]
    published(database, tmp_path, rows, metrics=[*judged, plain, hidden], objectives=[])
    document = read(database)
    stood = [(row["metric"], row["status"]) for row in table(document, "metrics").rows]
    assert [
        (name.note, status.value)
        for name, status in stood
        if isinstance(name, Link) and isinstance(status, Status)
    ] == [
        *(("D", "critical"), ("F", "critical"), ("B", "warning"), ("G", "warning")),
        *(("C", "no_data"), ("A", "ok"), ("AA", "ok"), ("E", "ok"), ("AB", "restricted")),
    ]


def test_the_summary_says_what_changed_why_and_what_was_missed(database: Engine, tmp_path: Path) -> None:
    store(database)
    published(database, tmp_path)
    told = texts(read(database))
    assert told[0] == "Of 2 metrics, 1 has a warning and 1 is not judged by the week."
    assert told[1].startswith("Sales fell to 90.0 from 110.0 in the week before (-18.18")
    assert told[1].endswith("), at warning now; 1.0 of the change came from US (country).")
    assert told[2] == "0 of 1 target was reached in the week; missed: Sales (90.0 against 120.0)."


def test_key_results_come_with_their_pace_and_every_point_of_its_chart(
    database: Engine, tmp_path: Path
) -> None:
    store(database)
    published(database, tmp_path)
    document = read(database)
    (objective,) = section(document, "objectives").parts
    (key_results, way) = objective.tables
    assert key_results.rows[0]["current"] == Figure(90, "EUR")
    (drawn,) = objective.illustrations
    points = [(point.at, Figure(point.value, "EUR")) for point in drawn.numbers.points]  # type: ignore[union-attr]
    assert [(each["at"], each["value"]) for each in reversed(way.rows)] == points
    assert points[-1] == (utc("2013-10-14"), Figure(90, "EUR"))


def test_two_reads_of_one_publication_are_equal_whatever_came_later(database: Engine, tmp_path: Path) -> None:
    store(database)
    first = published(database, tmp_path)
    with database.begin() as connection:
        incident = add_incident(
            connection, subject_id="SALES", first_period_start=utc("2013-10-07"), opened_at=wall_now()
        )
        fired = {"event": "firing", "detail": {"severity": "warning"}, "publication_id": first}
        add_event(connection, incident, happened_at=wall_now(), **fired)
        add_event(connection, incident, event="opened", happened_at=wall_now(), publication_id=first)
    before = read(database)
    assert read(database) == read(database, first) == before
    # another day: values restated, a metric renamed and judged otherwise, the incident over, another begun
    renamed = SALES.model_copy(update={"name": "Turnover"})
    store(database, renamed, RETURNS, now=wall_now())
    second = published(
        database,
        tmp_path,
        [*sales(130.0), *returns()],
        metrics=(renamed, RETURNS),
        as_of=utc("2013-10-15 05:00"),
        published_at=utc("2013-10-15 05:00"),
    )
    with database.begin() as connection:
        for name, detail in (("escalated", {"from": "warning", "to": "critical"}), ("resolved", {})):
            more = {"event": name, "detail": detail, "publication_id": second, "happened_at": wall_now()}
            add_event(connection, incident, **more)
        connection.execute(update(incidents).values(severity="critical"))
        later = add_incident(connection, subject_id="RETURNS", first_period_start=utc("2013-10-08"))
        for name in ("opened", "firing"):
            add_event(connection, later, event=name, happened_at=wall_now(), publication_id=second)
    assert read(database, first) == before
    assert read(database, date(2013, 10, 14)) == before
    after = read(database)
    assert table(after, "metrics").rows[0]["value"] == Figure(130, "EUR")
    assert "Turnover of 2013-10-07 to 130.0 from 90.0" in " ".join(texts(after))
    assert [each["state"] for each in table(after, "incidents").rows] == [
        Status("firing"),
        Status("resolved"),
    ]


def test_scores_that_a_later_publication_of_the_day_replaced_are_not_mixed(
    database: Engine, tmp_path: Path
) -> None:
    store(database)
    first = published(database, tmp_path)
    second = published(database, tmp_path, [*sales(130.0), *returns()], published_at=utc("2013-10-14 09:00"))
    with pytest.raises(ReplacedScoresError, match=rf"publication {first} .* publication {second}"):
        read(database, first)
    # without scores there is nothing to mix
    alone = read(database, first, scope={"metrics": ["SALES"]})
    assert table(alone, "metrics").rows[0]["value"] == Figure(90, "EUR")
    assert [each.name for each in alone.sections] == ["metrics", "glossary"]
    assert read(database, second).cover.publication_id == second


def test_what_is_not_there_is_said_and_sections_without_content_are_left_out(
    database: Engine, tmp_path: Path
) -> None:
    with pytest.raises(NothingPublishedError):
        read(database)
    store(database)
    published(database, tmp_path, weekly([120, 110, None]), metrics=(SALES,))
    document = read(database, scope={"metrics": ["SALES", "GONE"]})
    told = texts(document)
    assert "Without a value for the week: Sales." in told
    assert "Not in the catalog: GONE." in told
    assert [each.name for each in document.sections] == ["metrics", "glossary"]


def test_a_running_week_is_shown_without_comparison_and_the_cover_says_so(
    database: Engine, tmp_path: Path
) -> None:
    store(database)
    rows = [
        each | {"is_complete": each["period_start"] != utc("2013-10-07")} for each in weekly([120, 110, 50])
    ]
    published(database, tmp_path, rows, as_of=utc("2013-10-10"), published_at=utc("2013-10-10"))
    document = read(database, scope={"metrics": ["SALES"]})
    (sold,) = table(document, "metrics").rows
    assert (sold["value"], sold["before"], sold["change"]) == (
        Figure(50, "EUR"),
        Figure(None, "EUR"),
        Change(None),
    )
    assert document.cover.doubts[0] == "the week was not over when these numbers were published"
    assert not any("fell" in told or "target" in told for told in texts(document))


def test_instants_are_of_the_reports_zone_and_values_of_the_weeks_with_the_same_days(
    database: Engine, tmp_path: Path
) -> None:
    store(database)
    published(database, tmp_path)
    start = datetime(2013, 10, 7, tzinfo=BERLIN)
    period = Period("week", start, start + timedelta(days=7))
    document = read(database, timezone="Europe/Berlin", period=period)
    assert table(document, "metrics").rows[0]["value"] == Figure(90, "EUR")
    assert str(document.cover.published_at) == "2013-10-14 07:00:00+02:00"
    assert str(document.cover.data_through) == "2013-10-14 01:00:00+02:00"
    assert document.cover.timezone == "Europe/Berlin"
    instants = [
        cell
        for each in document.all_sections()
        for found in each.tables
        for line in found.rows
        for cell in line.values()
        if isinstance(cell, datetime)
    ]
    assert {str(each.tzinfo) for each in instants} == {"Europe/Berlin"}


def test_changed_definitions_are_told_field_by_field_and_new_ones_by_name(
    database: Engine, tmp_path: Path
) -> None:
    store(database, SALES)
    edited = SALES.model_copy(
        update={"targets_and_alerts": SALES.targets_and_alerts.model_copy(update={"target_value": 130.0})}
    )
    store(database, edited, RETURNS, now=utc("2013-10-09 12:00"))
    published(database, tmp_path)
    changes = section(read(database), "definition-changes")
    assert "".join(map(str, (getattr(p, "value", p) for p in changes.sentences[0].pieces))) == (
        "1 definition is new: Returns."
    )
    (line,) = changes.tables[0].rows
    assert (line["field"], line["before"], line["after"]) == ("targets_and_alerts.target_value", 120, 130)
    assert (line["at"], line["change"], line["version"]) == (utc("2013-10-09 12:00"), "minor", "1.1.0")
    # the chart and the row follow the document as it was then
    assert table(read(database), "metrics").rows[0]["target"] == Figure(130, "EUR")


def test_the_glossary_names_the_definition_that_made_the_numbers(database: Engine, tmp_path: Path) -> None:
    store(database)
    published(database, tmp_path)
    line = table(read(database), "glossary").rows[1]
    assert line == {
        "metric": Link("Sales", "/metrics/SALES", "SALES"),
        "meaning": "What was sold.",
        "formula": "SUM(order.value)",
        "unit": "EUR",
        "owner": "sales",
        "version": "1.0.0",
        "hash": "hash-1",
    }


def test_deliveries_of_the_period_are_counted_as_they_were_judged_then(
    database: Engine, tmp_path: Path
) -> None:
    store(database)
    taken = {
        "content_hash": "1",
        "source_id": "orders",
        "size_bytes": 1,
        "delivery": 1,
        "status": "accepted",
        "row_count": 10,
        "accepted_count": 9,
        "quarantined_count": 1,
        "superseded_count": 0,
        "staged_at": utc("2013-10-08"),
        "finished_at": utc("2013-10-08"),
    }
    refused = {
        "status": "rejected",
        "reason": "too many bad rows",
        "accepted_count": 0,
        "quarantined_count": 0,
    }
    rows = [
        taken | {"file_id": "a", "path": "a.csv"},
        taken | {"file_id": "b", "path": "b.csv", "finished_at": utc("2013-10-01")},
        taken | {"file_id": "c", "path": "c.csv"},
        taken | {"file_id": "d", "path": "d.csv"} | refused,
    ]
    with database.begin() as connection:
        for number, each in enumerate(rows, 1):
            connection.execute(insert(ingested_files).values(**(each | {"delivery": number})))
    published(database, tmp_path)
    with database.begin() as connection:  # what became of them since is of no matter, nor what came since
        connection.execute(
            update(ingested_files).where(ingested_files.c.file_id == "c").values(status="replaced")
        )
        late = {"file_id": "e", "path": "e.csv", "delivery": 5, "finished_at": wall_now()}
        connection.execute(insert(ingested_files).values(**(taken | late)))
    document = read(database)
    (line,) = table(document, "data-quality").rows
    assert line == {
        "source": Link("orders", "/data/orders"),
        "files": 2,
        "files_refused": 1,
        "rows": 18,
        "rows_refused": 2,
        "files_lacking": 1,
        "rows_lacking": 3,
        "newest": utc("2013-10-08"),
    }
    assert "1 file and 3 rows were refused and are not in the numbers." in texts(document)
    assert document.cover.quality == "critical"
    assert document.cover.doubts[:2] == ("1 of 4 files refused", "3 of 30 rows refused")


def test_many_metrics_are_read_with_as_many_statements_as_few(database: Engine, tmp_path: Path) -> None:
    def many(count: int) -> list[Metric]:
        return [metric(f"M-{n:03}", data={"time_grain": ["week"]}) for n in range(count)]

    def statements(metrics: list[Metric]) -> int:
        store(database, *metrics)
        rows = [line for each in metrics for line in weekly([1, 2, 3], metric_id=each.metric_id)]
        published(database, tmp_path, rows, metrics=metrics, objectives=[])
        report = Report(report_id="all", name="All")
        with reading(database) as connection, counted(connection) as told:
            document = read_report(connection, ReportRequest(report, WEEK, None, MADE_AT))
            assert len(table(document, "metrics").rows) == len(metrics)
            shown = section(document, "metrics")
            assert len(shown.parts) == min(len(metrics), 30)
            return len(told)

    few = statements(many(2))
    assert statements(many(60)) == few <= 30


def test_incidents_are_those_that_began_ended_or_were_open_in_the_period(
    database: Engine, tmp_path: Path
) -> None:
    store(database)
    published(database, tmp_path)
    lives = {
        "over before": ("2013-09-01", "2013-10-06"),
        "over within": ("2013-09-01", "2013-10-08"),
        "begun within": ("2013-10-13", None),
        "begun after": ("2013-10-14", None),
        "never told": ("2013-10-08", None),
    }
    with database.begin() as connection:
        for title, (began, ended) in lives.items():
            made = add_incident(
                connection,
                title=title,
                subject_id="SALES",
                rule_id=title,
                first_period_start=utc(began),
                opened_at=utc(began),
                resolved_at=ended and utc(ended),
                state="resolved" if ended else "firing",
            )
            if title != "never told":
                add_event(connection, made, event="firing", happened_at=utc(began))
            if ended:
                add_event(connection, made, event="resolved", happened_at=utc(ended))
    document = read(database, scope={"metrics": ["SALES"]})
    found = [(row["incident"], row["ended"]) for row in table(document, "incidents").rows]
    assert [(getattr(link, "value", ""), ended) for link, ended in found] == [
        ("begun within", None),
        ("over within", utc("2013-10-08")),
    ]
    assert "Of incidents in the week, 1 began, 1 ended and 1 is open: begun within." in texts(document)


def test_a_part_has_its_chart_and_the_numbers_of_the_chart_as_a_table(
    database: Engine, tmp_path: Path
) -> None:
    store(database)
    published(database, tmp_path)
    part = section(read(database), "metric-SALES")
    (drawn,) = part.illustrations
    series = drawn.numbers
    assert [line["value"] for line in reversed(part.tables[0].rows)] == [
        Figure(each.value, "EUR")
        for each in series.rows  # type: ignore[union-attr]
    ]
    assert series.bounds.target == 120  # type: ignore[union-attr]
