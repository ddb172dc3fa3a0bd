"""What those who watch from outside are told of alerting: Prometheus and /health."""

import math
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection, delete, event, insert, text, update

from core.clock import wall_now
from schemas.tables import alert_evaluations, backups, heartbeats, ingested_files, publications, report_runs
from tests.build_incidents import add_delivery, add_evaluation, add_heartbeat, add_incident
from tests.integration.webapi.conftest import Asked

ROOT = Path(__file__).parents[4]
RULES = ROOT / "docker" / "prometheus" / "mdl-alerts.yaml"


def write(ask: Asked, function: Callable[[Connection], object]) -> None:
    with ask.app.extensions["mdl"].database.primary.begin() as connection:
        function(connection)


def scraped(ask: Asked, query: str = "") -> dict[str, float]:
    """Samples by name and the values of their labels, these in order of the labels' names."""
    answer = ask.get(f"/metrics{query}", None).get_data(as_text=True)
    return {
        ":".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer)
        for sample in family.samples
    }


def test_prometheus_reads_incidents_deliveries_sensors_and_rows(ask_own: Asked) -> None:
    now = wall_now()

    def happened(connection: Connection) -> None:
        for number, severity in enumerate(["critical", "critical", "info"]):
            incident_id = add_incident(connection, slice=f"country={number}", severity=severity)
        add_incident(connection, state="acknowledged", slice="country=DE")
        add_incident(connection, state="resolved", slice="country=FR")
        add_delivery(connection, incident_id, ended_at=now)
        add_delivery(connection, incident_id, target="slack:#b", state="dead", ended_at=now)
        add_delivery(connection, incident_id, target="secret:x", state="dead", ended_at=now)
        add_delivery(
            connection, incident_id, target="slack:#c", state="dead", ended_at=now - timedelta(days=2)
        )
        add_delivery(connection, incident_id, target="slack:#d", state="waiting", ended_at=None)
        add_evaluation(connection, met=9)
        add_evaluation(connection, evaluated_at=now - timedelta(minutes=1), met=3, not_met=4, error=1)
        add_heartbeat(connection, last_succeeded_at=now - timedelta(seconds=20), failures=2)
        add_heartbeat(connection, "never", last_succeeded_at=None)

    write(ask_own, happened)
    found = scraped(ask_own)
    assert found["mdl_incidents:critical:firing"] == 2
    assert found["mdl_incidents:warning:acknowledged"] == 1
    assert found["mdl_incidents:critical:pending"] == 0
    states = {"waiting": 1, "sending": 0, "delivered": 1, "withdrawn": 0, "dead": 2}
    assert {name: found[f"mdl_alert_deliveries:{name}"] for name in states} == states
    assert (found["mdl_alert_delivery_failures:slack"], found["mdl_alert_delivery_failures:other"]) == (1, 1)
    outcomes = {"met": 3, "not_met": 4, "no_data": 0, "error": 1, "suppressed": 0}
    assert {name: found[f"mdl_alert_outcomes:{name}"] for name in outcomes} == outcomes
    assert 60 <= found["mdl_alert_evaluation_age_seconds"] < 120
    assert 20 <= found["mdl_alert_sensor_age_seconds:alert_evaluation"] < 80
    assert found["mdl_alert_sensor_interval_seconds:alert_evaluation"] == 30
    assert found["mdl_alert_sensor_failures:alert_evaluation"] == 2
    assert found["mdl_alert_sensor_age_seconds:never"] == math.inf
    assert (found["mdl_rows:accepted:orders"], found["mdl_rows:quarantined:orders"]) == (3, 1)
    assert (found["mdl_files:orders:accepted"], found["mdl_files:orders:rejected"]) == (1, 0)
    assert set(scraped(ask_own, "?name[]=mdl_metrics&name[]=mdl_alert_outcomes")) == {
        "mdl_metrics",
        *(f"mdl_alert_outcomes:{name}" for name in outcomes),
    }


def test_what_a_refused_file_held_is_rejected_and_sources_beyond_many_count_together(ask_own: Asked) -> None:
    refused = {
        "content_hash": "1",
        "path": "x.csv",
        "size_bytes": 1,
        "status": "rejected",
        "row_count": 10,
        "accepted_count": 4,
        "quarantined_count": 6,
        "staged_at": wall_now(),
    }
    rows = [{**refused, "file_id": f"{n:03}", "source_id": f"a{n:03}"} for n in range(205)]
    write(ask_own, lambda connection: connection.execute(insert(ingested_files), rows))
    found = scraped(ask_own)
    assert (found["mdl_rows:rejected:a000"], found["mdl_rows:quarantined:a000"]) == (10, 0)
    assert found["mdl_files:other:rejected"] == 5
    assert (
        len([name for name in found if name.startswith("mdl_files:") and name.endswith(":rejected")]) == 201
    )


