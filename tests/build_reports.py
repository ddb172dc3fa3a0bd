"""Builders of what reports leave in the archive, so that tests of those who read it need render none."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from schemas.tables import deliveries, report_archive, report_runs

# midnight in Berlin
MONDAY = datetime(2026, 3, 1, 23, tzinfo=UTC)
NEXT = MONDAY + timedelta(days=7)


def contents(text: str = "Weekly scorecard", **fields: Any) -> dict[str, Any]:
    """What a report of the metric `revenue` says, as it is stored; `text` stands wherever people may write."""
    start, end = MONDAY.isoformat(), NEXT.isoformat()
    said = {"kind": "text", "value": f"{text} rose by "}
    row = {
        "metric": {"kind": "link", "value": text, "href": "/metrics/revenue", "note": "revenue"},
        "status": {"kind": "status", "value": "ok"},
        "value": {"kind": "figure", "value": 271828.5, "unit": "EUR"},
        "change": {"kind": "change", "value": 12.5, "is_good": True},
        "recent": {"kind": "trend", "value": [1, None, 3]},
        "since": {"kind": "period", "value": start, "grain": "week"},
        "through": {"kind": "instant", "value": "2026-03-08T23:00:00+01:00"},
        "day": {"kind": "day", "value": "2026-03-08"},
        "hidden": {"kind": "restricted", "value": "restricted"},
        "foreign": {"kind": "link", "value": text, "href": "javascript:alert(1)", "note": ""},
        "none": {"kind": "none", "value": None},
    }
    table = {
        "name": "metrics",
        "caption": text,
        "columns": [{"key": key, "heading": f"{key} {text}"} for key in row],
        "rows": [row],
    }
    chart = {
        "name": "revenue",
        "title": text,
        "description": text,
        "columns": ["period", text],
        "rows": [["2026-03-02", 57.25]],
        "moments": [],
    }
    section = {
        "name": "metrics",
        "title": text,
        "sentences": [{"is_good": False, "pieces": [said, {"kind": "change", "value": -3.5}]}],
        "tables": [table],
        "illustrations": [chart],
        "parts": [],
    }
    return {
        "version": 1,
        "cover": {
            "report_id": "weekly",
            "name": text,
            "description": text,
            "owner_team": "sales",
            "period": {"grain": "week", "start": start, "end": end},
            "audience": "viewers",
            "made_at": "2026-03-09T08:01:00+01:00",
            "publication_id": 1,
            "published_at": "2026-03-09T07:00:00+01:00",
            "data_through": "2026-03-08T23:00:00+01:00",
            "timezone": "Europe/Berlin",
            "quality": "warning",
            "doubts": [text],
            "link": None,
        },
        "locale": "de",
        "paper": "a4",
        "summary": [{"is_good": True, "pieces": [said, {"kind": "share", "value": 0.25}]}],
        "sections": [section | {"parts": [section | {"name": "part"}]}],
        "metrics": ["visits"],
        "hidden": [],
        **fields,
    }


def add_run(connection: Connection, **fields: Any) -> int:
    """A run of the report `weekly` that was sent for the week of 2 March."""
    state = fields.get("state", "sent")
    of = ["revenue"] if fields.get("shows_restricted") else ["visits"]
    is_made = state in ("made", "sent", "failed")
    row = {
        "report_id": "weekly",
        "grain": "week",
        "period_start": MONDAY,
        "period_end": NEXT,
        "edition": 1,
        "due_at": NEXT + timedelta(hours=7),
        "wait_until": NEXT + timedelta(hours=13),
        "state": state,
        "publication_id": None,
        "audience": {"role": "viewer", "team": None},
        "contents": contents(metrics=of) if is_made else None,
        "made_at": NEXT + timedelta(hours=7, minutes=1) if is_made else None,
        "ended_at": NEXT + timedelta(hours=7, minutes=2) if state in ("sent", "failed", "withheld") else None,
        **fields,
    }
    written = "%Y-%m-%dT%H:%MZ" if row["grain"] in ("minute", "hour") else "%Y-%m-%d"
    row.setdefault("period_label", f"{row['period_start'] + timedelta(hours=1):{written}}")
    return int(connection.execute(insert(report_runs).values(row)).inserted_primary_key[0])  # type: ignore[index]


def add_file(connection: Connection, run_id: int, name: str = "weekly.pdf", **fields: Any) -> bytes:
    """A file of a run; answers its bytes."""
    content: bytes = fields.setdefault("content", b"%PDF-1.7 a report")
    row = {
        "run_id": run_id,
        "name": name,
        "format": name.rpartition(".")[2],
        "media_type": "application/pdf",
        "content_hash": hashlib.sha256(content).hexdigest(),
        "size_bytes": len(content),
        **fields,
    }
    connection.execute(insert(report_archive).values(row))
    return content


def add_report_delivery(connection: Connection, run_id: int, **fields: Any) -> None:
    """That a run was delivered to a channel."""
    row = {
        "report_run_id": run_id,
        "event": "report",
        "target": "email:board@example.com",
        "state": "delivered",
        "attempts": 1,
        "created_at": NEXT,
        "next_attempt_at": NEXT,
        "ended_at": NEXT,
        **fields,
    }
    connection.execute(insert(deliveries).values(row))
