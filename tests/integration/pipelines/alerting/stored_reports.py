"""Reports that were made and lie in the archive, small and real, as tests send them."""

import base64
import hashlib
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from pypdf import PdfWriter
from sqlalchemy import Engine, insert, text

from pipelines.alerting.delivery.report_outbox import queue_report
from reports.cells import Figure, Table
from reports.workbooks.tables import to_xlsx
from schemas.tables import report_archive, report_runs
from tests.integration.pipelines.alerting.receivers import NOW

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HTML = (
    '<!DOCTYPE html><html><body><h1>Wöchentlich \u0623</h1><p><data value="63.25">63.25%</data></p>'
    '<img src="cid:pace.png" alt=""></body></html>'
)
TEXT = "Wöchentlich \u0623\n\ncancelled 63.25%\n"
MONDAY = datetime(2026, 11, 16, 5, tzinfo=UTC)
"""The first instant of the week, by the clock of New York."""


@cache
def pdf() -> bytes:
    book, sink = PdfWriter(), io.BytesIO()
    book.add_blank_page(100, 100)
    book.write(sink)
    return sink.getvalue()


@cache
def workbook() -> bytes:
    return to_xlsx([Table("metrics", "Metrics", {"value": "Value"}, [{"value": Figure(63.25, "%")}])])


def files() -> list[tuple[str, str, str, bytes]]:
    """Name, format, media type and bytes of all that one report has."""
    stem = "weekly-week-2026-11-16"
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return [
        (f"{stem}.html", "html", "text/html; charset=utf-8", HTML.encode()),
        (f"{stem}.txt", "text", "text/plain; charset=utf-8", TEXT.encode()),
        ("pace.png", "image", "image/png", PNG),
        (f"{stem}.pdf", "pdf", "application/pdf", pdf()),
        (f"{stem}.xlsx", "xlsx", sheet, workbook()),
    ]


def words(text: str) -> dict[str, Any]:
    """A part of a sentence that is no number."""
    return {"kind": "text", "value": text}


def contents(**changed: Any) -> dict[str, Any]:
    """What a run keeps of a report: cover, summary and a table of two metrics."""
    cover = {
        "report_id": "weekly",
        "name": "Weekly scorecard",
        "owner_team": "ops",
        "period": {"grain": "week", "start": "2026-11-16T00:00:00-05:00", "end": "2026-11-23T00:00:00-05:00"},
        "published_at": "2026-11-23T01:30:00-05:00",
        "data_through": "2026-11-22T23:58:00-05:00",
        "quality": "warning",
        "doubts": ["rows were refused"],
        **changed.pop("cover", {}),
    }
    pieces = [words("Cancelled: "), {"kind": "figure", "value": 63.25, "unit": "%"}]
    change = [words(" after "), {"kind": "change", "value": 12.5, "is_good": False}]
    rows = [
        {"status": {"kind": "status", "value": "critical"}},
        {"status": {"kind": "status", "value": "ok"}},
    ]
    return {
        "locale": "en",
        "cover": cover,
        "summary": [
            {"pieces": pieces + change, "is_good": False},
            {"pieces": [words("All else stands.")], "is_good": None},
        ],
        "sections": [{"name": "metrics", "tables": [{"rows": rows}]}],
        "metrics": ["cancelled"],
        "hidden": [],
        **changed,
    }


def made_report(
    engine: Engine,
    *targets: str,
    kept: Mapping[str, Any] | None = None,
    archived: Iterable[tuple[str, str, str, bytes]] | None = None,
    **changed: Any,
) -> int:
    """A run that was made this minute and is queued for the targets; returns its id."""
    run = {
        "report_id": "weekly",
        "grain": "week",
        "period_label": "2026-11-16",
        "period_start": MONDAY,
        "period_end": MONDAY + timedelta(days=7),
        "due_at": NOW,
        "wait_until": NOW,
        "state": "made",
        "contents": contents() if kept is None else kept,
        "audience": {"role": "viewer", "team": None},
        "made_at": NOW,
        **changed,
    }
    with engine.begin() as connection:
        run_id: int = connection.execute(
            insert(report_runs).values(run).returning(report_runs.c.run_id)
        ).scalar_one()
        for name, kind, media_type, content in files() if archived is None else archived:
            row = {"run_id": run_id, "name": name, "format": kind, "media_type": media_type}
            row |= {"content": content, "content_hash": hashlib.sha256(content).hexdigest()}
            connection.execute(insert(report_archive).values(row | {"size_bytes": len(content)}))
        queue_report(connection, run_id, targets, NOW)
    return run_id


def ended(engine: Engine) -> list[tuple[Any, ...]]:
    """(run, state, reason) of every run, in order."""
    with engine.connect() as connection:
        rows = connection.execute(text("select run_id, state, reason from ops.report_runs order by run_id"))
        return [tuple(row) for row in rows]


def sent(engine: Engine) -> list[tuple[Any, ...]]:
    """(run, target, state) of every report in the outbox, in order."""
    statement = (
        "select report_run_id, target, state from ops.deliveries where event = 'report' order by delivery_id"
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]
