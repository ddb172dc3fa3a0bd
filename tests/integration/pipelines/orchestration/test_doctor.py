"""What the doctor says of a healthy installation, and of one that is really broken: each check has its break."""

import json
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import text

from cli.main import cli
from core.clock import wall_now
from core.secrets import jwt_secret
from core.supervised import Restarts, write_restarts
from pipelines.doctor import database, machine
from pipelines.doctor.check import Patient
from pipelines.doctor.examine import CHECKS, Examined, examine, exit_code
from pipelines.lake import Lake
from tests.build_incidents import add_delivery, add_incident
from tests.integration.pipelines.orchestration.conftest import Shop

Break = Callable[[Shop, pytest.MonkeyPatch, Path], "Patient | None"]


def patient(shop: Shop, **settings: Any) -> Patient:
    return Patient(shop.settings.model_copy(update=settings), wall_now(), ())


def sql(statement: str) -> Break:
    """Break the database by a statement."""

    def broken(shop: Shop, _patch: pytest.MonkeyPatch, _tmp: Path) -> None:
        with shop.database() as connection:
            connection.execute(text(statement))

    return broken


def set_to(**settings: Any) -> Break:
    """Break the settings."""
    return lambda shop, _patch, _tmp: patient(shop, **settings)


def patched(module: Any, **limits: Any) -> Break:
    """Let what there is be too little, or too much: a machine cannot be filled up here."""

    def broken(_shop: Shop, patch: pytest.MonkeyPatch, _tmp: Path) -> None:
        for name, value in limits.items():
            patch.setattr(module, name, value)

    return broken


def older_package(_shop: Shop, patch: pytest.MonkeyPatch, tmp: Path) -> None:
    (tmp / "alembic-1.0.dist-info").mkdir()
    (tmp / "alembic-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: alembic\nVersion: 1.0\n"
    )
    patch.syspath_prepend(str(tmp))


def open_home(shop: Shop, _patch: pytest.MonkeyPatch, _tmp: Path) -> None:
    shop.settings.home.chmod(0o755)


def open_secret(shop: Shop, _patch: pytest.MonkeyPatch, _tmp: Path) -> None:
    jwt_secret(shop.settings)
    (shop.settings.home / "secrets" / "jwt").chmod(0o644)


def open_env(shop: Shop, patch: pytest.MonkeyPatch, _tmp: Path) -> None:
    patch.chdir(shop.root)
    (shop.root / ".env").write_text("MDL_HOME=.mdl\nAWS_SECRET_ACCESS_KEY=abc\n")
    (shop.root / ".env").chmod(0o644)


def ended(shop: Shop, _patch: pytest.MonkeyPatch, _tmp: Path) -> None:
    write_restarts(shop.settings.home, {"daemon": Restarts(3, wall_now(), "ended with code -9")})


def wrong_catalog(shop: Shop, _patch: pytest.MonkeyPatch, _tmp: Path) -> None:
    shop.write_catalog("metrics: [")


def lost_lake_file(shop: Shop, _patch: pytest.MonkeyPatch, _tmp: Path) -> None:
    lake = Lake(shop.settings.lake_path)
    (lake.path / lake.files()[0].path).unlink()


def stray_file(shop: Shop, _patch: pytest.MonkeyPatch, _tmp: Path) -> None:
    lake = Lake(shop.settings.lake_path)
    stray = (lake.path / lake.files()[0].path).with_name("stray.parquet")
    stray.write_bytes(b"nobody knows it")
    os.utime(stray, (0, 0))


def lost_lake(shop: Shop, _patch: pytest.MonkeyPatch, _tmp: Path) -> None:
    shop.settings.lake_path.rename(shop.root / "aside")


def clock_ahead(_shop: Shop, patch: pytest.MonkeyPatch, _tmp: Path) -> None:
    patch.setattr("pipelines.doctor.database.wall_now", lambda: wall_now() + timedelta(minutes=5))


def days_later(days: int) -> Break:
    return lambda shop, _patch, _tmp: replace(patient(shop), now=wall_now() + timedelta(days=days))


def message(**fields: Any) -> Break:
    def broken(shop: Shop, _patch: pytest.MonkeyPatch, _tmp: Path) -> None:
        with shop.database() as connection:
            add_delivery(connection, add_incident(connection), **fields)

    return broken


