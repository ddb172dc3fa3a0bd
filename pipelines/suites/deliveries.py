"""Suites of deliveries: what the newest validation of every delivered file found, as PostgreSQL keeps it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pipelines.suites import EXAMPLES, Suite, SuiteVerdict
from pipelines.workspace import Workspace
from reports.operations.models import DataQuality
from reports.operations.quality import data_quality


@contextmanager
def newest_deliveries(workspace: Workspace) -> Iterator[DataQuality]:
    """Quality per source over the newest content of each file: what the landing zone stands at."""
    with workspace.engine.connect() as connection:
        quality = data_quality(connection)
    yield quality


def _verdict(rows: Sequence[Mapping[str, Any]]) -> SuiteVerdict:
    return SuiteVerdict(len(rows), tuple(rows[:EXAMPLES]))


def _rejected(quality: DataQuality) -> SuiteVerdict:
    return _verdict(
        [
            {"source": source.source_id, "files_rejected": source.files_rejected}
            for source in quality.sources
            if source.files_rejected
        ]
    )


def _quarantined(quality: DataQuality) -> SuiteVerdict:
    return _verdict(
        [
            {
                "source": source.source_id,
                "rows_delivered": source.rows_delivered,
                "rows_quarantined": source.rows_quarantined,
            }
            for source in quality.sources
            if source.rows_quarantined
        ]
    )


def _unmet(quality: DataQuality) -> SuiteVerdict:
    return _verdict(
        [
            {
                "suite": one.suite,
                "expectation": one.expectation,
                "column": one.column_name,
                "files": one.failed_files,
                "unexpected": one.unexpected_count,
                "of": one.element_count,
            }
            for source in quality.sources
            for one in source.expectations
            if one.failed_files
        ]
    )


# not one check per source: the catalog may gain one while Dagster serves, and its checks are fixed when it loads
DELIVERY_SUITES: list[Suite[DataQuality]] = [
    Suite(
        "no_file_is_rejected",
        "The newest content of every file was fit to be taken; nothing of a rejected file counts.",
        _rejected,
    ),
    Suite(
        "no_row_is_quarantined",
        "No source delivered rows that were refused; `mdl events quarantine` lists them with every reason.",
        _quarantined,
        severity="warn",
    ),
    Suite(
        "every_expectation_holds",
        "Every expectation of every source's suite holds for the newest content of its files.",
        _unmet,
        severity="warn",
    ),
]
