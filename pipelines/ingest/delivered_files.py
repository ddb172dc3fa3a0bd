"""Delivered files as ops.ingested_files knows them, and what their identity is; `file_states` writes there."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, exists, select
from sqlalchemy.dialects.postgresql import distinct_on

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


def lost_files(engine: Engine) -> dict[str, int]:
    """Rows that went with the lake and are not about to come back, by path."""
    table, newer = ingested_files.c, ingested_files.alias("newer").c
    waits = exists().where(newer.file_id == table.file_id, newer.status == "staged")
    query = (
        select(table.path, table.accepted_count).where(table.status == "lost", ~waits).order_by(table.path)
    )
    with engine.connect() as connection:
        return {row.path: row.accepted_count for row in connection.execute(query)}
