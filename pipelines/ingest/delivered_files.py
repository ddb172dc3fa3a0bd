"""The books of delivered files in ops.ingested_files: what is known, staged, rejected."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from sqlalchemy import Connection, Engine, bindparam, exists, func, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from pipelines.ingest.landing import SourceFile
from schemas.documents.documents import Source
from schemas.tables import ingested_files

# what of a source decides how its bytes read and whether they pass
_MAPPING = {
    "format",
    "event",
    "event_column",
    "timestamp",
    "dimensions",
    "fields",
    "null_values",
    "unique_key",
    "max_bad_ratio",
    "ranges",
    "expected_rows",
    "connection",
    "query",
    "cursor",
}
# the same of fields that came later: one that is left at its default is not hashed, so that no file is read anew for it
_LATER = {
    "encoding",
    "delimiter",
    "quote",
    "decimal",
    "thousands",
    "skip_rows",
    "skip_footer",
    "records",
    "sheet",
}

# what newer bytes take the place of, whatever becomes of them
_PENDING = ("staged", "rejected", "dismissed", "gone")
_DISMISSAL = ("dismissed_at", "dismissed_by", "dismissed_reason")
_NOT_READ = ("gone", "lost")


@dataclass(frozen=True)
class Known:
    """The newest delivery of a file as the books have it.

    `delivery` is the number of the attempt, by which the lake knows what it holds. `arrival` is the first attempt with
    these bytes at this path since it held others, None where that is this one; see `order`.
    """

    file_id: str
    content_hash: str
    source_id: str
    path: str
    delivery: int
    arrival: int | None
    status: str
    size_bytes: int
    modified_at: datetime | None
    staged_at: datetime
    reason: str | None
    row_count: int | None
    accepted_count: int | None
    dismissed_at: datetime | None
    dismissed_by: str | None
    dismissed_reason: str | None

    @property
    def order(self) -> int:
        """When these bytes arrived, compared with others: of rows with one key the one of the highest lives."""
        return self.arrival or self.delivery

    def has_bytes(self, content: str) -> bool:
        """Whether a content is of the same bytes, however they were read."""
        return self.content_hash.partition("-")[0] == content.partition("-")[0]

    @property
    def is_read(self) -> bool:
        """Whether what became of it still stands: the lake was not lost since, nor was it ever away."""
        return self.status not in _NOT_READ

    @property
    def staged_name(self) -> str:
        """Name of the staged rows' file."""
        return staged_name(self.file_id, self.content_hash)


def mapping_hash(source: Source) -> str:
    """Twelve hexadecimal digits that change with whatever decides how a source's bytes are read."""
    document = source.model_dump(mode="json", include=_MAPPING)
    document |= source.model_dump(mode="json", include=_LATER, exclude_defaults=True)
    if source.timestamp.ambiguous == "earlier":
        del document["timestamp"]["ambiguous"]
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:12]


def content_hash(digest: str, mapping: str) -> str:
    """Identity of a delivered content: the sha256 of its bytes, then how they were read."""
    return f"{digest}-{mapping}"


def staged_name(file: str, content: str) -> str:
    """Name of the staged rows of one content of a file."""
    digest, _, mapping = content.partition("-")
    return f"{file}-{digest[:12]}-{mapping}.parquet"


def newest_deliveries(engine: Engine, source_ids: Iterable[str]) -> dict[str, Known]:
    """The newest delivery of every file of the sources, by file id."""
    table = ingested_files.c
    query = (
        select(*(table[name] for name in Known.__annotations__))
        .where(table.source_id.in_(list(source_ids)))
        .ext(distinct_on(table.file_id))
        .order_by(table.file_id, table.delivery.desc())
    )
    with engine.connect() as connection:
        return {row["file_id"]: Known(**row) for row in connection.execute(query).mappings()}


def staged_deliveries(engine: Engine) -> list[Known]:
    """Deliveries that wait for validation, in order of arrival."""
    table = ingested_files.c
    query = (
        select(*(table[name] for name in Known.__annotations__))
        .where(table.status == "staged")
        .order_by(table.delivery)
    )
    with engine.connect() as connection:
        return [Known(**row) for row in connection.execute(query).mappings()]


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


def lost_files(engine: Engine) -> dict[str, int]:
    """Rows that went with the lake and are not about to come back, by path."""
    table, newer = ingested_files.c, ingested_files.alias("newer").c
    waits = exists().where(newer.file_id == table.file_id, newer.status == "staged")
    query = (
        select(table.path, table.accepted_count).where(table.status == "lost", ~waits).order_by(table.path)
    )
    with engine.connect() as connection:
        return {row.path: row.accepted_count for row in connection.execute(query)}


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