def test_a_scrape_takes_ten_statements(ask_own: Asked) -> None:
    scraped(ask_own)
    executed: list[str] = []
    engine = ask_own.app.extensions["mdl"].database.primary
    event.listen(engine, "before_cursor_execute", lambda _c, _k, said, *_: executed.append(said))
    scraped(ask_own)
    assert len(executed) == 10, executed


def test_the_page_of_operations_names_every_rule_and_every_metric_that_is_told(ask_own: Asked) -> None:
    write(ask_own, lambda connection: (add_evaluation(connection), add_heartbeat(connection)))
    rules = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
    page = (ROOT / "docs" / "operations.md").read_text()
    assert {rule["alert"] for rule in rules} == set(re.findall(r"\[(Mdl\w+)\]\(runbooks", page))
    families = text_string_to_metric_families(ask_own.get("/metrics", None).get_data(as_text=True))
    names = {family.name.removesuffix("_created") for family in families}
    assert {name for name in names if f"`{name}`" not in page} == set()


def test_numbers_are_late_by_their_own_promise_and_those_not_for_everyone_have_no_name(
    ask_own: Asked, own_url: str
) -> None:
    # the newest good order is of the 2nd: the 3rd closes at the 4th, and data that come daily may be two days late
    assert scraped(ask_own)["mdl_metric_overdue_seconds:revenue"] == -2 * 86_400
    document = "update catalog.documents set content = jsonb_set(content, '{governance}', cast(:governance as jsonb)) "
    closed = text(document + "where document_id = 'revenue'").bindparams(
        governance='{"data_classification": "confidential"}'
    )
    write(ask_own, lambda connection: connection.execute(closed))
    found = scraped(ask_own)
    assert found["mdl_metric_overdue_seconds:other"] == -2 * 86_400
    assert "mdl_metric_overdue_seconds:revenue" not in found


def test_prometheus_reads_messages_that_wait_and_reports_that_are_late(ask_own: Asked) -> None:
    now = wall_now()
    report = {
        "report_id": "weekly",
        "grain": "week",
        "period_end": now,
        "due_at": now - timedelta(minutes=40),
    }

    def happened(connection: Connection) -> None:
        incident_id = add_incident(connection)
        waiting = {"state": "waiting", "ended_at": None, "created_at": now - timedelta(minutes=9)}
        add_delivery(connection, incident_id, **waiting, attempts=3)
        add_delivery(connection, incident_id, **waiting, target="email:a", attempts=0)
        add_delivery(connection, incident_id, **waiting, target="secret:b", attempts=1)
        for number, state in enumerate(["waiting", "failed"]):
            begun = {"period_start": now - timedelta(weeks=number), "wait_until": now - timedelta(minutes=20)}
            begun |= {"period_label": f"2026-03-0{2 + number}"}
            ended = now if state == "failed" else None
            connection.execute(insert(report_runs).values(**report, **begun, state=state, ended_at=ended))

    write(ask_own, happened)
    found = scraped(ask_own)
    assert 540 <= found["mdl_alert_oldest_message_seconds"] < 600
    retried = {name: found[f"mdl_alert_deliveries_retried:{name}"] for name in ("slack", "email", "other")}
    assert retried == {"slack": 1, "email": 0, "other": 1}
    assert (found["mdl_report_runs:waiting"], found["mdl_report_runs:failed"]) == (1, 1)
    assert 2_400 <= found["mdl_report_oldest_seconds"] < 2_460
    assert 1_200 <= found["mdl_report_overdue_seconds"] < 1_260


def test_prometheus_reads_how_runs_and_their_stages_go(ask_own: Asked) -> None:
    found = scraped(ask_own)
    assert found["mdl_run_success_age_seconds:refresh"] > 0
    assert found["mdl_run_seconds:refresh"] > 0
    assert found["mdl_run_failed:refresh"] == found["mdl_run_running_seconds:refresh"] == 0
    assert 0 < found["mdl_stage_seconds:computed_values"] < found["mdl_run_seconds:refresh"]
    begun = text(
        "insert into dagster.runs (run_id, pipeline_name, status, run_body, start_time, end_time) "
        "values (:status, 'refresh', :status, '', :begun, :ended)"
    )
    moment = wall_now().timestamp()

    def happened(connection: Connection) -> None:
        for status, ended in (("STARTED", None), ("FAILURE", moment)):
            row = {"status": status, "begun": moment - 90, "ended": ended}
            connection.execute(begun, row)

    write(ask_own, happened)
    after = scraped(ask_own)
    assert after["mdl_run_failed:refresh"] == 1
    assert 90 <= after["mdl_run_running_seconds:refresh"] < 150
    assert after["mdl_stage_seconds:computed_values"] == found["mdl_stage_seconds:computed_values"]


