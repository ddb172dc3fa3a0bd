"""A report in the formats that it is wanted in."""

import json
from collections.abc import Collection
from html import escape

from reports.documents.as_json import contents_of
from reports.documents.file import ReportFile, stem_of
from reports.documents.model import ReportDocument


def write_report(document: ReportDocument, formats: Collection[str]) -> list[ReportFile]:
    """The files of a report: HTML always."""
    period = document.cover.period
    stem = stem_of(document.cover.report_id, period.start, period.grain)
    body = f"<pre>{escape(json.dumps(contents_of(document)))}</pre>".encode()
    return [ReportFile(f"{stem}.{each}", "html", "text/html", body) for each in {"html", *formats}]
