"""Rows that validation refused, with every reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from reports.sources import seen_sources
from schemas.identity.readers import Reader
from schemas.paging import page_of
from schemas.tables import ingested_files, quarantined_rows


@dataclass(frozen=True)
class QuarantinedRow:
    """One refused row; `raw` is the row as delivered, `row_number` counts from 1.

    restricted: its source is behind a metric that the reader may not see; then neither row nor reasons are told.
    """

    source_id: str
    path: str
    row_number: int
    reasons: tuple[str, ...]
    raw: Any
    quarantined_at: datetime
    restricted: bool = False


def quarantined(
    connection: Connection,
    reader: Reader,
    source_id: str | None = None,
    path: str | None = None,
    limit: int = 50,
    page: int = 1,
) -> list[QuarantinedRow]:
    """A page of refused rows, of the newest deliveries first, in the order of the file; contents replaced are left out.

    One statement, two for a reader who may not see all.
    """
    rows, files = quarantined_rows, ingested_files
    query = _rows(source_id, path).order_by(files.c.delivery.desc(), rows.c.row_number)
    seen = seen_sources(connection, reader)
    return [
        QuarantinedRow(**{**row, "reasons": tuple(row["reasons"])})
        if seen is None or row["source_id"] in seen
        else QuarantinedRow(**{**row, "reasons": (), "raw": None}, restricted=True)
        for row in connection.execute(page_of(query, page, limit)).mappings()
    ]


def quarantined_page(
    connection: Connection, reader: Reader, source_id: str, path: str | None, page: int, limit: int
) -> tuple[list[QuarantinedRow], int]:
    """As `quarantined`, and how many there are. Two statements, three for a reader who may not see all."""
    total = connection.scalar(select(func.count()).select_from(_rows(source_id, path).subquery()))
    return quarantined(connection, reader, source_id, path, limit, page), int(total or 0)


def _rows(source_id: str | None, path: str | None) -> Select[Any]:
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
    )
    if source_id is not None:
        query = query.where(rows.c.source_id == source_id)
    return query if path is None else query.where(files.c.path == path)
