"""Refused rows and files of sources that stand behind a metric which the reader may not see."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine, insert, text

from reports.operations.files import delivered_files
from reports.operations.quarantine import quarantined
from reports.sources import seen_sources
from schemas.identity.readers import OPERATOR, CatalogAccess, MetricAccess, Reader
from schemas.identity.roles import Role
from schemas.tables import ingested_files, published_metrics, quarantined_rows

AT = datetime(2026, 3, 4, tzinfo=UTC)
CATALOG = CatalogAccess(
    {"pay": MetricAccess("restricted", owners=frozenset(["hr"])), "visits": MetricAccess()}
)
VIEWER, OWNER = (Reader("zoe", team, Role.VIEWER, CATALOG) for team in (None, "hr"))
SOURCES = {"payroll": ["pay"], "web": ["visits"], "both": ["pay", "visits"], "unread": []}


@pytest.fixture
def delivered(database: Engine) -> Engine:
    """A refused row of each source, of which metrics read as SOURCES says."""
    with database.begin() as connection:
        for source in SOURCES:
            _refuse(connection, source)
        for metric_id in CATALOG.metrics:
            row = {
                "metric_id": metric_id,
                "name": metric_id,
                "kind": "computed",
                "grains": ["day"],
                "slice_sets": [[]],
                "current_grain": "day",
                "definition_version": "1.0.0",
                "definition_hash": "x",
                "publication_id": 1,
                "sources": [source for source, metrics in SOURCES.items() if metric_id in metrics],
            }
            connection.execute(insert(published_metrics).values(row))
    return database


def _refuse(connection: Connection, source: str) -> None:
    file = {"file_id": source, "content_hash": "h", "source_id": source}
    about = {"path": f"{source}.csv", "size_bytes": 1, "status": "rejected", "reason": "row 1 says 42"}
    connection.execute(insert(ingested_files).values(**file, **about, staged_at=AT))
    row = {"row_number": 1, "reasons": ["42 is no name"], "raw": {"name": 42}, "quarantined_at": AT}
    connection.execute(insert(quarantined_rows).values(**file, **row))


def test_rows_and_reasons_are_told_of_sources_behind_nothing_that_is_hidden(delivered: Engine) -> None:
    with delivered.connect() as connection:
        rows = {row.source_id: row for row in quarantined(connection, VIEWER)}
        files = {file.source_id: file for file in delivered_files(connection, VIEWER)}
    for source in ("payroll", "both", "unread"):
        assert (rows[source].restricted, rows[source].raw, rows[source].reasons) == (True, None, ())
        assert (rows[source].path, rows[source].row_number) == (f"{source}.csv", 1)
        assert (files[source].restricted, files[source].reason) == (True, None)
    assert (rows["web"].restricted, rows["web"].raw) == (False, {"name": 42})
    assert (files["web"].restricted, files["web"].reason) == (False, "row 1 says 42")


@pytest.mark.parametrize("reader", [OWNER, OPERATOR])
def test_those_who_may_read_every_metric_are_told_all(delivered: Engine, reader: Reader) -> None:
    with delivered.connect() as connection:
        assert seen_sources(connection, reader) is None
        assert [row.raw for row in quarantined(connection, reader)] == [{"name": 42}] * len(SOURCES)
        # whether or not a run has published what it read
        connection.execute(text("delete from marts.published_metrics"))
        assert seen_sources(connection, VIEWER) == frozenset()
