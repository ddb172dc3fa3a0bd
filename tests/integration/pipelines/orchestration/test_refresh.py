import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import dagster as dg
import pytest
from sqlglot import parse_one

from core.errors import CatalogError, DataError, PermanentError
from pipelines.suites import SuiteVerdict
from pipelines.suites.values import VALUE_SUITES
from reports.publications import standing_publication
from reports.values import summary
from schemas.documents.documents import Catalog
from schemas.formula.compile import compile_catalog
from schemas.formula.compiled import Compilation
from schemas.identity.readers import OPERATOR
from tests.integration.pipelines.orchestration.conftest import CATALOG, MARCH_1_AND_2, Shop

MISSPELT = """  - source_id: refunds
    format: csv
    path: "refund/*.csv"
    event: refund
    timestamp: {column: at}
"""


def materialized(shop: Shop, asset: str) -> set[str]:
    """Partitions of the asset that Dagster shows as materialized."""
    with shop.opened() as opened:
        return set(opened.instance.get_materialized_partitions(dg.AssetKey(asset)))


def test_a_first_run_publishes_what_was_delivered(shop: Shop) -> None:
    facts = shop.run()
    assert shop.revenue() == {"2026-03-01": 30.0, "2026-03-02": 30.0}
    assert facts["catalog"]["dagster/row_count"] == 5
    assert facts["staged_files"]["dagster/row_count"] == 1
    assert facts["events"]["dagster/row_count"] == facts["events"]["rows_accepted"] == 3
    assert facts["metric_values"]["publication_id"] == 1
    assert facts["metric_values"]["values_changed"] == facts["metric_values"]["dagster/row_count"]
    assert facts["key_result_progress"]["dagster/row_count"] == 1
    assert facts["domain_scorecards"]["dagster/row_count"] == 1
    # the newest complete day with orders had an average of 30, on the way from 0 to 100
    assert shop.query("select raw_progress from marts.key_result_progress") == [(0.3,)]


def test_a_second_run_computes_and_publishes_nothing(published: Shop) -> None:
    facts = published.run()
    assert facts["staged_files"]["dagster/row_count"] == 0
    assert facts["computed_values"] == {"dagster/row_count": 0, "is_new": False}
    assert facts["metric_values"]["is_new"] is False
    assert published.query("select count(*) from ops.publications") == [(1,)]


def test_a_late_file_changes_its_days_and_their_partitions_are_recorded(published: Shop) -> None:
    # a new slice would be computed from its first day to as-of; FR on the second is one that exists
    published.deliver("two.csv", "at,country,amount\n2026-03-02 23:30,FR,7\n2026-03-03 00:30,DE,1\n")
    before = materialized(published, "metric_values")
    facts = published.run()
    assert facts["metric_values"]["publication_id"] == 2
    assert published.revenue() == {"2026-03-01": 30.0, "2026-03-02": 37.0, "2026-03-03": 1.0}
    assert before == {f"2026-03-0{day}" for day in range(1, 6)}
    assert materialized(published, "metric_values") == before


def test_data_before_the_history_have_no_partition_but_are_computed(shop: Shop) -> None:
    shop.deliver("old.csv", "at,country,amount\n2026-01-15 09:00,DE,5\n")
    shop.run()
    assert shop.revenue()["2026-01-15"] == 5.0
    assert min(materialized(shop, "computed_values")) == "2026-02-01"


def test_a_forced_range_is_computed_again_without_a_publication_where_nothing_differs(
    published: Shop,
) -> None:
    again = {"first_day": "2026-03-01", "last_day": "2026-03-01"}
    facts = published.run(ops={"computed_values": again})
    # 1 March at day and month, for the total and both countries, of two metrics
    days = published.query(
        "select count(*) from marts.metric_values where period_start = '2026-03-01T05:00Z'"
    )
    assert facts["computed_values"]["dagster/row_count"] == days[0][0] == 9
    assert facts["metric_values"]["is_new"] is False


def test_a_full_computation_covers_every_row(published: Shop) -> None:
    facts = published.run(ops={"computed_values": {"full": True}})
    assert facts["computed_values"]["dagster/row_count"] == facts["metric_values"]["dagster/row_count"]
    assert facts["metric_values"]["is_new"] is False


