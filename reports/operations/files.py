"""Delivered files as the books have them: what became of each, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from reports.sources import seen_sources
from schemas.identity.readers import Reader
from schemas.paging import page_of
from schemas.tables import ingested_files

STATES = ("accepted", "staged", "rejected", "lost", "dismissed", "gone", "replaced")


@dataclass(frozen=True)
class DeliveredFile:
    """One delivered content of a path.

    state: accepted (in the lake), staged (waits for validation), rejected (refused whole), lost (went with the lake and
    not there to be read again), dismissed (refused and set aside), gone (refused, and its path holds nothing any more)
    or replaced (another content of the path took its place). seen_at: when it was read last.
    restricted: its source is behind a metric that the reader may not see; reasons, which may quote rows, are not told.
    """

    path: str
    source_id: str
    state: str
    rows: int | None
    accepted: int | None
    quarantined: int | None
    reason: str | None
    modified_at: datetime | None
    seen_at: datetime
    dismissed_by: str | None
    dismissed_reason: str | None
    restricted: bool = False


def delivered_files(
    connection: Connection, reader: Reader, source_id: str | None = None, states: Iterable[str] = ()
) -> list[DeliveredFile]:
    """Files by source and path; without states those of any but `replaced`.

    One statement, two for a reader who may not see all.
    """
    table = ingested_files.c
    ordered = _files(source_id, states).order_by(table.source_id, table.path, table.delivery)
    return _read(connection, reader, ordered)


def file_page(
    connection: Connection, reader: Reader, source_id: str, states: Iterable[str], page: int, limit: int
) -> tuple[list[DeliveredFile], int]:
    """One page of the files of a source, read last first, and how many there are; states as in `delivered_files`.

    Two statements, three for a reader who may not see all.
    """
    wanted = _files(source_id, states)
    total = connection.scalar(select(func.count()).select_from(wanted.subquery()))
    newest = wanted.order_by(ingested_files.c.staged_at.desc(), ingested_files.c.delivery.desc())
    return _read(connection, reader, page_of(newest, page, limit)), int(total or 0)


def _files(source_id: str | None, states: Iterable[str]) -> Select[Any]:
    table = ingested_files.c
    wanted = tuple(states) or tuple(state for state in STATES if state != "replaced")
    statement = select(
        table.path,
        table.source_id,
        table.status.label("state"),
        table.row_count.label("rows"),
        table.accepted_count.label("accepted"),
        table.quarantined_count.label("quarantined"),
        table.reason,
        table.modified_at,
        table.staged_at.label("seen_at"),
        table.dismissed_by,
        table.dismissed_reason,
    ).where(table.status.in_(wanted))
    return statement if source_id is None else statement.where(table.source_id == source_id)


def _read(connection: Connection, reader: Reader, statement: Select[Any]) -> list[DeliveredFile]:
    seen = seen_sources(connection, reader)
    return [
        DeliveredFile(**row)
        if seen is None or row["source_id"] in seen
        else DeliveredFile(**{**row, "reason": None}, restricted=True)
        for row in connection.execute(statement).mappings()
    ]