USER = """
with person as (
  insert into identity.users
    (username, role, password_hash, must_change_password, is_active, failed_sign_ins, created_at)
  values ('eve', 'admin', 'x', true, true, 0, now() - interval '8 days') returning user_id
)
insert into identity.api_keys (key_id, user_id, name, key_hash, role, created_at, expires_at)
select 'k', user_id, 'etl', 'h', 'viewer', now(), now() + interval '3 days' from person
"""
BACKUP = """
insert into ops.backups (name, location, begun_at, seconds, size_bytes, error, verified_at, fault)
values ('mdl-1', '/b/mdl-1', now() - interval '{age}', 1, 1, {error}, {verified}, {fault})
"""
REPORT = """
with run as (
  insert into ops.report_runs (report_id, grain, period_label, period_start, period_end, due_at, wait_until, state)
  values ('weekly', 'week', '2026-03-02', now(), now(), now(), now(), 'sent') returning run_id
)
insert into ops.report_archive (run_id, name, format, media_type, content, content_hash, size_bytes)
select run_id, 'weekly.pdf', 'pdf', 'application/pdf', 'changed', '00', 7 from run
"""


def backup(age: str = "1 hour", error: str = "null", verified: str = "now()", fault: str = "null") -> Break:
    return sql(BACKUP.format(age=age, error=error, verified=verified, fault=fault))


BREAKS: list[tuple[str, Break, str, str]] = [
    ("python", patched(machine, OLDEST_PYTHON=(9, 9)), "fault", "Python 3"),
    ("packages", older_package, "fault", "alembic 1.0 is not >=1.16"),
    ("home_disk", patched(machine, LEAST_FREE=2**60), "fault", "GB of"),
    ("home_disk", patched(machine, SCARCE_SHARE=1.0), "warning", "GB of"),
    ("home_disk", set_to(home=Path("/nowhere/at/all")), "warning", "is not there"),
    ("memory", set_to(memory_limit="900TB"), "warning", "MDL_MEMORY_LIMIT is 900TB of"),
    ("memory", set_to(memory_limit="much"), "fault", "MDL_MEMORY_LIMIT is 'much'"),
    ("fonts", patched(machine, WHEELS=("no_such_fonts",)), "fault", "missing: no_such_fonts"),
    ("time_zone", set_to(timezone="Mars/Olympus"), "fault", "no data of Mars/Olympus"),
    ("home_rights", open_home, "warning", "others may read"),
    ("secret_files", open_secret, "fault", "others may read"),
    ("secret_files", open_env, "fault", "others may read .env"),
    ("restarts", ended, "warning", "started again: daemon 3 times, last it ended with code -9"),
    ("signing_secret", set_to(env="production", jwt_secret=None), "fault", "is not set in production"),
    ("signing_secret", set_to(jwt_secret=SecretStr("short")), "fault", "5 characters in place of 32"),
    ("signing_secret", set_to(jwt_secret=SecretStr("a" * 40)), "fault", "can be guessed"),
    (
        "signing_secret",
        set_to(jwt_secret=SecretStr("changeme-0123456789-abcdefghijkl")),
        "fault",
        "can be guessed",
    ),
    ("catalog_files", wrong_catalog, "fault", "errors, the first: "),
    ("catalog_files", set_to(catalog=Path("/nowhere")), "warning", "/nowhere is not there"),
    ("landing_zone", set_to(landing="/nowhere"), "fault", "/nowhere is no folder"),
    ("lake_files", lost_lake_file, "fault", "missing event=order"),
    ("lake_orphans", stray_file, "warning", "1 files that no version needs: event=order"),
    ("channels", set_to(alert_channels="slack:#ops"), "fault", "MDL_CHANNELS says nothing of slack:#ops"),
    ("channels", set_to(alert_channels=""), "warning", "names none"),
    (
        "redis",
        set_to(redis_url=SecretStr("redis://127.0.0.1:1/0")),
        "warning",
        "does not answer: ConnectionError",
    ),
    (
        "database",
        set_to(database_url=SecretStr("postgresql://u@127.0.0.1:1/x")),
        "fault",
        "PostgreSQL does not answer",
    ),
    ("database", set_to(database_url=None), "warning", "there is none in MDL_HOME yet"),
    ("postgres_version", patched(database, OLDEST_POSTGRES=99), "fault", "PostgreSQL 1"),
    (
        "migrations",
        sql("update alembic_version set version_num = '0003'"),
        "fault",
        "schema 0003 in place of ",
    ),
    (
        "migrations",
        sql("update alembic_version set version_num = '9999'"),
        "fault",
        "schema 9999 is newer than",
    ),
    ("migrations", sql("drop table alembic_version"), "fault", "no tables of MDL"),
    ("clock", clock_ahead, "fault", "seconds between this machine and PostgreSQL"),
    ("database_time_zone", set_to(timezone="Mars/Olympus"), "fault", "does not know Mars/Olympus"),
    (
        "database_size",
        sql(
            "do $$ begin execute format('alter database %I set default_transaction_read_only = on', "
            "current_database()); end $$"
        ),
        "fault",
        "takes no writes",
    ),
    ("connections", patched(database, LEAST_CONNECTIONS=10**6), "warning", "connections free"),
    ("publication", sql("truncate ops.publications cascade"), "warning", "nothing was published yet"),
    ("lake_version", lost_lake, "fault", "the lake has none"),
    ("runs", sql("update dagster.runs set status = 'STARTED', start_time = 0"), "fault", "(STARTED)"),
    (
        "sensors",
        sql(
            "insert into ops.heartbeats (name, expected_every_seconds, failures, last_succeeded_at) "
            "values ('alert_delivery', 4, 0, now() - interval '1 hour')"
        ),
        "fault",
        "silent: alert_delivery",
    ),
    (
        "daemon",
        sql(
            "insert into dagster.daemon_heartbeats (daemon_type, daemon_id, timestamp) "
            "values ('SENSOR', 'x', now() at time zone 'UTC' - interval '1 hour')"
        ),
        "fault",
        "silent since",
    ),
    (
        "undelivered",
        message(state="waiting", attempts=7),
        "warning",
        "tried again and again: slack:#sales (7)",
    ),
    ("dead_letters", message(state="dead"), "warning", "given up: slack:#sales (1)"),
    ("api_keys", sql(USER), "warning", "eve/etl ends soon"),
    ("administrators", sql("delete from identity.users"), "warning", "nobody is an active administrator"),
    ("first_passwords", sql(USER), "warning", "never replaced by eve"),
    (
        "refused_files",
        sql("update ops.ingested_files set status = 'rejected'"),
        "warning",
        "refused or lost: orders (1)",
    ),
    ("report_archive", sql(REPORT), "fault", "/weekly.pdf"),
    ("upkeep", days_later(9), "warning", "upkeep ran never"),
    ("backup_age", sql("delete from ops.backups"), "warning", "there is none"),
    ("backup_age", backup(age="3 days"), "warning", "the newest is mdl-1"),
    ("backup_verified", backup(verified="null"), "warning", "mdl-1 was never restored"),
    ("backup_verified", backup(fault="'damaged'"), "fault", "mdl-1: damaged"),
    ("backup_verified", backup(error="'disk full'"), "fault", "mdl-1: disk full"),
]