def test_a_backfill_repairs_the_days_it_is_asked_for(published: Shop) -> None:
    with published.database() as connection:
        connection.exec_driver_sql("update marts.metric_values set value = -1")
    # as the daemon launches it: no key but a range, and only what has partitions
    days = {
        "dagster/asset_partition_range_start": "2026-03-01",
        "dagster/asset_partition_range_end": "2026-03-02",
    }
    selection = [dg.AssetKey("computed_values"), dg.AssetKey("metric_values")]
    with published.opened() as opened:
        job = opened.definitions.resolve_implicit_global_asset_job_def()
        result = job.execute_in_process(instance=opened.instance, asset_selection=selection, tags=days)
    assert result.success
    assert {event.partition for event in result.get_asset_materialization_events()} == {
        "2026-03-01",
        "2026-03-02",
    }
    assert published.revenue() == {"2026-03-01": 30.0, "2026-03-02": 30.0}
    untouched = "select count(*) from marts.metric_values where value = -1 and period_start > '2026-03-03'"
    assert published.query(untouched)[0][0] > 0


def test_a_broken_catalog_is_refused_and_the_old_numbers_stand(published: Shop) -> None:
    published.write_catalog(CATALOG.replace("format: csv", "format: xml"))
    with pytest.raises(CatalogError, match=r"shop\.yaml"):
        published.run()
    published.write_catalog(CATALOG)
    assert published.run()["metric_values"]["is_new"] is False


def test_a_changed_formula_is_computed_anew_although_no_file_is_new(published: Shop) -> None:
    published.write_catalog(CATALOG.replace("SUM(order)", "SUM(order) * 2"))
    facts = published.run()
    assert facts["catalog"]["documents_changed"] == 1
    assert published.revenue() == {"2026-03-01": 60.0, "2026-03-02": 60.0}


def test_a_report_that_comes_or_changes_computes_nothing_and_leaves_every_definition_as_it_is(
    published: Shop,
) -> None:
    def standing() -> list[tuple[object, ...]]:
        return published.query(
            "select metric_id, definition_hash, definition_version, reason from marts.published_metrics order by 1"
        )

    before = standing()
    for name in ("Weekly", "Monday"):
        published.write_catalog(
            f"{CATALOG}reports: [{{report_id: R, name: {name}, scope: {{metrics: [revenue]}}}}]"
        )
        facts = published.run()
        assert (facts["catalog"]["documents_changed"], facts["catalog"]["reports"]) == (1, 1)
        assert facts["computed_values"]["dagster/row_count"] == 0
    assert standing() == before
    assert published.query("select count(*) from marts.metric_value_revisions") == [(0,)]


@contextmanager
def first_suite(examine: Callable[[object], SuiteVerdict]) -> Iterator[None]:
    """Let the first blocking suite of computed values do something else."""
    old = VALUE_SUITES[0]
    VALUE_SUITES[0] = replace(old, examine=examine)
    yield
    VALUE_SUITES[0] = old


def test_a_failed_blocking_check_keeps_the_values_from_being_published(shop: Shop) -> None:
    with first_suite(lambda _values: SuiteVerdict(3)):
        with pytest.raises(DataError, match="values_are_finite"):
            shop.run()
        assert shop.query("select count(*) from ops.publications") == [(0,)]
        # nor may an operator publish them by materializing the marts alone
        with shop.opened() as opened:
            job = opened.definitions.resolve_implicit_global_asset_job_def()
            result = job.execute_in_process(
                instance=opened.instance,
                asset_selection=[dg.AssetKey("metric_values")],
                partition_key="2026-03-05",
                raise_on_error=False,
            )
        assert not result.success
    assert shop.query("select count(*) from ops.publications") == [(0,)]
    shop.run()
    assert shop.revenue() == {"2026-03-01": 30.0, "2026-03-02": 30.0}


