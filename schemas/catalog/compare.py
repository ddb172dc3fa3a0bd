"""What a catalog would change in the stored one; nothing is written here.

Files and the API may both write. A document that files brought goes when it leaves the files; one that
only the API ever wrote stays. An edit by the API stands until the document's file itself changes.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection, Text, any_, cast, select
from sqlalchemy.dialects.postgresql import ARRAY

from schemas.catalog.versions import bump_of, changed_fields, first_version, next_version
from schemas.documents.documents import Catalog
from schemas.documents.export import content, content_hash
from schemas.documents.kinds import SECTIONS, DocumentKey, Kind
from schemas.tables import catalog_documents, catalog_history

FILE_ORIGIN: Final = "file:"

ChangeKind = Literal["created", "major", "minor", "patch", "deleted", "restored"]
OriginOf = Callable[[Kind, str], str]
"""Gives `file:<name>` or `api` for a document's kind and id."""


@dataclass(frozen=True)
class DocumentChange:
    """One new revision of a document."""

    kind: Kind
    document_id: str
    change: ChangeKind
    version: str
    revision: int
    fields: tuple[str, ...]
    content: Mapping[str, Any]
    content_hash: str


@dataclass(frozen=True)
class Head:
    """Where a stored document stands, without its content."""

    version: str
    revision: int
    content_hash: str
    is_deleted: bool


@dataclass(frozen=True)
class _Origins:
    """Who wrote a stored document: its newest revision, and the newest content that a file gave it."""

    newest: str
    last_file_hash: str | None


def compare(
    connection: Connection, catalog: Catalog, *, origin_of: OriginOf, prune: bool = True
) -> list[DocumentChange]:
    """The revisions that storing `catalog` would make, by kind and in its order, deletions last.

    With `prune`, documents that files brought and that `catalog` does not hold are deleted.
    """
    wanted = {
        (kind, document_id): content(document)
        for section, kind in SECTIONS.items()
        for document_id, document in getattr(catalog, section).items()
    }
    stored = read_heads(connection, None if prune else wanted)
    hashes = {key: content_hash(values) for key, values in wanted.items()}
    differing = [key for key in wanted if not _is_at(stored.get(key), hashes[key])]
    gone = [key for key, head in stored.items() if prune and key not in wanted and not head.is_deleted]
    touched = [key for key in (*differing, *gone) if key in stored]
    origins, standing = _origins(connection, touched), _contents(connection, touched)
    changes = [
        _accepted(key, wanted[key], hashes[key], stored.get(key), standing.get(key, {}))
        for key in differing
        if not _stands_against(origins.get(key), origin_of(*key), hashes[key])
    ]
    from_files = [key for key in gone if origins[key].last_file_hash is not None]
    return changes + [_deleted(key, stored[key], standing[key]) for key in from_files]


def deletion(connection: Connection, key: DocumentKey) -> DocumentChange:
    """The revision that deleting a stored document makes."""
    return _deleted(key, read_heads(connection, [key])[key], _contents(connection, [key])[key])


def read_heads(
    connection: Connection, keys: Collection[DocumentKey] | None = None
) -> dict[DocumentKey, Head]:
    """Where every document stands, deleted ones too, by kind and id; with `keys`, at least these."""
    table = catalog_documents
    query = select(table).with_only_columns(
        table.c.kind,
        table.c.document_id,
        table.c.version,
        table.c.revision,
        table.c.content_hash,
        table.c.is_deleted,
    )
    if keys is not None:
        query = query.where(table.c.document_id == any_(_ids(keys)))
    rows = connection.execute(query.order_by(table.c.kind, table.c.document_id))
    return {
        (row.kind, row.document_id): Head(row.version, row.revision, row.content_hash, row.is_deleted)
        for row in rows
    }


def _is_at(head: Head | None, new_hash: str) -> bool:
    return head is not None and not head.is_deleted and head.content_hash == new_hash


def _stands_against(origins: _Origins | None, origin: str, new_hash: str) -> bool:
    """Whether an edit by the API stands: it is the newest, and the file still says what it said before it."""
    if origins is None or not origin.startswith(FILE_ORIGIN) or origins.newest.startswith(FILE_ORIGIN):
        return False
    return origins.last_file_hash == new_hash


def _accepted(
    key: DocumentKey, new: dict[str, Any], new_hash: str, head: Head | None, old: Mapping[str, Any]
) -> DocumentChange:
    kind, document_id = key
    if head is None:
        return DocumentChange(kind, document_id, "created", first_version(new), 1, (), new, new_hash)
    fields = tuple(changed_fields(old, new))
    bump = bump_of(kind, fields)
    version = next_version(head.version, bump, old, new) if fields else head.version
    change: ChangeKind = "restored" if head.is_deleted else bump
    return DocumentChange(kind, document_id, change, version, head.revision + 1, fields, new, new_hash)


def _deleted(key: DocumentKey, head: Head, old: Mapping[str, Any]) -> DocumentChange:
    kind, document_id = key
    return DocumentChange(
        kind, document_id, "deleted", head.version, head.revision + 1, (), old, head.content_hash
    )


def _contents(connection: Connection, keys: Collection[DocumentKey]) -> dict[DocumentKey, Mapping[str, Any]]:
    table = catalog_documents
    query = select(table.c.kind, table.c.document_id, table.c.content)
    rows: Iterable[Any] = (
        connection.execute(query.where(table.c.document_id == any_(_ids(keys)))) if keys else ()
    )
    return {(row.kind, row.document_id): row.content for row in rows}


def _origins(connection: Connection, keys: Collection[DocumentKey]) -> dict[DocumentKey, _Origins]:
    table = catalog_history
    query = select(table.c.kind, table.c.document_id, table.c.origin, table.c.content_hash)
    query = query.where(table.c.document_id == any_(_ids(keys))).order_by(table.c.revision)
    origins: dict[DocumentKey, _Origins] = {}
    for row in connection.execute(query) if keys else []:
        key = (row.kind, row.document_id)
        before = origins[key].last_file_hash if key in origins else None
        is_file = row.origin.startswith(FILE_ORIGIN)
        origins[key] = _Origins(row.origin, row.content_hash if is_file else before)
    return origins


def _ids(keys: Collection[DocumentKey]) -> Any:
    """One array parameter, however many ids: PostgreSQL takes at most 65,535 parameters."""
    return cast(sorted({document_id for _kind, document_id in keys}), ARRAY(Text))