@pytest.mark.parametrize(
    ("name", "broken", "state", "said"),
    BREAKS,
    ids=[f"{each[0]}-{number}" for number, each in enumerate(BREAKS)],
)
def test_a_check_tells_a_really_broken_installation(
    name: str,
    broken: Break,
    state: str,
    said: str,
    published: Shop,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    sick = broken(published, monkeypatch, tmp_path) or patient(published)
    (found,) = examine(sick, [name])
    assert found.state == state, found
    assert said in found.found
    assert found.advice


def told(shop: Shop, name: str) -> Examined:
    (found,) = examine(patient(shop), [name])
    return found


def test_what_holds_up_others_in_postgresql_is_told(published: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LONGEST_TRANSACTION", timedelta(0))
    monkeypatch.setattr(database, "LONGEST_WAIT", timedelta(0))
    lock = text("lock table catalog.state in access exclusive mode")

    def wait() -> None:
        with published.database() as connection:
            connection.execute(lock)

    waiting = threading.Thread(target=wait)
    with published.database() as connection:
        connection.execute(lock)
        waiting.start()
        until = time.monotonic() + 10
        while told(published, "locks").state == "ok":
            assert time.monotonic() < until
            time.sleep(0.1)
        assert "waits for" in told(published, "locks").found
        assert "(mdl)" in told(published, "long_transactions").found
    waiting.join()
    assert told(published, "locks").state == told(published, "long_transactions").state == "ok"


def test_clocks_that_agree_are_well_however_long_the_doctor_has_looked_at_all_else(published: Shop) -> None:
    begun_long_ago = replace(patient(published), now=wall_now() - timedelta(minutes=5))
    (found,) = examine(begun_long_ago, ["clock"])
    assert (found.state, found.found) == ("ok", "0.0 seconds between this machine and PostgreSQL")


def test_dead_rows_that_stay_are_told(published: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LEAST_DEAD", 100)
    with published.database() as connection:
        connection.execute(
            text("create table ops.many with (autovacuum_enabled = off) as select generate_series(1, 1000) n")
        )
    with published.database() as connection:
        connection.execute(text("delete from ops.many"))
        connection.execute(text("select pg_stat_force_next_flush()"))
    assert "ops.many (1,000 dead, 0 alive)" in told(published, "bloat").found


def test_settings_that_others_may_read_are_no_fault_where_none_is_a_secret(
    published: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(published.root)
    sample = published.root / ".env"
    sample.write_text("MDL_HOME=.mdl\nMDL_DATABASE_URL=\n# JWT_SECRET=none\n")
    sample.chmod(0o644)
    assert told(published, "secret_files").state == "ok"
    sample.write_text("MDL_DATABASE_PASSWORD=hidden\n")
    assert told(published, "secret_files").state == "fault"


def test_a_check_that_fails_without_a_word_is_told_by_what_failed(
    published: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("pipelines.doctor.home.validate_loaded", silent)
    assert told(published, "catalog_files").found == "catalog_files cannot be looked at: AssertionError"


def test_a_port_that_another_program_has_is_told(published: Shop) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        (found,) = examine(replace(patient(published), ports=(port,)), ["ports"])
    assert (found.state, found.found) == ("warning", f"taken by another program: {port}")
    (found,) = examine(replace(patient(published), ports=(port,)), ["ports"])
    assert found.state == "ok"


def test_every_check_has_a_break() -> None:
    # snapshot: in tests/integration/webapi/watching/test_snapshot.py, which has one
    apart = {"locks", "long_transactions", "bloat", "ports", "snapshot"}
    assert {name for name, *_ in BREAKS} | apart == {check.name for check in CHECKS}
    assert len(CHECKS) >= 25


def test_of_an_installation_that_works_nothing_is_a_fault_and_nothing_is_changed(published: Shop) -> None:
    before = {path: path.stat().st_mtime_ns for path in published.root.rglob("*")}
    found = examine(patient(published))
    assert [each for each in found if each.state == "fault"] == []
    # nobody is told, nobody administers, nothing is backed up: as after a first run
    warned = {each.check for each in found if each.state == "warning"} - {"home_disk", "memory"}
    assert warned == {"channels", "administrators", "backup_age", "home_rights"} & warned | {
        "channels",
        "backup_age",
    }
    assert {path: path.stat().st_mtime_ns for path in published.root.rglob("*")} == before


def test_while_postgresql_is_away_all_else_is_looked_at(published: Shop) -> None:
    away = patient(published, database_url=SecretStr("postgresql://u@127.0.0.1:1/x"))
    found = {each.check: each for each in examine(away)}
    assert found["database"].state == "fault"
    assert found["lake_files"].state == found["catalog_files"].state == "ok"
    unknown = [name for name, each in found.items() if each.found == "not known while PostgreSQL is away"]
    assert len(unknown) == sum(check.look_in_database is not None for check in CHECKS)
    assert exit_code(list(found.values())) == 2


def test_the_command_prints_what_to_do_and_ends_with_the_worst(
    published: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("home", "catalog", "landing"):
        monkeypatch.setenv(f"MDL_{name.upper()}", str(getattr(published.settings, name)))
    assert published.settings.database_url is not None
    monkeypatch.setenv("MDL_DATABASE_URL", published.settings.database_url.get_secret_value())
    arguments = ["doctor", "--json", "lake_files", "backup_age"]
    printed = CliRunner().invoke(cli, arguments)
    assert [(each["check"], each["state"]) for each in json.loads(printed.output)] == [
        ("lake_files", "ok"),
        ("backup_age", "warning"),
    ]
    assert printed.exit_code == 1
    assert CliRunner().invoke(cli, ["doctor", "lake_files"]).exit_code == 0
    lost_lake_file(published, monkeypatch, Path())
    broken = CliRunner().invoke(cli, ["doctor", "lake_files", "redis"])
    assert broken.exit_code == 2
    assert "0 of" not in broken.output
    assert "1 of 2 checks are well" in broken.output
    assert "no check is called toes" in str(CliRunner().invoke(cli, ["doctor", "toes"]).exception)