def test_a_check_holds_back_what_it_is_wrong_about_and_nothing_else(published: Shop) -> None:
    published.deliver("two.csv", "at,country,amount\n2026-03-03 09:00,DE,7\n")
    wrong = SuiteVerdict(1, ({"metric_id": "revenue", "value": 7.0},), metrics=frozenset({"revenue"}))
    said = r"revenue \(values_are_finite\); values_are_finite: metric_id: revenue, value: 7.0"
    with first_suite(lambda _values: wrong), pytest.raises(DataError, match=said):
        published.run()
    assert published.revenue() == {"2026-03-01": 30.0, "2026-03-02": 30.0}
    average = (
        "select max(value) from marts.metric_values where metric_id = 'average-order' and grain = 'day' "
        "and slice = '' and period_start >= '2026-03-03 05:00Z'"
    )
    assert published.query(average) == [(7.0,)]
    # nothing is new, yet it is tried again, from the beginning
    published.run()
    assert published.revenue() == {"2026-03-01": 30.0, "2026-03-02": 30.0, "2026-03-03": 7.0}
    assert published.run()["computed_values"]["is_new"] is False


def uncomputable(metric_id: str) -> Callable[[Catalog], Compilation]:
    """A compiler that makes one metric's formula into something that DuckDB refuses to compute."""

    def compiled(catalog: Catalog) -> Compilation:
        found = compile_catalog(catalog)
        wrong = replace(
            found.metrics[metric_id], expression=parse_one("CAST(error('Overflow in POWER') AS DOUBLE)")
        )
        return replace(found, metrics={**found.metrics, metric_id: wrong})

    return compiled


def held_back(shop: Shop, metric_id: str) -> Mapping[str, str]:
    """What an answer about the metric says of that."""
    with shop.database() as connection:
        return summary(connection, metric_id, OPERATOR).trust.held_back


def test_a_formula_that_cannot_be_computed_holds_back_its_metric_and_nothing_else(published: Shop) -> None:
    published.deliver("two.csv", "at,country,amount\n2026-03-03 09:00,DE,7\n")
    average = (
        "select distinct value from marts.metric_values where metric_id = 'average-order' and grain = 'day' "
        "and slice = '' and sample_count > 0 order by 1"
    )
    said = r"published: average-order \(Invalid Input Error: Overflow in POWER\)\. What stood"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("schemas.formula.compile.compile_catalog", uncomputable("average-order"))
        for _ in range(2):
            with pytest.raises(DataError, match=said):
                published.run()
    assert published.revenue() == {"2026-03-01": 30.0, "2026-03-02": 30.0, "2026-03-03": 7.0}
    assert published.query(average) == [(15.0,), (30.0,)]
    assert held_back(published, "average-order") == {
        "average-order": "Invalid Input Error: Overflow in POWER"
    }
    assert held_back(published, "revenue") == {}
    published.run()
    assert published.query(average) == [(7.0,), (15.0,), (30.0,)]
    assert held_back(published, "average-order") == {}


