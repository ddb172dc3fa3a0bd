"""Rules for Prometheus: each fires when it must, none on days that are as they should be, each has its runbook."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reports.operations.late import overdue_seconds
from tests.unit.docker.rules import PROMTOOL, ROOT, RULES, Series, buckets, healthy, refuted, rules, series

needs_promtool = pytest.mark.skipif(
    PROMTOOL is None, reason="no promtool here; apt-get install prometheus brings one"
)
DAY = 24 * 60


def since(first: float, step: int = 60, healthy_minutes: int = 30) -> str:
    """All is well for half an hour, then a number that begins at `first` and grows."""
    return f"0x{healthy_minutes - 1} {first}+{step}x120"


def turns(before: float, after: float) -> str:
    """One number for half an hour, then another."""
    return f"{before}x29 {after}x120"


# rule -> what differs from a healthy day from minute 30 on, and the minutes within which it is told
FAULTS: dict[str, tuple[Series, int]] = {
    "MdlIsDown": ({series("up"): turns(1, 0)}, 4),
    "MdlRestartsOften": ({series("mdl_process_start_time_seconds"): "0x29 1 2 3 4 5 6 6x90"}, 5),
    "MdlDatabaseIsAway": ({series("mdl_database_up"): turns(1, 0)}, 4),
    "MdlManyErrors": (
        {series("mdl_http_request_seconds_count", 'status="503"'): "0+3x29 90+300x120"},
        5,
    ),
    "MdlAnswersAreSlow": (
        buckets("mdl_http_request_seconds_bucket", 150, {"0.025": 10, "1": 20, "2.5": 600, "+Inf": 600}),
        25,
    ),
    "MdlConnectionPoolIsFull": (
        {series("mdl_database_connections", 'pool="primary"'): turns(4, 39)},
        5,
    ),
    "MdlQueriesAreSlow": (
        buckets("mdl_database_statement_seconds_bucket", 150, {"0.01": 10, "0.5": 20, "1": 300, "+Inf": 300}),
        25,
    ),
    "MdlSharedCacheIsAway": ({series("mdl_redis_up"): turns(1, 0)}, 4),
    "MdlDiskIsFull": ({series("mdl_disk_free_bytes"): turns(60, 9)}, 4),
    "MdlBackupIsOld": ({series("mdl_backup_age_seconds"): since(93_500)}, 10),
    "MdlRunFailed": ({series("mdl_run_failed", 'job_name="refresh"'): turns(0, 1)}, 4),
    "MdlRunIsStuck": ({series("mdl_run_running_seconds", 'job_name="refresh"'): since(3_500)}, 5),
    "MdlRunsDoNotCome": (
        {series("mdl_run_success_age_seconds", 'job_name="refresh"'): since(10_800)},
        10,
    ),
    "MdlNumbersAreStale": ({series("mdl_metric_overdue_seconds", 'metric="revenue"'): since(-60)}, 4),
    "MdlAlertsAreNotEvaluated": (
        {
            series("mdl_publication_age_seconds"): since(0),
            series("mdl_alert_evaluation_age_seconds"): since(190),
        },
        4,
    ),
    "MdlSensorIsSilent": (
        {series("mdl_alert_sensor_age_seconds", 'sensor="alert_delivery"'): since(4)},
        5,
    ),
    "MdlNobodyIsTold": ({series("mdl_alert_delivery_failures", 'channel="slack"'): turns(0, 1)}, 2),
    "MdlChannelIsAway": ({series("mdl_alert_deliveries_retried", 'channel="slack"'): turns(0, 1)}, 4),
    "MdlMessagesWait": ({series("mdl_alert_oldest_message_seconds"): since(0)}, 20),
    "MdlReportsAreLate": ({series("mdl_report_overdue_seconds"): since(0)}, 20),
    "MdlReportsFail": ({series("mdl_report_runs", 'state="failed"'): turns(0, 1)}, 2),
    "MdlDataIsRefused": ({series("mdl_files", 'source="orders",state="rejected"'): turns(0, 1)}, 20),
    "MdlCriticalIncidentIsNotLookedAfter": (
        {series("mdl_incidents", 'severity="critical",state="firing"'): turns(0, 2)},
        65,
    ),
}


@needs_promtool
def test_promtool_accepts_rules_and_configuration() -> None:
    for what, file in (("rules", RULES), ("config", RULES.with_name("prometheus.yml"))):
        done = subprocess.run([PROMTOOL, "check", what, file], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_every_rule_is_tried() -> None:
    assert set(FAULTS) == {rule["alert"] for rule in rules()}


@needs_promtool
@pytest.mark.parametrize("rule", FAULTS)
def test_a_rule_alone_fires_at_its_fault_and_not_before(rule: str, tmp_path: Path) -> None:
    fault, minutes = FAULTS[rule]
    found = healthy(150) | fault
    before = {} if "Slow" in rule else {"29m": []}
    assert refuted(tmp_path, found, {**before, f"{30 + minutes}m": [rule]}) == ""


@needs_promtool
def test_a_sensor_that_looks_once_a_minute_is_told_within_five_minutes_too(tmp_path: Path) -> None:
    """Four and a half, and Alertmanager's quarter of a minute; it may be a minute and a half late, and says nothing."""
    age, interval = "mdl_alert_sensor_age_seconds", "mdl_alert_sensor_interval_seconds"
    labels = 'sensor="sensor_health"'
    found = {
        series("up"): "1x240",
        series(age, labels): f"{'0 15 30 45 60 75 90 ' * 20}0+15x60",
        series(interval, labels): "60x240",
    }
    assert refuted(tmp_path, found, {"35m": [], "39m30s": ["MdlSensorIsSilent"]}, step="15s") == ""


