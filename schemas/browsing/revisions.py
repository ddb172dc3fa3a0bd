"""Two revisions of a document side by side."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from schemas.catalog.errors import UnknownDocumentError
from schemas.catalog.stored import Revision, revision_of
from schemas.catalog.versions import FieldDifference, differences
from schemas.documents.kinds import Kind
from schemas.tables import catalog_history


@dataclass(frozen=True)
class Comparison:
    """What changed from one revision to another, by path."""

    before: Revision
    after: Revision
    differences: tuple[FieldDifference, ...]


def compare_revisions(
    connection: Connection, kind: Kind, document_id: str, before: int, after: int
) -> Comparison:
    """What changed between two revisions of a document, in whichever order they are given. One statement.

    Raises:
        UnknownDocumentError: it has no such revision.
    """
    table = catalog_history.c
    chosen = (table.kind == kind, table.document_id == document_id, table.revision.in_((before, after)))
    rows = connection.execute(select(catalog_history).where(*chosen))
    found = {row.revision: revision_of(row) for row in rows}
    for wanted in (before, after):
        if wanted not in found:
            raise UnknownDocumentError(f"{kind} {document_id!r} has no revision {wanted}")
    old, new = found[before], found[after]
    return Comparison(old, new, tuple(differences(old.content, new.content)))