def test_a_check_that_crashes_is_an_error_and_publishes_nothing(shop: Shop) -> None:
    with first_suite(lambda _values: SuiteVerdict(1 // 0)), pytest.raises(ZeroDivisionError):
        shop.run()
    assert shop.query("select count(*) from ops.publications") == [(0,)]


def test_losing_all_data_is_not_published_unless_a_full_computation_says_it_is_meant(published: Shop) -> None:
    published.deliver("one.csv", "at,country,amount\n")
    with pytest.raises(DataError, match="no_metric_lost_its_data"):
        published.run()
    assert published.revenue() == {"2026-03-01": 30.0, "2026-03-02": 30.0}
    published.run(ops={"computed_values": {"full": True}})
    assert published.revenue() == {}


def test_refused_rows_and_files_show_in_the_checks_of_events(shop: Shop) -> None:
    shop.deliver(
        "bad-row.csv",
        "at,country,amount\n2026-03-03 09:00,DE,much\n2026-03-03 10:00,DE,4\n2026-03-03 11:00,DE,5\n",
    )
    shop.deliver("bad-file.csv", "at,country,amount\n2026-03-03 09:00,DE,much\n")
    with shop.opened() as opened:
        job = opened.definitions.resolve_job_def("validate")
        opened.execute("ingest")
        result = job.execute_in_process(instance=opened.instance)
    verdicts = {one.check_name: (one.passed, one.severity) for one in result.get_asset_check_evaluations()}
    assert result.success
    assert verdicts == {
        "no_file_is_rejected": (False, dg.AssetCheckSeverity.ERROR),
        "no_row_is_quarantined": (False, dg.AssetCheckSeverity.WARN),
        "every_expectation_holds": (False, dg.AssetCheckSeverity.WARN),
    }
    shop.deliver("bad-row.csv", "at,country,amount\n2026-03-03 09:00,DE,3\n")
    shop.deliver("bad-file.csv", "at,country,amount\n2026-03-03 09:00,DE,3\n")
    with shop.opened() as opened:
        opened.execute("ingest")
        result = opened.definitions.resolve_job_def("validate").execute_in_process(instance=opened.instance)
    assert {one.passed for one in result.get_asset_check_evaluations()} == {True}


def test_a_failed_check_says_what_is_wrong_without_a_click(shop: Shop) -> None:
    shop.deliver("bad-file.csv", "at,country,amount\n2026-03-03 09:00,DE,much\n")
    with shop.opened() as opened:
        opened.execute("ingest")
        result = opened.definitions.resolve_job_def("validate").execute_in_process(instance=opened.instance)
    said = {one.check_name: one.description for one in result.get_asset_check_evaluations()}
    assert said["no_file_is_rejected"] == "source: orders, files_rejected: 1"


def test_a_path_that_no_file_matches_fails_a_check_that_names_source_and_path(shop: Shop) -> None:
    def verdict() -> dg.AssetCheckEvaluation:
        with shop.opened() as opened:
            job = opened.definitions.resolve_job_def("ingest")
            (found,) = job.execute_in_process(instance=opened.instance).get_asset_check_evaluations()
        return found

    assert verdict().passed
    misspelt = CATALOG.replace("domains:", MISSPELT + "domains:")
    shop.write_catalog(misspelt)
    failed = verdict()
    assert (failed.check_name, failed.passed) == ("every_source_answers", False)
    assert failed.severity == dg.AssetCheckSeverity.WARN
    assert failed.description == "source: refunds, why: no file matches refund/*.csv"


def test_ingest_and_validate_take_data_in_and_aggregate_publishes_them(shop: Shop) -> None:
    with shop.opened() as opened:
        opened.execute("ingest")
        opened.execute("validate")
        facts = opened.execute("aggregate")
    assert facts["metric_values"]["publication_id"] == 1
    assert shop.revenue() == {"2026-03-01": 30.0, "2026-03-02": 30.0}


def test_the_full_check_takes_a_change_that_kept_size_and_time(published: Shop) -> None:
    file = published.root / "landing" / "orders" / "one.csv"
    os.utime(file, (1_000_000_000, 1_000_000_000))
    published.run()
    file.write_text(file.read_text().replace("DE,10", "DE,90"))
    os.utime(file, (1_000_000_000, 1_000_000_000))
    published.run()
    assert published.revenue()["2026-03-01"] == 30.0, "size and time are as before: nobody looked"
    with published.opened() as opened:
        result = opened.definitions.resolve_job_def("full_check").execute_in_process(instance=opened.instance)
    assert "the_lake_meets_todays_rules" in {one.check_name for one in result.get_asset_check_evaluations()}
    published.run()
    assert published.revenue()["2026-03-01"] == 110.0


OLD_HISTORY = (
    """insert into identity.users (username, role, password_hash, must_change_password, is_active,
        failed_sign_ins, created_at)
    values ('ann', 'viewer', '', false, true, 0, now())""",
    """insert into identity.audit_log (happened_at, actor, action, target, outcome, detail)
    select now() - days * interval '1 day', '', 'of ' || days || ' days ago', '', 'done', '{}'
    from unnest(array[399, 401]) days""",
    """insert into identity.sessions (session_id, user_id, refresh_id, created_at, expires_at, revoked_at)
    select id, user_id, '', now(), now() + expires::interval, now() + revoked::interval from identity.users, (values
        ('open', '1 day', null), ('just revoked', '1 day', '-1 hour'),
        ('long revoked', '1 day', '-2 days'), ('expired', '-2 days', null)) as s (id, expires, revoked)""",
    """insert into identity.idempotent_answers (actor, idempotency_key, request_hash, created_at)
    values ('', 'of today', '', now() - interval '23 hours'), ('', 'older', '', now() - interval '25 hours')""",
    """insert into ops.incidents (subject_kind, subject_id, rule_id, slice, state, severity, title, opened_at,
        resolved_at, evidence, channels, playbooks)
    select 'job', id, '', '', state, 'info', '', now() - interval '500 days', now() + resolved::interval, '{}',
        '[]', '[]'
    from (values ('ended lately', 'resolved', '-399 days'), ('ended long ago', 'resolved', '-401 days'),
        ('open', 'firing', null)) as i (id, state, resolved)""",
)


def test_upkeep_changes_no_number_and_keeps_the_partition_view(published: Shop) -> None:
    days = materialized(published, "metric_values")
    with published.database() as connection:
        connection.exec_driver_sql("update dagster.event_logs set timestamp = now() - interval '1 year'")
        connection.exec_driver_sql(
            "update ops.validation_results set validated_at = now() - interval '1 year'"
        )
        for statement in OLD_HISTORY:
            connection.exec_driver_sql(statement)
    with published.opened() as opened:
        assert (
            opened.definitions.resolve_job_def("upkeep").execute_in_process(instance=opened.instance).success
        )
    assert published.query("select count(*) from ops.validation_results") == [(0,)]
    assert published.query(
        "select count(*) from dagster.event_logs where asset_key is null and timestamp < now() - interval '1 day'"
    ) == [(0,)]
    assert published.query("select action from identity.audit_log") == [("of 399 days ago",)]
    assert published.query("select session_id from identity.sessions order by 1") == [
        ("just revoked",),
        ("open",),
    ]
    assert published.query("select idempotency_key from identity.idempotent_answers") == [("of today",)]
    assert published.query("select subject_id from ops.incidents order by 1") == [
        ("ended lately",),
        ("open",),
    ]
    assert materialized(published, "metric_values") == days
    assert published.run()["metric_values"]["is_new"] is False
    assert published.revenue() == {"2026-03-01": 30.0, "2026-03-02": 30.0}


def set_clock(shop: Shop, as_of: str) -> None:
    """Let the shop's runs stand at another time."""
    shop.settings = shop.settings.model_copy(update={"as_of": datetime.fromisoformat(as_of)})


def test_a_run_that_is_set_back_is_refused_unless_it_is_asked_for(published: Shop) -> None:
    set_clock(published, "2026-03-03T00:00:00-05:00")
    published.deliver("one.csv", MARCH_1_AND_2.replace("DE,30", "DE,31"))
    with pytest.raises(PermanentError, match=r"lies before 2026-03-05 .*--as-of 2026-03-02.*--set-back"):
        published.run()
    assert published.revenue() == {"2026-03-01": 30.0, "2026-03-02": 30.0}
    published.run(ops={"computed_values": {"set_back": True}})
    assert published.revenue() == {"2026-03-01": 30.0, "2026-03-02": 31.0}
    with published.database() as connection:
        assert standing_publication(connection, date(2026, 3, 5)).publication_id == 1
        assert standing_publication(connection, date(2026, 3, 3)).publication_id == 2
        assert standing_publication(connection).publication_id == 2


def test_a_run_may_stand_at_a_moment_of_today_but_not_in_the_future(shop: Shop) -> None:
    set_clock(shop, (datetime.now(UTC) + timedelta(hours=1)).isoformat())
    with pytest.raises(PermanentError, match="lies in the future"):
        shop.run()
    set_clock(shop, datetime.now(UTC).isoformat())
    assert shop.run()["metric_values"]["is_new"]


def test_upkeep_counts_events_past_their_retention_and_forgets_old_values(published: Shop) -> None:
    """As of 5 March: the rows of 1 and 2 March are older than two days, values up to 3 March than one."""
    published.write_catalog(CATALOG.replace("data: {", "data: {data_retention: 2 days, "))
    published.run()
    settings = published.settings.model_copy(update={"keep_values_days": 1})
    with replace(published, settings=settings).opened() as opened:
        done = opened.definitions.resolve_job_def("upkeep").execute_in_process(instance=opened.instance)
    said = {
        name: found.value
        for event in done.all_events
        if event.is_successful_output
        for name, found in event.step_output_data.metadata.items()
    }
    assert (said["events_past_retention"], said["files_deleted"]) == (3, 0)
    assert said["metric_values"] > 0
    assert published.revenue() == {}
    totals = "from marts.metric_values where metric_id = 'average-order' and slice = '' and value is not null"
    assert published.query(f"select count(*) {totals}") == [(2,)], "the key result is scored by them"
    assert published.run()["metric_values"]["is_new"] is False
