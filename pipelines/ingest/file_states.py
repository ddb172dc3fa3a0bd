"""What becomes of delivered files, written to ops.ingested_files: staged, rejected, lost, dismissed, gone."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from fnmatch import fnmatchcase

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from pipelines.ingest.delivered_files import Known
from pipelines.ingest.landing import SourceFile
from schemas.tables import ingested_files

# what newer bytes take the place of, whatever becomes of them
_PENDING = ("staged", "rejected", "dismissed", "gone")
_DISMISSAL = ("dismissed_at", "dismissed_by", "dismissed_reason")


def record(
    connection: Connection,
    found: SourceFile,
    content: str,
    before: Known | None,
    *,
    status: str,
    now: datetime,
    row_count: int | None = None,
    reason: str | None = None,
) -> None:
    """Enter a delivery, as a new one also where the same content was delivered before.

    `before` is the newest delivery of the file until now. Where only the reading of its bytes changed, the time of
    arrival stays, and so does that somebody dismissed them. What else of the file waits or was refused is replaced.
    """
    table = ingested_files
    connection.execute(
        update(table)
        .where(
            table.c.file_id == found.file_id,
            table.c.status.in_(_PENDING),
            table.c.content_hash != content,
        )
        .values(
            status="replaced",
            reason=func.coalesce(table.c.reason, "newer bytes arrived before it was validated"),
            finished_at=func.coalesce(table.c.finished_at, now),
        )
    )
    same = before if before is not None and before.has_bytes(content) else None
    is_dismissed = status == "rejected" and same is not None and same.dismissed_at is not None
    values = {
        "source_id": found.source_id,
        "path": found.path,
        "size_bytes": found.size,
        "modified_at": found.modified_at,
        "arrival": same.order if same else None,
        "status": "dismissed" if is_dismissed else status,
        "reason": reason,
        "row_count": row_count,
        "accepted_count": None,
        "quarantined_count": None,
        "superseded_count": None,
        "staged_at": now,
        "finished_at": None if status == "staged" else now,
        **{name: getattr(same, name, None) for name in _DISMISSAL},
    }
    statement = insert(table).values(file_id=found.file_id, content_hash=content, **values)
    again = {name: statement.excluded[name] for name in values}
    next_delivery = func.nextval(func.pg_get_serial_sequence("ops.ingested_files", "delivery"))
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[table.c.file_id, table.c.content_hash], set_={**again, "delivery": next_delivery}
        )
    )


def lose_lake(connection: Connection, now: datetime) -> None:
    """Note that the lake holds nothing any more: whatever it held is read again where and when it is found."""
    table = ingested_files.c
    connection.execute(
        update(ingested_files)
        .where(table.status == "accepted", table.accepted_count > 0)
        .values(
            status="lost", reason="the lake was lost and the file has not been read again", finished_at=now
        )
    )


def set_aside(
    connection: Connection,
    names: Iterable[str],
    source_id: str | None,
    actor: str,
    reason: str,
    now: datetime,
) -> list[str]:
    """Dismiss refused and lost files whose path is a name or matches it as a pattern; their paths.

    A lost one counts as gone, so that it is read should it come back.
    """
    table, wanted = ingested_files.c, tuple(names)
    refused = select(table.file_id, table.content_hash, table.path, table.status).where(
        table.status.in_(["rejected", "lost"]), *([table.source_id == source_id] if source_id else [])
    )
    chosen = [
        row
        for row in connection.execute(refused.order_by(table.path)).all()
        if any(row.path == name or fnmatchcase(row.path, name) for name in wanted)
    ]
    for row in chosen:
        connection.execute(
            update(ingested_files)
            .where(table.file_id == row.file_id, table.content_hash == row.content_hash)
            .values(
                status="dismissed" if row.status == "rejected" else "gone",
                dismissed_at=now,
                dismissed_by=actor,
                dismissed_reason=reason,
            )
        )
    return [row.path for row in chosen]


def leave(
    connection: Connection, present: Mapping[str, Collection[str]], known: Iterable[str], now: datetime
) -> None:
    """Mark as gone what was refused and is no longer to be found.

    Args:
        connection: a transaction; the caller commits.
        present: ids of the files that there are, by source; sources that did not answer are left out.
        known: ids of all sources of the catalog.
        now: of the wall clock.
    """
    table = ingested_files.c
    rejected = select(table.file_id, table.source_id).where(table.status == "rejected")
    gone = [
        row.file_id
        for row in connection.execute(rejected)
        if row.file_id not in present.get(row.source_id, (row.file_id,)) or row.source_id not in set(known)
    ]
    if gone:
        connection.execute(
            update(ingested_files)
            .where(table.status == "rejected", table.file_id.in_(gone))
            .values(status="gone", finished_at=now)
        )


def touch(connection: Connection, seen: Iterable[tuple[SourceFile, str]], now: datetime) -> None:
    """Note the new size and time of files whose bytes turned out to be the same."""
    rows = [
        {"key": found.file_id, "content": content, "size": found.size, "time": found.modified_at, "now": now}
        for found, content in seen
    ]
    if rows:
        statement = (
            update(ingested_files)
            .where(
                ingested_files.c.file_id == bindparam("key"),
                ingested_files.c.content_hash == bindparam("content"),
            )
            .values(size_bytes=bindparam("size"), modified_at=bindparam("time"), staged_at=bindparam("now"))
        )
        connection.execute(statement, rows)
