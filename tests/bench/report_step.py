"""One step of making a report in a process of its own, as `tests.bench.reports` measures it; prints its seconds.

`python -m tests.bench.report_step whole read|html|pdf|xlsx`; settings are those of the environment.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import click

from core.clock import wall_now
from core.database import connect
from core.settings import load_settings
from pipelines.reporting.by_hand import asked_period, report_named
from pipelines.reporting.make import document_of
from reports.documents.model import ReportDocument
from reports.publications import reading
from schemas.catalog.stored import read_catalog


def document(report_id: str) -> ReportDocument:
    """The report of its last finished period."""
    settings, now = load_settings(), wall_now()
    engine = connect(settings)
    with reading(engine) as connection:
        report = report_named(read_catalog(connection), report_id)
        period = asked_period(report, settings.zone, None, settings.as_of_utc or now)
        found = document_of(connection, settings, report, period, None, now)
    engine.dispose()
    return found


def _writing(step: str) -> Callable[[ReportDocument], Any]:
    """What writes a format; it is loaded here, since that is part of what it costs."""
    if step == "html":
        from reports.documents.html.files import html_files  # noqa: PLC0415

        return html_files
    if step == "pdf":
        from reports.documents.pdf.file import pdf_file  # noqa: PLC0415

        return pdf_file
    from reports.documents.xlsx.file import xlsx_file  # noqa: PLC0415

    return xlsx_file


def main(report_id: str, step: str) -> None:
    """Make the step; what is before it is not timed."""
    begun = time.perf_counter()
    read = document(report_id)
    if step != "read":
        begun = time.perf_counter()
        _writing(step)(read)
    click.echo(time.perf_counter() - begun)


if __name__ == "__main__":
    main(*sys.argv[1:])
