"""Builders of what reports leave in the archive, so that tests of those who read it need render none."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from schemas.tables import deliveries, report_archive, report_runs

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
NEXT = MONDAY + timedelta(days=7)


def contents(**fields: Any) -> dict[str, Any]:
    """What a report of the metric `revenue` says, as it is stored."""
    return {
        "cover": {"report_id": "weekly", "name": "Weekly scorecard"},
        "metrics": ["revenue"],
        "hidden": [],
        **fields,
    }


def add_run(connection: Connection, **fields: Any) -> int:
    """A run of the report `weekly` that was sent for the week of 2 March."""
    state = fields.get("state", "sent")
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
        "contents": contents() if is_made else None,
        "made_at": NEXT + timedelta(hours=7, minutes=1) if is_made else None,
        "ended_at": NEXT + timedelta(hours=7, minutes=2) if state in ("sent", "failed", "withheld") else None,
        **fields,
    }
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