@needs_promtool
def test_an_api_that_is_not_scraped_at_all_is_down(tmp_path: Path) -> None:
    assert refuted(tmp_path, {'up{job="prometheus"}': "1x10"}, {"1m": [], "5m": ["MdlIsDown"]}) == ""


@needs_promtool
def test_a_healthy_day_is_silent(tmp_path: Path) -> None:
    assert refuted(tmp_path, healthy(DAY // 2), {"24h": []}, over="24h", step="2m") == ""


@needs_promtool
def test_a_deployment_is_silent(tmp_path: Path) -> None:
    """The API is away for a minute, the daemon for two, and every process is a new one."""
    found = healthy(60) | {
        series("up"): "1x29 0 1x29",
        series("mdl_process_start_time_seconds"): "1000x29 _ 2800x29",
        series("mdl_alert_sensor_age_seconds", 'sensor="alert_delivery"'): "4x29 64 124 4x29",
        series("mdl_http_request_seconds_count", 'status="200"'): "0+600x29 _ 0+600x29",
        series("mdl_run_failed", 'job_name="refresh"'): "0x29 1 0x29",
    }
    assert refuted(tmp_path, found, {"1h": []}, over="1h") == ""


@needs_promtool
@pytest.mark.parametrize("name", ["a weekend", "a month"])
def test_numbers_that_come_when_they_are_due_are_silent(name: str, tmp_path: Path) -> None:
    overdue = _weekend() if name == "a weekend" else _month_end()
    found = {
        series("up"): "1x720",
        series("mdl_metric_overdue_seconds", 'metric="revenue"'): " ".join(map(str, overdue)),
    }
    assert refuted(tmp_path, found, {"5d": []}, over="5d", step="10m") == ""


def _weekend() -> list[float]:
    """Every ten minutes from Friday on: data from Monday to Friday, each day's from nine o'clock on."""
    friday = datetime(2026, 3, 6, tzinfo=UTC)
    found = []
    for minute in range(0, 5 * DAY, 10):
        now = friday + timedelta(minutes=minute)
        newest = (now - timedelta(hours=9)).replace(hour=0, minute=0)
        while newest.weekday() > 4:
            newest -= timedelta(days=1)
        found.append(overdue_seconds(newest, newest + timedelta(days=1), timedelta(days=2), now))
    return found


def _month_end() -> list[float]:
    """Every ten minutes from the 30th on: data by month, promised within three days after it."""
    begin = datetime(2026, 1, 30, tzinfo=UTC)
    january, february, march = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3))
    delivered = datetime(2026, 2, 2, 9, tzinfo=UTC)
    found = []
    for minute in range(0, 5 * DAY, 10):
        now = begin + timedelta(minutes=minute)
        start, end = (january, february) if now < delivered else (february, march)
        found.append(overdue_seconds(start, end, timedelta(days=3), now))
    return found


def test_a_day_is_overdue_when_the_day_after_closed_and_its_tolerance_is_over() -> None:
    day, month = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    half_a_day = timedelta(hours=12)
    # the 3rd closes at midnight before the 4th; its data may be there until noon
    noon = datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert overdue_seconds(day, day + timedelta(days=1), half_a_day, noon) == 0
    assert overdue_seconds(day, day + timedelta(days=1), half_a_day, noon + timedelta(seconds=5)) == 5
    # 31 days after January
    assert overdue_seconds(month, datetime(2026, 2, 1, tzinfo=UTC), half_a_day, noon) == 0


def test_every_rule_has_a_runbook_and_every_runbook_a_rule() -> None:
    named = {rule["annotations"]["runbook_url"] for rule in rules()}
    assert named == {f"docs/runbooks/{rule['alert']}.md" for rule in rules()}
    assert named == {str(path.relative_to(ROOT)) for path in (ROOT / "docs" / "runbooks").glob("*.md")}
    for path in named:
        text = (ROOT / path).read_text()
        assert all(f"\n## {part}\n" in text for part in ("What it means", "How to look", "What to do")), path


def test_every_rule_says_how_grave_it_is_and_whose() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["labels"]["team"] in ("platform", "data")
        assert {"summary", "description", "runbook_url"} == set(rule["annotations"])
