import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from core.settings import Settings
from pipelines.orchestration.definitions import assemble, definitions

# what an import may do: read code. An audit hook hears of everything else, and MDL's variables are watched.
WATCHED_IMPORT = """
import json, os, sys
done = []
def hear(event, arguments):
    if event in {"socket.connect", "socket.bind", "subprocess.Popen", "os.mkdir", "os.remove", "os.rename"}:
        done.append(event)
    if event == "open" and isinstance(arguments[0], str):
        path, mode = arguments[0], arguments[1] or ""
        if path.endswith(".env") or (set(mode) & set("wax+") and not path.endswith("null") and ".pyc" not in path):
            done.append(f"open {path} {mode}")
class Watched(dict):
    def __getitem__(self, name):
        if str(name).startswith("MDL_"): done.append(f"environment {name}")
        return super().__getitem__(name)
    def get(self, name, default=None):
        if str(name).startswith("MDL_"): done.append(f"environment {name}")
        return super().get(name, default)
import dagster, dagster_postgres, fsspec, deltalake, duckdb  # what these do is theirs to answer for
os.environ = Watched(os.environ)
sys.addaudithook(hear)
import pipelines.orchestration.definitions
heavy = [name for name in ("pandas", "great_expectations", "sqlglot", "dagster_webserver") if name in sys.modules]
print(json.dumps([done, heavy]))
"""


@pytest.fixture
def assembled() -> dg.Definitions:
    settings = Settings(
        timezone="America/New_York",
        as_of=datetime(2013, 10, 15, 12, tzinfo=UTC),
        history_start=datetime(2013, 1, 1, tzinfo=UTC).date(),
    )
    return assemble(settings, dg.ResourceDefinition.none_resource())


@pytest.mark.slow
def test_importing_the_definitions_reads_nothing_and_connects_nowhere() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED_IMPORT], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    assert json.loads(done.stdout) == [[], []]


def test_the_definitions_load_from_defaults_alone() -> None:
    loaded = definitions()
    assert isinstance(loaded, dg.Definitions)
    dg.Definitions.validate_loadable(loaded)


def test_lineage_runs_from_the_catalog_to_the_scorecard(assembled: dg.Definitions) -> None:
    graph = assembled.resolve_asset_graph()
    parents = {
        node.key.to_user_string(): {parent.to_user_string() for parent in node.parent_keys}
        for node in graph.asset_nodes
    }
    assert parents == {
        "catalog": set(),
        "staged_files": {"catalog"},
        "events": {"staged_files"},
        "computed_values": {"events"},
        "metric_values": {"computed_values"},
        "key_result_progress": {"catalog", "metric_values"},
        "objective_progress": {"key_result_progress"},
        "domain_scorecards": {"metric_values", "objective_progress"},
    }


def test_every_asset_states_its_facts(assembled: dg.Definitions) -> None:
    for node in assembled.resolve_asset_graph().asset_nodes:
        name = node.key.to_user_string()
        assert node.group_name != "default", name
        assert node.owners == ["team:data-platform"], name
        assert node.kinds, name
        assert node.code_version, name
        assert "one row is one" in (node.description or ""), name
        assert node.pools == {"mdl_writer"}, name


def test_computed_values_and_metric_values_have_a_partition_per_local_day_up_to_as_of(
    assembled: dg.Definitions,
) -> None:
    graph = assembled.resolve_asset_graph()
    daily = {
        node.key.to_user_string(): node.partitions_def
        for node in graph.asset_nodes
        if node.partitions_def is not None
    }
    assert set(daily) == {"computed_values", "metric_values"}
    keys = daily["metric_values"].get_partition_keys()
    assert (keys[0], keys[-1], len(keys)) == ("2013-01-01", "2013-10-15", 288)
    assert str(daily["metric_values"].timezone) == "America/New_York"


def test_jobs_schedules_and_sensors_say_what_they_are_for(assembled: dg.Definitions) -> None:
    repository = assembled.get_repository_def()
    automations = [*repository.schedule_defs, *repository.sensor_defs]
    jobs = [repository.get_job(name) for name in repository.job_names if not name.startswith("__")]
    assert [one.name for one in (*automations, *jobs) if not one.description] == []
    assert len(jobs) == 8


def test_only_what_guards_publication_blocks(assembled: dg.Definitions) -> None:
    specs = [spec for checks in assembled.asset_checks or () for spec in checks.check_specs]
    blocking = {(spec.asset_key.to_user_string(), spec.name) for spec in specs if spec.blocking}
    assert blocking == {
        ("computed_values", name)
        for name in (
            "values_are_finite",
            "ratios_match_their_parts",
            "slices_add_up",
            "periods_are_dense",
            "no_metric_lost_its_data",
        )
    }


@pytest.mark.parametrize(
    ("job", "steps"),
    [
        (
            "refresh",
            {
                *("catalog", "staged_files", "events", "computed_values", "publication"),
                *("events_checks", "computed_values_checks", "metric_values_checks"),
            },
        ),
        ("ingest", {"catalog", "staged_files"}),
        ("validate", {"catalog", "events", "events_checks"}),
        (
            "aggregate",
            {"computed_values", "computed_values_checks", "publication", "metric_values_checks"},
        ),
        ("full_check", {"catalog", "staged_files", "events", "events_checks", "lake_checks"}),
        ("upkeep", {"tidied_lake", "forgotten_history"}),
        ("report", {"made_report"}),
        ("backup", {"verified_backup"}),
    ],
)
def test_each_job_has_its_steps(assembled: dg.Definitions, job: str, steps: set[str]) -> None:
    assert {node.name for node in assembled.resolve_job_def(job).nodes} == steps


def test_schedules_run_in_the_reporting_zone_from_the_start(assembled: dg.Definitions) -> None:
    found = {
        schedule.name: (schedule.cron_schedule, schedule.job_name, schedule.execution_timezone)
        for schedule in assembled.schedules or ()
        if isinstance(schedule, dg.ScheduleDefinition)
    }
    assert found == {
        "hourly_refresh": ("0 * * * *", "refresh", "America/New_York"),
        "daily_full_check": ("30 4 * * *", "full_check", "America/New_York"),
        "nightly_upkeep": ("30 3 * * *", "upkeep", "America/New_York"),
    }
    assert all(
        schedule.default_status == dg.DefaultScheduleStatus.RUNNING for schedule in assembled.schedules or ()
    )


def test_backups_are_scheduled_where_they_have_a_target_and_are_not_off() -> None:
    def scheduled(**settings: Any) -> list[str]:
        assembled = assemble(Settings(**settings), dg.ResourceDefinition.none_resource())
        found = {one.name: one for one in assembled.schedules or () if isinstance(one, dg.ScheduleDefinition)}
        return [str(found["backups"].cron_schedule)] if "backups" in found else []

    assert scheduled() == []
    assert scheduled(backup_target="memory://b") == ["0 2 * * *"]
    assert scheduled(backup_target="memory://b", backup_schedule="30 1 * * 0") == ["30 1 * * 0"]
    assert scheduled(backup_target="memory://b", backup_schedule="off") == []


def test_the_hourly_refresh_carries_the_newest_days_partition(assembled: dg.Definitions) -> None:
    hourly = next(one for one in assembled.schedules or () if one.name == "hourly_refresh")
    assert isinstance(hourly, dg.ScheduleDefinition)
    repository = assembled.get_repository_def()
    tick = hourly.evaluate_tick(dg.build_schedule_context(repository_def=repository))
    assert [request.partition_key for request in tick.run_requests or ()] == ["2013-10-15"]
