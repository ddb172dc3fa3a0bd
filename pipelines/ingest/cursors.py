"""Where the query of a source has come to: read, settled once its delivery is accepted, and written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert

from pipelines.ingest.delivered_files import Known, mapping_hash
from pipelines.ingest.landing import SourceFile
from schemas.documents.documents import Source
from schemas.tables import source_cursors


@dataclass(frozen=True)
class Fetched:
    """One delivery of a query, and the cursor that it reaches (None where it has none)."""

    found: SourceFile
    reached: object


def remember(engine: Engine, source: Source, fetched: Fetched, now: datetime) -> None:
    """Note which cursor the source reaches once this delivery is accepted."""
    if fetched.reached is None:
        return
    pending = {"file_id": fetched.found.file_id, **as_stored(fetched.reached)}
    with engine.begin() as connection:
        row = _row(source, connection.execute(_query(source)).scalar())
        value = {**row, "pending": pending, "mapping": mapping_hash(source)}
        entered = insert(source_cursors).values(
            source_id=source.source_id, cursor_value=value, updated_at=now
        )
        connection.execute(
            entered.on_conflict_do_update(
                index_elements=["source_id"], set_={"cursor_value": value, "updated_at": now}
            )
        )


def _query(source: Source) -> Any:
    table = source_cursors.c
    return select(table.cursor_value).where(table.source_id == source.source_id)


def _row(source: Source, stored: Any) -> dict[str, Any]:
    """The stored cursor, but for one of another query or mapping, which counts for nothing."""
    return stored if stored and stored.get("mapping") == mapping_hash(source) else {}


def start_of(source: Source, engine: Engine, known: Mapping[str, Known]) -> object:
    """Where the last accepted delivery ended; what it reached is settled on the way."""
    if source.cursor is None:
        return None
    with engine.begin() as connection:
        row = _row(source, connection.execute(_query(source)).scalar())
        pending = row.get("pending")
        if pending and _is_accepted(source, pending["file_id"], known):
            row = {**row, "value": {"kind": pending["kind"], "text": pending["text"]}, "pending": None}
            connection.execute(
                source_cursors.update()
                .where(source_cursors.c.source_id == source.source_id)
                .values(cursor_value=row)
            )
    return _load(row["value"]) if row.get("value") else None


def _is_accepted(source: Source, file: str, known: Mapping[str, Known]) -> bool:
    entry = known.get(file)
    current = entry is not None and entry.content_hash.endswith("-" + mapping_hash(source))
    return entry is not None and current and entry.status == "accepted"


def as_stored(value: object) -> dict[str, str]:
    """A cursor as JSON keeps it: its kind and its text."""
    if isinstance(value, datetime):
        return {"kind": "datetime", "text": value.isoformat()}
    if isinstance(value, date):
        return {"kind": "date", "text": value.isoformat()}
    if isinstance(value, int):
        return {"kind": "int", "text": str(value)}
    return {"kind": "decimal" if isinstance(value, Decimal | float) else "text", "text": str(value)}


def _load(stored: Mapping[str, str]) -> object:
    readers: dict[str, Any] = {
        "datetime": datetime.fromisoformat,
        "date": date.fromisoformat,
        "int": int,
        "decimal": Decimal,
    }
    return readers.get(stored["kind"], str)(stored["text"])
