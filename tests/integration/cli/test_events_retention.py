"""`mdl events retention`, on a lake of ten days and a catalog that says how long they are kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from cli.main import cli
from core.settings import load_settings
from pipelines.lake import Lake
from schemas.catalog.store import apply
from schemas.documents.load import load_documents
from tests.build_marts import utc
from tests.integration.pipelines.lake.builders import Event, give

DOCUMENTS: list[dict[str, Any]] = [
    {
        "source_id": "shop",
        "format": "csv",
        "path": "*.csv",
        "event_column": "kind",
        "timestamp": "at",
    },
    {
        "metric_id": "ORDERS",
        "name": "Orders",
        "definition": {"formula": "COUNT(order)"},
        "data": {"data_retention": "3 days"},
    },
    {
        "metric_id": "LOGINS",
        "name": "Logins",
        "definition": {"formula": "COUNT(login)"},
        "data": {"data_retention": "as the law says"},
    },
]


@pytest.fixture
def _installation(
    database: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MDL_DATABASE_URL", database_url)
    monkeypatch.setenv("MDL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MDL_AS_OF", "2013-01-10T12:00:00Z")
    lake = Lake(load_settings().lake_path)
    rows = [Event(day * 1440, 1.0, event=event) for day in range(10) for event in ("order", "login", "other")]
    give(lake, 1, {"a": rows})
    with database.begin() as connection:
        apply(
            connection,
            load_documents(DOCUMENTS, "test").catalog,
            changed_by="test",
            origin_of=lambda _kind, _id: "test",
            now=utc("2013-01-10"),
        )


@pytest.mark.usefixtures("_installation")
def test_each_kind_is_listed_with_its_length_and_the_rows_that_are_older() -> None:
    """As of 10 January events before the seventh are older than three whole days: six of ten."""
    done = CliRunner().invoke(cli, ["events", "retention", "--format", "json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    columns = ("event", "days", "before", "past", "metrics", "kept_by")
    assert [tuple(row[name] for name in columns) for row in json.loads(done.output)] == [
        ("login", None, None, 0, 1, "LOGINS"),
        ("order", 3, "2013-01-07", 6, 1, ""),
        ("other", None, None, 0, 0, ""),
    ]
