"""Rows that validation refused, with every reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from schemas.tables import ingested_files, quarantined_rows


@dataclass(frozen=True)
class QuarantinedRow:
    """One refused row; `raw` is the row as delivered, `row_number` counts from 1."""

    source_id: str
    path: str
    row_number: int
    reasons: tuple[str, ...]
    raw: Any
    quarantined_at: datetime


def quarantined(
    connection: Connection, source_id: str | None = None, path: str | None = None, limit: int = 50
) -> list[QuarantinedRow]:
    """Refused rows of the newest deliveries first, in the order of the file; contents replaced since are left out."""
    rows, files = quarantined_rows, ingested_files
    query = (
        select(
            rows.c.source_id,
            files.c.path,
            rows.c.row_number,
            rows.c.reasons,
            rows.c.raw,
            rows.c.quarantined_at,
        )
        .join(files, (files.c.file_id == rows.c.file_id) & (files.c.content_hash == rows.c.content_hash))
        .where(files.c.status != "replaced")
        .order_by(files.c.delivery.desc(), rows.c.row_number)
        .limit(limit)
    )
    if source_id is not None:
        query = query.where(rows.c.source_id == source_id)
    if path is not None:
        query = query.where(files.c.path == path)
    return [
        QuarantinedRow(**{**row, "reasons": tuple(row["reasons"])})
        for row in connection.execute(query).mappings()
    ]
