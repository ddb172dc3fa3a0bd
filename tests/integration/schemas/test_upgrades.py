"""An installation of the oldest schema, with rows in its tables as written then, goes through every upgrade."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, create_engine, make_url, text

from core.clock import wall_now
from core.settings import load_settings
from pipelines.backups.restore import restore_backup
from pipelines.backups.take import take_backup
from reports.scores.scorecards import scorecard
from reports.values import ValuesQuery, values
from schemas.catalog.stored import catalog_version, history, read_catalog
from schemas.identity.readers import OPERATOR
from schemas.migrate import alembic_config, migrate, newest_revision
from tests.conftest import administer

DAY_1, DAY_2, DAY_3 = "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"
METRIC = {
    "metric_id": "revenue",
    "name": "Revenue",
    "business_domain": "SHOP",
    "definition": {"formula": "SUM(order.value)"},
    "data": {"time_grain": ["day"]},
}
VALUE = {
    "metric_id": "revenue", "grain": "day", "slice": "", "period_start": DAY_1, "period_end": DAY_2,
    "is_complete": True, "value": 30.5, "sample_count": 2, "is_carried": False, "status": "ok",
    "definition_version": "1.0.0", "definition_hash": "h", "publication_id": 1,
}  # fmt: skip
SCORE = {"as_of_date": "2026-03-03", "provenance": "computed", "evidence": {}, "publication_id": 1}
FILE = {
    "file_id": "f", "source_id": "orders", "path": "orders/one.csv", "size_bytes": 9, "staged_at": DAY_2,
}  # fmt: skip
# revision -> what an MDL of that time wrote, table by table
WRITTEN: Mapping[str, list[tuple[str, dict[str, Any]]]] = {
    "0001": [
        ("catalog.state", {"id": 1, "version": 4, "headers": []}),
        *(
            (f"catalog.{table}", {"kind": "metric", "document_id": "revenue", "version": "1.0.0", "revision": 1,
                                  "content": METRIC, "content_hash": "c"} | rest)
            for table, rest in {
                "documents": {"updated_at": DAY_1, "is_deleted": False},
                "document_history": {"change": "created", "changed_fields": [], "changed_by": "eve",
                                     "origin": "api", "changed_at": DAY_1},
            }.items()
        ),
        ("catalog.documents", {"kind": "domain", "document_id": "SHOP", "version": "1.0.0", "revision": 1,
                               "content": {"domain_id": "SHOP", "name": "Shop"}, "content_hash": "d",
                               "updated_at": DAY_1, "is_deleted": False}),
        ("ops.publications", {"published_at": DAY_3, "created_at": DAY_3, "as_of": DAY_3, "data_through": DAY_2,
                              "timezone": "UTC", "lake_version": 1, "catalog_version": 4, "values_changed": 2,
                              "values_computed": 2, "scope": {}}),
        ("marts.metric_values", VALUE),
        ("marts.metric_value_revisions", VALUE | {"value": 29.0, "publication_id": 1, "superseded_by": 1}),
        ("marts.metric_slices", {"metric_id": "revenue", "grain": "day", "slice": "", "first_period_start": DAY_1}),
        ("marts.published_metrics", {"metric_id": "revenue", "name": "Revenue", "kind": "computed",
                                     "grains": ["day"], "slice_sets": [[]], "current_grain": "day",
                                     "definition_version": "1.0.0", "definition_hash": "h", "publication_id": 1}),
        ("marts.domain_scorecards", SCORE | {"domain_id": "SHOP", "name": "Shop", "health": 50.0, "coverage": 1.0,
                                             "metrics_ok": 1, "metrics_warning": 1, "metrics_critical": 0,
                                             "metrics_no_data": 2}),
        ("ops.ingested_files", FILE | {"content_hash": "1-m", "status": "rejected", "reason": "no header"}),
        ("ops.ingested_files", FILE | {"content_hash": "2-m", "status": "accepted", "row_count": 2,
                                       "accepted_count": 2}),
        ("ops.quarantined_rows", {"file_id": "f", "content_hash": "2-m", "row_number": 3, "source_id": "orders",
                                  "reasons": ["no date"], "raw": {"at": "never"}, "quarantined_at": DAY_2}),
        ("ops.source_cursors", {"source_id": "crm", "cursor_value": {"id": 7}, "updated_at": DAY_2}),
    ],
    "0002": [
        ("identity.users", {"username": "eve", "role": "admin", "password_hash": "argon", "must_change_password": False,
                            "is_active": True, "failed_sign_ins": 3, "locked_until": DAY_3, "created_at": DAY_1}),
        ("identity.api_keys", {"key_id": "k", "user_id": 1, "name": "etl", "key_hash": "h", "role": "viewer",
                               "created_at": DAY_1, "expires_at": DAY_3}),
        ("identity.audit_log", {"happened_at": DAY_1, "actor": "user:eve", "action": "sign_in", "target": "",
                                "outcome": "done", "detail": {}}),
    ],
    "0004": [
        ("ops.incidents", {"subject_kind": "metric", "subject_id": "revenue", "rule_id": "thresholds", "slice": "",
                           "state": "firing", "severity": "warning", "title": "Revenue fell", "opened_at": DAY_2,
                           "fired_at": DAY_2, "evidence": {}, "channels": ["slack"], "playbooks": []}),
        ("ops.incident_events", {"incident_id": 1, "event": "opened", "happened_at": DAY_2, "actor": "mdl",
                                 "detail": {}}),
        ("ops.silences", {"starts_at": DAY_1, "ends_at": DAY_2, "reason": "holiday", "created_by": "eve",
                          "created_at": DAY_1}),
    ],
    "0011": [
        ("ops.report_runs", {"report_id": "weekly", "grain": "week", "period_start": DAY_1, "period_end": DAY_3,
                             "due_at": DAY_3, "wait_until": DAY_3, "state": "sent"}),
    ],
}  # fmt: skip
# what an upgrade changes on purpose
CHANGED = {
    ("ops.ingested_files", "1-m", "status"): "replaced",
    ("identity.users", "eve", "failed_sign_ins"): 0,
    ("identity.users", "eve", "locked_until"): None,
}


@pytest.fixture
def unmade(postgres_url: str) -> Iterator[Engine]:
    """A database in which nothing was ever made."""
    name = f"upgrade_{wall_now():%H%M%S%f}"
    administer(postgres_url, f"create database {name}")
    engine = create_engine(
        make_url(postgres_url).set(database=name), connect_args={"options": "-c timezone=UTC"}
    )
    yield engine
    engine.dispose()
    administer(postgres_url, f"drop database {name} with (force)")


def upgrade(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), revision)


def write(connection: Connection, table: str, row: Mapping[str, Any]) -> None:
    """Insert a row; what is no text or number is JSON."""
    values = {
        name: json.dumps(value) if isinstance(value, list | dict) else value for name, value in row.items()
    }
    names = ", ".join(values)
    connection.execute(
        text(f"insert into {table} ({names}) values ({', '.join(f':{name}' for name in values)})"), values
    )


def rows(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that something was written to."""
    tables = dict.fromkeys(table for written in WRITTEN.values() for table, _ in written)
    there = [table for table in tables if connection.scalar(text("select to_regclass(:t)"), {"t": table})]
    return {
        table: list(connection.scalars(text(f"select to_jsonb(t) from {table} t order by t")))
        for table in there
    }


