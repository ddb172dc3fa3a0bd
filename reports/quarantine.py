"""Refused rows and the reasons, as `mdl events quarantine` lists them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from schemas.tables import ingested_files, quarantined_rows


@dataclass(frozen=True)
class QuarantinedRow:
    """One refused row of a delivery; `file_status` tells whether the rest of its file was accepted."""

    source_id: str
    path: str
    file_status: str
    row_number: int
    reasons: list[str]
    raw: object
    quarantined_at: datetime


def quarantine(
    connection: Connection, source_id: str | None = None, path: str | None = None, limit: int = 100
) -> list[QuarantinedRow]:
    """Refused rows, the newest deliveries first, at most `limit`; of one source or path where named."""
    row, file = quarantined_rows.c, ingested_files.c
    query = (
        select(
            row.source_id, file.path, file.status, row.row_number, row.reasons, row.raw, row.quarantined_at
        )
        .join(ingested_files, (file.file_id == row.file_id) & (file.content_hash == row.content_hash))
        .order_by(file.delivery.desc(), row.row_number)
        .limit(limit)
    )
    if source_id is not None:
        query = query.where(row.source_id == source_id)
    if path is not None:
        query = query.where(file.path == path)
    return [QuarantinedRow(*values) for values in connection.execute(query)]
