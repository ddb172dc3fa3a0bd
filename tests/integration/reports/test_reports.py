from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, Engine, event, insert

from pipelines.publish import PublishedMetric
from reports.current_values import current_values
from reports.errors import (
    NoNumbersError,
    NothingPublishedError,
    NotOfferedError,
    TooManyRowsError,
    UnknownDomainError,
    UnknownMetricError,
)
from reports.metrics import metric_list
from reports.operations.quality import data_quality
from reports.publications import publications, reading
from reports.scores.scorecards import domain_standing, scorecard
from reports.values import ValuesQuery, summary, values
from schemas.documents.documents import Domain, Objective
from schemas.identity.readers import OPERATOR
from schemas.tables import ingested_files, validation_results
from tests.build_marts import daily, days, metric, publish_rows, row, utc

FIRST = "2013-09-01"
SLICED = metric(dimensions=[{"name": "platform"}, {"name": "region"}], breakdowns=[["platform", "region"]])


@contextmanager
def counted(connection: Connection) -> Iterator[list[str]]:
    """Statements that are executed meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield statements
    event.remove(connection, "before_cursor_execute", note)


def asked(database: Engine, **query: object) -> list[tuple[str, float | None]]:
    with reading(database) as connection:
        answer = values(connection, ValuesQuery(**({"metric_id": "METRIC-A"} | query)), OPERATOR)
    return [(found.slice, found.value) for found in answer.rows]


def test_values_carry_what_they_rest_on(database: Engine, tmp_path: Path) -> None:
    zone = ZoneInfo("America/New_York")
    rows = [row(utc("2013-09-01 04:00"), 1), row(utc("2013-09-02 04:00"), 2, is_complete=False)]
    publication = publish_rows(
        database,
        tmp_path,
        rows,
        zone=zone,
        as_of=utc("2013-09-02 15:00"),
        data_through=utc("2013-09-02 14:30"),
        catalog_version=5,
    )
    with reading(database) as connection:
        answer = values(connection, ValuesQuery("METRIC-A"), OPERATOR)
    trust = answer.trust
    assert trust.publication_id == publication.publication_id
    assert (trust.timezone, trust.is_complete) == ("America/New_York", False)
    assert trust.data_through == utc("2013-09-02 14:30")
    assert str(trust.data_through) == "2013-09-02 10:30:00-04:00"
    assert (trust.definition_version, trust.definition_hash) == ("1.0.0", "hash-1")
    assert (trust.lake_version, trust.catalog_version) == (1, 5)
    assert answer.rows[0].period_start == datetime(2013, 9, 1, tzinfo=zone)


def test_an_answer_that_would_be_too_long_is_refused_and_not_cut(database: Engine, tmp_path: Path) -> None:
    publish_rows(database, tmp_path, daily(FIRST, [1, 2, 3]))
    assert len(asked(database, at_most=3)) == 3
    with pytest.raises(TooManyRowsError, match="more than 2 rows"):
        asked(database, at_most=2)
    assert asked(database, at_most=2, limit=2) == [("", 2), ("", 3)]


def test_values_are_chosen_by_slice_by_dimension_by_day_and_by_completeness(
    database: Engine, tmp_path: Path
) -> None:
    rows = [
        *daily(FIRST, [1, 2]),
        *daily("2013-09-03", [3], is_complete=False),
        *daily(FIRST, [4], slice="platform=web"),
        *daily(FIRST, [5], slice="platform=ios"),
        *daily(FIRST, [6], slice="platform=web,region=emea"),
        *daily(FIRST, [7], slice="region=emea"),
    ]
    publish_rows(database, tmp_path, rows, metrics=[SLICED])

    assert asked(database) == [("", 1), ("", 2), ("", 3)]
    assert asked(database, slices=["platform=web"]) == [("platform=web", 4)]
    assert asked(database, by=["platform"]) == [("platform=ios", 5), ("platform=web", 4)]
    assert asked(database, by=["region", "platform"]) == [("platform=web,region=emea", 6)]
    assert asked(database, slices=["region=emea,platform=web"]) == [("platform=web,region=emea", 6)]
    assert asked(database, slices=["", "platform=ios"]) == [("", 1), ("", 2), ("", 3), ("platform=ios", 5)]
    assert asked(database, by=["region"], slices=["platform=ios"]) == [
        ("platform=ios", 5),
        ("region=emea", 7),
    ]
    assert asked(database, start=date(2013, 9, 2), end=date(2013, 9, 2)) == [("", 2)]
    assert asked(database, start=utc("2013-09-02"), end=utc("2013-09-03")) == [("", 2)]
    assert asked(database, is_complete=True) == [("", 1), ("", 2)]
    assert asked(database, is_complete=False) == [("", 3)]
    assert asked(database, limit=2) == [("", 2), ("", 3)]


def test_what_cannot_be_asked_is_refused_with_what_can(database: Engine, tmp_path: Path) -> None:
    with pytest.raises(NothingPublishedError, match="mdl run"):
        asked(database)
    documented = PublishedMetric(metric("METRIC-NPS"), "documented", "1.0.0", "", reason="no event survey")
    publish_rows(database, tmp_path, daily(FIRST, [1]), metrics=[SLICED, documented])

    with pytest.raises(UnknownMetricError, match=r"'METRIC-X'.*did you mean .*METRIC-A"):
        asked(database, metric_id="METRIC-X")
    with pytest.raises(UnknownMetricError, match="mdl catalog list"):
        asked(database, metric_id="zzz")
    with pytest.raises(NoNumbersError, match=r"no event survey.*metric:METRIC-NPS"):
        asked(database, metric_id="METRIC-NPS")
    with pytest.raises(NotOfferedError, match="not published by year; offered are day"):
        asked(database, grain="year")
    with pytest.raises(NotOfferedError, match=r"by colour; offered are the total, platform, region"):
        asked(database, by=["colour"])
    with pytest.raises(NotOfferedError, match="not published by colour"):
        asked(database, slices=["colour=red"])


def test_a_past_day_is_answered_with_what_was_published_then(database: Engine, tmp_path: Path) -> None:
    def publish_on(day: str, rows: list[dict[str, object]], **scope: object) -> None:
        publish_rows(database, tmp_path, rows, published_at=utc(day), as_of=utc(day), **scope)

    publish_on("2013-09-10 12:00", daily(FIRST, [1, 2, 3]))
    publish_on("2013-09-12 23:59", daily("2013-09-02", [20]), replaced=days("2013-09-02", 1))
    publish_on("2013-09-14", daily(FIRST, [None, None]), replaced=days(FIRST, 2))
    publish_on("2013-09-15", daily("2013-09-02", [21]), replaced=days("2013-09-02", 1))

    def on(day: int) -> list[float | None]:
        return [value for _, value in asked(database, as_of=date(2013, 9, day))]

    with pytest.raises(NothingPublishedError, match=r"by 2013-09-09; the first publication is of 2013-09-10"):
        on(9)
    assert on(10) == on(11) == [1, 2, 3]
    assert on(12) == on(13) == [1, 20, 3]
    assert on(14) == [3]
    assert on(15) == [21, 3]
    assert asked(database) == [("", 21), ("", 3)]


def test_a_past_day_shows_the_context_and_definition_of_then(database: Engine, tmp_path: Path) -> None:
    publish_rows(database, tmp_path, daily(FIRST, [1, 2]), published_at=utc("2013-09-10"))
    redefined = PublishedMetric(metric(), "computed", "2.0.0", "hash-2")
    rows = daily(FIRST, [4, 8])
    publish_rows(database, tmp_path, rows, metrics=[redefined], published_at=utc("2013-09-11"))
    with reading(database) as connection:
        then = values(connection, ValuesQuery("METRIC-A", as_of=date(2013, 9, 10)), OPERATOR)
        now = values(connection, ValuesQuery("METRIC-A"), OPERATOR)
    assert [(found.value, found.previous_value) for found in then.rows] == [(1, None), (2, 1)]
    assert (then.trust.definition_version, now.trust.definition_version) == ("1.0.0", "2.0.0")


def test_a_summary_is_the_latest_complete_period_and_the_way_there(database: Engine, tmp_path: Path) -> None:
    rows = [*daily(FIRST, [4, None, 5]), *daily("2013-09-04", [9], is_complete=False)]
    publish_rows(database, tmp_path, rows)
    with reading(database) as connection:
        found = summary(connection, "METRIC-A", OPERATOR)
        past = summary(connection, "METRIC-A", OPERATOR, as_of=date(2013, 10, 1))
    assert found.latest is not None
    assert found.running is not None
    assert (found.latest.value, found.running.value, found.sparkline) == (5, 9, (4, None, 5))
    assert past == found


def test_every_report_takes_few_and_always_the_same_number_of_statements(
    database: Engine, tmp_path: Path
) -> None:
    def statements() -> list[int]:
        numbers = []
        with reading(database) as connection:
            for report in (
                lambda: values(connection, ValuesQuery("METRIC-A", by=["platform"]), OPERATOR),
                lambda: values(connection, ValuesQuery("METRIC-A", as_of=date(2013, 10, 1)), OPERATOR),
                lambda: summary(connection, "METRIC-A", OPERATOR),
                lambda: scorecard(connection, OPERATOR),
                lambda: metric_list(connection, OPERATOR),
                lambda: data_quality(connection),
            ):
                with counted(connection) as executed:
                    report()
                numbers.append(len(executed))
        return numbers

    publish_rows(database, tmp_path, daily(FIRST, [1]), metrics=[SLICED])
    few = statements()
    metrics = [SLICED, *(metric(f"METRIC-{n}") for n in range(20))]
    rows = [found for one in metrics for found in daily(FIRST, [1.0] * 20, metric_id=one.metric_id)]
    objectives = [Objective(objective_id=f"OBJ-{n}", name="O") for n in range(20)]
    publish_rows(database, tmp_path, rows, metrics=metrics, objectives=objectives)
    assert statements() == few == [3, 4, 3, 4, 2, 2]


def test_the_metric_list_shows_the_latest_complete_total(database: Engine, tmp_path: Path) -> None:
    documented = PublishedMetric(metric("METRIC-NPS"), "documented", "1.0.0", "", reason="no event survey")
    judged = metric(targets_and_alerts={"warning_threshold": 5})
    rows = [*daily(FIRST, [9, 4]), *daily("2013-09-03", [9], is_complete=False)]
    publish_rows(database, tmp_path, rows, metrics=[judged, documented])
    with reading(database) as connection:
        found = metric_list(connection, OPERATOR)
    assert [(one.metric_id, one.kind, one.status, one.value, one.reason) for one in found] == [
        ("METRIC-A", "computed", "warning", 4, None),
        ("METRIC-NPS", "documented", None, None, "no event survey"),
    ]
    assert found[0].period_start == utc("2013-09-02")


def test_a_scorecard_nests_domains_objectives_and_key_results_in_their_order(
    database: Engine, tmp_path: Path
) -> None:
    def objective(objective_id: str, domain: str | None) -> Objective:
        results = [{"kr_id": f"KR-{n}", "name": str(n), "progress_percentage": n} for n in (9, 10, 1)]
        return Objective.model_validate(
            {"objective_id": objective_id, "name": "O", "business_domain": domain, "key_results": results}
        )

    publish_rows(
        database,
        tmp_path,
        daily(FIRST, [1]),
        metrics=[metric(business_domain="Sales")],
        objectives=[objective("OBJ-1", "Sales"), objective("OBJ-2", "Nowhere"), objective("OBJ-3", "Sales")],
        domains=[Domain(domain_id="DOMAIN-S", name="Sales"), Domain(domain_id="DOMAIN-T", name="Tech")],
        as_of=utc("2013-09-20 18:00"),
    )
    with reading(database) as connection:
        card = scorecard(connection, OPERATOR)
    assert card.as_of_date == date(2013, 9, 20)
    assert [(one.domain_id, one.health, len(one.objectives)) for one in card.domains] == [
        ("DOMAIN-S", 100, 2),
        ("DOMAIN-T", None, 0),
    ]
    assert [one.objective_id for one in card.unassigned] == ["OBJ-2"]
    key_results = card.domains[0].objectives[0].key_results
    assert [one.kr_id for one in key_results] == ["KR-9", "KR-10", "KR-1"]
    assert key_results[0].provenance == "checked_in"
    assert domain_standing(card, "DOMAIN-T").name == "Tech"
    with pytest.raises(UnknownDomainError, match=r"'DOMAIN-X'.*DOMAIN-T, DOMAIN-S"):
        domain_standing(card, "DOMAIN-X")


def test_an_earlier_scorecard_can_be_asked_for(database: Engine, tmp_path: Path) -> None:
    sales = Domain(domain_id="DOMAIN-S", name="Sales")
    judged = metric(business_domain="Sales", targets_and_alerts={"critical_threshold": 5})
    for day, value in (("2013-09-10", 9.0), ("2013-09-20", 1.0)):
        moment = utc(day)
        rows = daily(FIRST, [value])
        publish_rows(
            database, tmp_path, rows, metrics=[judged], domains=[sales], as_of=moment, published_at=moment
        )
    with reading(database) as connection:
        assert scorecard(connection, OPERATOR).domains[0].health == 0
        assert scorecard(connection, OPERATOR, date(2013, 9, 15)).domains[0].health == 100
        assert [one.as_of for one in publications(connection, 1, 50)] == [
            utc("2013-09-20"),
            utc("2013-09-10"),
        ]


def test_quality_counts_the_newest_delivery_of_every_path(database: Engine) -> None:
    def delivery(content: str, status: str, rows: tuple[int, int], **fields: object) -> dict[str, object]:
        return {
            "file_id": "f1",
            "content_hash": content,
            "source_id": "web",
            "path": "a.csv",
            "size_bytes": 1,
            "status": status,
            "row_count": sum(rows),
            "accepted_count": rows[0],
            "quarantined_count": rows[1],
            "superseded_count": 0,
            "staged_at": utc(FIRST),
            "finished_at": utc(FIRST),
        } | fields

    def result(content: str, unexpected: int) -> dict[str, object]:
        return {
            "source_id": "web",
            "file_id": "f1",
            "content_hash": content,
            "suite": "web",
            "expectation": "expect_column_values_to_not_be_null",
            "column_name": "ts",
            "success": unexpected == 0,
            "element_count": 10,
            "unexpected_count": unexpected,
            "details": {},
            "validated_at": utc(FIRST),
        }

    def state() -> str:
        with reading(database) as connection:
            return data_quality(connection).state

    assert state() == "ok"
    with database.begin() as connection:
        connection.execute(insert(ingested_files), delivery("old", "replaced", (5, 5)))
        connection.execute(insert(ingested_files), delivery("new", "accepted", (9, 1)))
        connection.execute(insert(validation_results), [result("old", 5), result("new", 1)])
    with reading(database) as connection:
        found = data_quality(connection)
    (source,) = found.sources
    assert (found.state, source.files_accepted, source.rows_delivered, source.rows_quarantined) == (
        "warning",
        1,
        10,
        1,
    )
    assert source.last_accepted_at == utc(FIRST)
    (expectation,) = source.expectations
    assert (expectation.element_count, expectation.unexpected_count, expectation.failed_files) == (10, 1, 1)

    with database.begin() as connection:
        connection.execute(insert(ingested_files), delivery("bad", "rejected", (0, 10), finished_at=None))
    assert state() == "critical"


def test_a_metric_stands_where_its_coarsest_grain_with_a_finished_value_says(
    database: Engine, tmp_path: Path
) -> None:
    def of(metric_id: str, *grains: str) -> PublishedMetric:
        return PublishedMetric(metric(metric_id, data={"time_grain": list(grains)}), "computed", "1", "h")

    def month(
        metric_id: str, first: str, value: float | None, *, is_complete: bool = True
    ) -> dict[str, object]:
        # with rows, though a quotient of them may have no value
        fields = {"grain": "month", "metric_id": metric_id, "is_complete": is_complete, "sample_count": 1}
        return row(utc(first), value, **fields)

    rows = [
        *daily("2013-09-01", [1, 2], metric_id="in-its-first-month"),
        month("in-its-first-month", "2013-09-01", 3, is_complete=False),
        *daily("2013-09-01", [4, 5, None], metric_id="a-month-without-a-value"),
        month("a-month-without-a-value", "2013-08-01", None),
        *daily("2013-09-01", [6, 7], metric_id="a-finished-month"),
        month("a-finished-month", "2013-08-01", 8),
        row(utc("2012-01-01"), 9, metric_id="a-finished-month", grain="year"),
        month("nothing-finished", "2013-09-01", 10, is_complete=False),
        month("never-a-value", "2013-08-01", None),
        *daily("2013-08-31", [None], metric_id="never-a-value", sample_count=1),
    ]
    names = {str(each["metric_id"]) for each in rows}
    grains = {"a-finished-month": ("day", "month", "year")}
    published = [of(name, *grains.get(name, ("day", "month"))) for name in sorted(names)]
    publish_rows(database, tmp_path, rows, metrics=published)
    with reading(database) as connection, counted(connection) as statements:
        found, _ = current_values(connection, names, OPERATOR)
    assert len(statements) == 2
    assert {
        name: (each.grain, each.period_start.date().isoformat(), each.value) for name, each in found.items()
    } == {
        "in-its-first-month": ("day", "2013-09-02", 2),
        # the newest finished day, whatever it has: never an older one that looks like today's
        "a-month-without-a-value": ("day", "2013-09-03", None),
        "a-finished-month": ("month", "2013-08-01", 8),
        "never-a-value": ("month", "2013-08-01", None),
    }