def expected(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row as it is to be after all upgrades."""
    key = row.get("content_hash") or row.get("username")
    return {name: CHANGED.get((table, str(key), name), value) for name, value in row.items()}


def made_at(engine: Engine, revision: str) -> dict[str, list[dict[str, Any]]]:
    """Bring a database to a revision by way of those before, each writing what it wrote; the rows as written."""
    before: dict[str, list[dict[str, Any]]] = {}
    for at, written in WRITTEN.items():
        if at > revision:
            break
        upgrade(engine, at)
        with engine.begin() as connection:
            for table, row in written:
                write(connection, table, row)
        with engine.connect() as connection:
            found = rows(connection)
        before |= {table: found[table] for table, _ in written}
    return before


def kept(engine: Engine, before: Mapping[str, list[dict[str, Any]]]) -> None:
    """Insist that whatever stood in a column still stands there."""
    with engine.connect() as connection:
        after = rows(connection)
    for table, found in before.items():
        assert len(after[table]) == len(found), table
        for wanted in (expected(table, row) for row in found):
            assert wanted in [{name: row.get(name) for name in wanted} for row in after[table]], table


def test_an_installation_of_the_oldest_schema_reads_after_all_upgrades_as_it_was_written(
    unmade: Engine,
) -> None:
    before = made_at(unmade, newest_revision())
    migrate(unmade)
    kept(unmade, before)
    with unmade.connect() as connection:
        (value,) = values(connection, ValuesQuery("revenue"), OPERATOR).rows
        card = scorecard(connection, OPERATOR)
        catalog, version = read_catalog(connection), catalog_version(connection)
        (revision,) = history(connection, "revenue")
    assert (value.value, value.status, value.period_start) == (30.5, "ok", datetime(2026, 3, 1, tzinfo=UTC))
    assert [(domain.name, domain.health, domain.metrics_count) for domain in card.domains] == [
        ("Shop", 50.0, 4)
    ]
    assert (version, list(catalog.metrics), catalog.metrics["revenue"].name) == (4, ["revenue"], "Revenue")
    assert (revision.change, revision.changed_by) == ("created", "eve")


@pytest.mark.parametrize("revision", ["0001", "0004"])
def test_a_backup_of_an_older_schema_is_restored_and_brought_to_the_newest(
    revision: str, unmade: Engine, tmp_path: Path, new_database: Callable[[], str]
) -> None:
    before = made_at(unmade, revision)
    old = load_settings(home=tmp_path / "old", database_url=unmade.url.render_as_string(hide_password=False))
    backup = take_backup(old, unmade, str(tmp_path / "backups"), wall_now(), lambda: None)
    assert backup.manifest.schema_revision == revision

    new = load_settings(home=tmp_path / "new", database_url=new_database())
    engine = create_engine(
        str(new.database_url and new.database_url.get_secret_value()),
        connect_args={"options": "-c timezone=UTC"},
    )
    restore_backup(new, engine, backup.folder.path)

    kept(engine, before)
    with engine.connect() as connection:
        assert connection.scalar(text("select version_num from alembic_version")) == newest_revision()
    engine.dispose()
