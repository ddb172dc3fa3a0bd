"""Changes of the catalog in PostgreSQL: each is a version of its own, and keeps every revision of every document."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select
from sqlalchemy.dialects.postgresql import insert

from schemas.catalog.compare import DocumentChange, OriginOf, compare, deletion
from schemas.catalog.stored import read_catalog
from schemas.documents.documents import Catalog
from schemas.documents.export import content
from schemas.documents.kinds import SECTIONS, Kind
from schemas.locks import Lock, hold
from schemas.tables import catalog_documents, catalog_history, catalog_state


@dataclass(frozen=True)
class Applied:
    """What an apply did; `version` is the catalog's own, unchanged where nothing changed."""

    version: int
    changes: tuple[DocumentChange, ...]


def apply(
    bind: Engine | Connection,
    catalog: Catalog,
    *,
    changed_by: str,
    origin_of: OriginOf,
    now: datetime,
    prune: bool = True,
) -> Applied:
    """Store `catalog` in one transaction; with `prune`, mark what files no longer hold as deleted.

    On a Connection the transaction is the caller's to commit. Where nothing changed, nothing is written.

    Raises:
        CatalogError: an edit of a metric's definition loses names of its formula, and so its values.
    """
    with _transaction(bind) as connection:
        lock(connection)
        changes = compare(connection, catalog, origin_of=origin_of, prune=prune)
        state = connection.execute(select(catalog_state.c.version, catalog_state.c.headers)).one_or_none()
        headers = [content(header) for header in catalog.headers]
        version = state.version if state else 0
        if not changes and (not prune or headers == (state.headers if state else [])):
            return Applied(version, ())
        _insist_on_numbers(connection, catalog, changes, prune=prune)
        _write(connection, changes, changed_by, origin_of, now)
        kept_headers = headers if prune or state is None else state.headers
        _write_state(connection, version + 1, kept_headers)
        return Applied(version + 1, tuple(changes))


def _insist_on_numbers(
    connection: Connection, catalog: Catalog, changes: list[DocumentChange], *, prune: bool
) -> None:
    redefined = [
        one.document_id
        for one in changes
        if one.kind == "metric" and any(name.startswith("definition") for name in one.fields)
    ]
    if not redefined:
        return
    from schemas.catalog.lost_formulas import insist_on_numbers  # noqa: PLC0415  the formula compiler, only for such edits

    before, after = read_catalog(connection), catalog
    if not prune:
        after = read_catalog(connection)
        for section in SECTIONS:
            getattr(after, section).update(getattr(catalog, section))
    insist_on_numbers(before, after, redefined)


def lock(connection: Connection) -> None:
    """Let no other process change the catalog until the transaction ends."""
    hold(connection, Lock.CATALOG)


def delete(
    connection: Connection, kind: Kind, document_id: str, *, changed_by: str, origin: str, now: datetime
) -> None:
    """Mark a document as deleted, as a revision of its own, in the caller's transaction."""
    lock(connection)
    deleted = deletion(connection, (kind, document_id))
    _write(connection, [deleted], changed_by, lambda _kind, _id: origin, now)
    state = connection.execute(select(catalog_state.c.version, catalog_state.c.headers)).one()
    _write_state(connection, state.version + 1, state.headers)


# ---- writing ---------------------------------------------------------------------------------------------
@contextmanager
def _transaction(bind: Engine | Connection) -> Iterator[Connection]:
    if isinstance(bind, Connection):
        yield bind
        return
    with bind.begin() as connection:
        yield connection


def _write(
    connection: Connection,
    changes: list[DocumentChange],
    changed_by: str,
    origin_of: OriginOf,
    now: datetime,
) -> None:
    if not changes:
        return
    rows = [
        {
            "kind": change.kind,
            "document_id": change.document_id,
            "version": change.version,
            "revision": change.revision,
            "content_hash": change.content_hash,
            "content": change.content,
        }
        for change in changes
    ]
    statement = insert(catalog_documents)
    newer = {
        name: statement.excluded[name]
        for name in ("version", "revision", "content_hash", "content", "updated_at", "is_deleted")
    }
    connection.execute(
        statement.on_conflict_do_update(index_elements=["kind", "document_id"], set_=newer),
        [
            {**row, "updated_at": now, "is_deleted": change.change == "deleted"}
            for row, change in zip(rows, changes, strict=True)
        ],
    )
    connection.execute(
        insert(catalog_history),
        [
            {
                **row,
                "change": change.change,
                "changed_fields": list(change.fields),
                "changed_by": changed_by,
                "origin": origin_of(change.kind, change.document_id),
                "changed_at": now,
            }
            for row, change in zip(rows, changes, strict=True)
        ],
    )


def _write_state(connection: Connection, version: int, headers: list[dict[str, Any]]) -> None:
    statement = insert(catalog_state).values(id=1, version=version, headers=headers)
    newer = {"version": statement.excluded.version, "headers": statement.excluded.headers}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=newer))
