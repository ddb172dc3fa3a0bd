"""The books of delivered files in ops.ingested_files: what is known, staged, rejected."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from pipelines.ingest.landing import Found
from schemas.catalog.documents import Source
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


@dataclass(frozen=True)
class Known:
    """The newest delivery of a file as the books have it."""

    file_id: str
    content_hash: str
    source_id: str
    path: str
    delivery: int
    status: str
    size_bytes: int
    modified_at: datetime | None
    staged_at: datetime
    row_count: int | None
    accepted_count: int | None

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
    found: Found,
    content: str,
    *,
    status: str,
    now: datetime,
    row_count: int | None = None,
    reason: str | None = None,
) -> None:
    """Enter a delivery, as a new one also where the same content was delivered before.

    An older content of the file that still waits for validation will never be wanted: it is replaced.
    """
    table = ingested_files
    connection.execute(
        update(table)
        .where(table.c.file_id == found.file_id, table.c.status == "staged", table.c.content_hash != content)
        .values(status="replaced", reason="newer bytes arrived before it was validated", finished_at=now)
    )
    values = {
        "source_id": found.source_id,
        "path": found.path,
        "size_bytes": found.size,
        "modified_at": found.modified_at,
        "status": status,
        "reason": reason,
        "row_count": row_count,
        "accepted_count": None,
        "quarantined_count": None,
        "superseded_count": None,
        "staged_at": now,
        "finished_at": None if status == "staged" else now,
    }
    statement = insert(table).values(file_id=found.file_id, content_hash=content, **values)
    again = {name: statement.excluded[name] for name in values}
    next_delivery = func.nextval(func.pg_get_serial_sequence("ops.ingested_files", "delivery"))
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[table.c.file_id, table.c.content_hash], set_={**again, "delivery": next_delivery}
        )
    )


def touch(connection: Connection, seen: Iterable[tuple[Found, str]], now: datetime) -> None:
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
