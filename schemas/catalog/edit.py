"""Edits of single documents by the API: each locks, compares with what its author saw, judges, and stores.

What concerns one edit happens in the caller's transaction, so that an edit is whole or did not happen.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.errors import CatalogError
from schemas.catalog import store, stored
from schemas.catalog.api_sources import reach_problems
from schemas.catalog.cached_catalog import kept
from schemas.catalog.errors import DocumentExistsError, ReferredToError, StaleDocumentError
from schemas.catalog.queries import read_document
from schemas.catalog.reach import Reach
from schemas.catalog.references import check_references
from schemas.catalog.referrers import referrers
from schemas.catalog.stored import StoredDocument
from schemas.catalog.validate import validate
from schemas.documents.documents import Catalog, Document, Metric, Source
from schemas.documents.kinds import ID_FIELDS, Kind
from schemas.documents.problems import Problem
from schemas.documents.received import read_body, receive, receive_patch

ORIGIN = "api"


@dataclass(frozen=True)
class Author:
    """Who edits, when, and what the sources may reach that come so."""

    name: str
    at: datetime
    reach: Reach = field(default_factory=Reach)


@dataclass(frozen=True)
class Edited:
    """A document as it stands after an edit, and what may be wrong with its references."""

    document: StoredDocument
    warnings: tuple[Problem, ...]


Expected = Collection[str] | None
"""Tags one of which the document must have; None where any will do."""


def create(connection: Connection, kind: Kind, document: Document, author: Author) -> Edited:
    """Store a new document.

    Raises:
        CatalogError: the document does not fit the others.
        DocumentExistsError: its id is taken.
    """
    store.lock(connection)
    catalog = stored.read_catalog(connection)
    document_id = id_of(kind, document)
    if document_id in _section(catalog, kind):
        raise DocumentExistsError(f"there is already a {kind} {document_id!r}; PUT or PATCH changes it")
    return _accept(connection, catalog, kind, document, author)


def replace(
    connection: Connection, kind: Kind, document_id: str, body: bytes, expected: Expected, author: Author
) -> Edited:
    """Store a document in place of the one with its id.

    Raises:
        CatalogError: the document is at fault, or names another id.
        UnknownDocumentError: there is none.
        StaleDocumentError: it is not as expected.
    """
    catalog = _standing(connection, kind, document_id, expected)
    document = receive(kind, read_body(body), _section(catalog, kind)[document_id])
    _insist_on_id(kind, document, document_id)
    return _accept(connection, catalog, kind, document, author)


def change(
    connection: Connection, kind: Kind, document_id: str, patch: bytes, expected: Expected, author: Author
) -> Edited:
    """Store a document after a JSON merge patch.

    Raises:
        CatalogError: what comes out is at fault, or has another id.
        UnknownDocumentError: there is none.
        StaleDocumentError: it is not as expected.
    """
    catalog = _standing(connection, kind, document_id, expected)
    document = receive_patch(kind, read_body(patch), _section(catalog, kind)[document_id])
    _insist_on_id(kind, document, document_id)
    return _accept(connection, catalog, kind, document, author)


def delete(connection: Connection, kind: Kind, document_id: str, expected: Expected, author: Author) -> None:
    """Mark a document as deleted.

    Raises:
        UnknownDocumentError: there is none.
        StaleDocumentError: it is not as expected.
        ReferredToError: others refer to it.
    """
    catalog = _standing(connection, kind, document_id, expected)
    places = referrers(catalog, kind, document_id, kept(connection).formulas)
    if places:
        who = ", ".join(dict.fromkeys(f"{each.kind} {each.document_id}" for each in places))
        raise ReferredToError(f"{kind} {document_id} is referred to by {who}", places)
    store.delete(connection, kind, document_id, changed_by=author.name, origin=ORIGIN, now=author.at)


def id_of(kind: Kind, document: Document) -> str:
    """The id that a document gives itself."""
    return str(getattr(document, ID_FIELDS[kind]))


def _standing(connection: Connection, kind: Kind, document_id: str, expected: Expected) -> Catalog:
    """The whole catalog, locked, once the document is found to be as expected."""
    store.lock(connection)
    found = read_document(connection, kind, document_id)
    if expected is not None and found.tag not in expected:
        raise StaleDocumentError(f"{kind} {document_id} has changed; read it again, it is at {found.tag!r}")
    return stored.read_catalog(connection)


def _accept(
    connection: Connection, catalog: Catalog, kind: Kind, document: Document, author: Author
) -> Edited:
    """Store a document that leaves the catalog sound."""
    section, document_id = _section(catalog, kind), id_of(kind, document)
    is_arithmetic = kind == "metric" and _is_read_otherwise(section.get(document_id), document)
    section[document_id] = document
    # formulas are by far the costliest to judge, and most edits leave them alone
    problems = problems_of(connection, catalog) if is_arithmetic else check_references(catalog)
    sources = [document] if isinstance(document, Source) else []
    raise_errors([*problems, *reach_problems(connection, sources, author.reach)], f"the {kind}")
    store_documents(connection, Catalog.model_validate({f"{kind}s": {document_id: document}}), author)
    own = (each for each in problems if (each.kind, each.document_id) == (kind, document_id))
    return Edited(read_document(connection, kind, document_id), tuple(own))


def problems_of(connection: Connection, catalog: Catalog) -> list[Problem]:
    """What is wrong with a catalog; formulas that are known are not compiled again."""
    return validate(catalog, memory=kept(connection).formulas)


def _is_read_otherwise(old: Any, new: Any) -> bool:
    """Whether formulas, its own or others', may mean something else after the change."""
    if not isinstance(old, Metric):
        return True
    return bool((old.definition, old.short_name) != (new.definition, new.short_name))


def store_documents(connection: Connection, catalog: Catalog, author: Author) -> store.Applied:
    """Store documents of the API beside those that there are."""
    return store.apply(
        connection, catalog, changed_by=author.name, origin_of=from_the_api, now=author.at, prune=False
    )


def from_the_api(_kind: Kind, _document_id: str) -> str:
    """The origin of every document that comes so."""
    return ORIGIN


def _section(catalog: Catalog, kind: Kind) -> dict[str, Document]:
    section: dict[str, Document] = getattr(catalog, f"{kind}s")
    return section


def _insist_on_id(kind: Kind, document: Document, document_id: str) -> None:
    if id_of(kind, document) != document_id:
        message = f"expected {document_id!r}, as in the path; an id cannot change"
        raise CatalogError(f"the {kind} has 1 error(s)", [Problem(message, path=ID_FIELDS[kind])])


def raise_errors(problems: Collection[Problem], what: str) -> None:
    """Refuse what has errors.

    Raises:
        CatalogError: there are some; it carries them.
    """
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise CatalogError(f"{what} has {len(errors)} error(s)", errors)