def test_without_dagsters_tables_there_are_no_runs_to_read(ask_own: Asked) -> None:
    write(ask_own, lambda connection: connection.execute(text("drop schema dagster cascade")))
    assert not any(name.startswith("mdl_run") for name in scraped(ask_own))


def test_prometheus_reads_the_pool_the_statements_the_process_and_the_disk(ask_own: Asked) -> None:
    scraped(ask_own)
    found = scraped(ask_own)
    assert (
        found["mdl_database_up"],
        found["mdl_database_away"],
        found["mdl_database_pool_size:primary"],
    ) == (1, 0, 20)
    assert found["mdl_database_connections:primary"] == 0
    assert found["mdl_database_wait_seconds_count"] >= 4
    assert found["mdl_database_statement_seconds_count:primary"] >= 9
    assert found["mdl_process_resident_bytes"] > 10_000_000
    assert 0 < found["mdl_process_start_time_seconds"] - psutil.Process().create_time() + 2 < 4
    assert 0 < found["mdl_disk_free_bytes"] < found["mdl_disk_size_bytes"]


def test_prometheus_reads_the_age_of_the_newest_backup_that_could_be_restored(ask_own: Asked) -> None:
    assert "mdl_backup_age_seconds" not in scraped(ask_own)
    now = wall_now()

    def taken(connection: Connection, hours: int, **what: Any) -> None:
        begun = now - timedelta(hours=hours)
        values = {"name": f"mdl-{hours}Z", "location": "/b", "begun_at": begun, "seconds": 1.0}
        connection.execute(insert(backups).values(**values | what))

    for hours, what, age in (
        (9, {"error": "the disk is full"}, 9),
        (8, {"verified_at": now}, 8),
        (7, {"verified_at": now, "fault": "its rows are others"}, 8),
        (6, {}, 8),
        (5, {"verified_at": now}, 5),
    ):
        write(ask_own, lambda connection, hours=hours, what=what: taken(connection, hours, **what))
        assert 0 <= scraped(ask_own)["mdl_backup_age_seconds"] - age * 3_600 < 60


# ---- health ----------------------------------------------------------------------------------------------


def alerting(ask: Asked) -> tuple[str, str, str]:
    """Status as a whole, status of alerting and its detail; readiness never depends on it."""
    ask.app.extensions["mdl"].cache.stores.clear()  # it is read once a second
    assert ask.get("/health/ready", None).status_code == 200
    found = ask.get("/health", None).get_json()
    return found["status"], found["parts"]["alerting"]["status"], found["parts"]["alerting"]["detail"]


def test_alerting_is_off_where_no_sensor_ever_ran(ask_own: Asked) -> None:
    assert alerting(ask_own)[:2] == ("ok", "off")


def test_alerting_is_fine_while_sensors_beat_and_publications_are_evaluated(ask_own: Asked) -> None:
    beating(ask_own)
    assert alerting(ask_own) == ("ok", "ok", "1 sensors beat")


def test_a_sensor_that_missed_three_beats_and_two_minutes_is_named(ask_own: Asked) -> None:
    beating(ask_own, last_succeeded_at=wall_now() - timedelta(seconds=110))
    assert alerting(ask_own)[1] == "ok"
    late = update(heartbeats).values(last_succeeded_at=wall_now() - timedelta(seconds=130))
    write(ask_own, lambda connection: connection.execute(late))
    assert alerting(ask_own) == ("degraded", "degraded", "sensor alert_evaluation does not beat")


def test_a_sensor_that_only_ever_failed_is_named(ask_own: Asked) -> None:
    beating(ask_own, last_succeeded_at=None, last_failed_at=wall_now(), failures=3)
    assert alerting(ask_own)[1] == "degraded"


def test_a_publication_may_wait_five_minutes_for_its_evaluation(ask_own: Asked) -> None:
    beating(ask_own)
    write(ask_own, lambda connection: connection.execute(delete(alert_evaluations)))
    aged(ask_own, 4)
    assert alerting(ask_own)[1] == "ok"
    aged(ask_own, 6)
    assert alerting(ask_own) == ("degraded", "degraded", "publication 1 is not evaluated")


def beating(ask: Asked, **fields: object) -> None:
    fields = {"last_succeeded_at": wall_now()} | fields
    write(ask, lambda connection: (add_heartbeat(connection, **fields), add_evaluation(connection)))


def aged(ask: Asked, minutes: int) -> None:
    then = wall_now() - timedelta(minutes=minutes)
    write(ask, lambda connection: connection.execute(update(publications).values(created_at=then)))
