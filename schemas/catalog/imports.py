"""A whole catalog file sent to the API: judged with what is stored, then stored, or only told what would change."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from core.bounds import TooMuchWorkError, bounded
from schemas.catalog import store, stored
from schemas.catalog.api_sources import reach_problems
from schemas.catalog.compare import DocumentChange, compare
from schemas.catalog.edit import Author, from_the_api, problems_of, raise_errors, store_documents
from schemas.documents.kinds import SECTIONS, Kind
from schemas.documents.load import load_content
from schemas.documents.problems import Problem


@dataclass(frozen=True)
class Imported:
    """What an import changed, or would; `version` is the catalog's own afterwards."""

    changes: tuple[DocumentChange, ...]
    warnings: tuple[Problem, ...]
    version: int


@dataclass(frozen=True)
class Cost:
    """What an import may cost: so many documents, and so many seconds of judging them."""

    documents: int
    seconds: float


def import_catalog(
    connection: Connection, body: bytes, name: str, author: Author, cost: Cost, *, is_dry_run: bool
) -> Imported:
    """Store every document of a catalog file; nothing is deleted. A dry run tells what would change.

    The suffix of `name` tells the format. Unknown fields are kept with a warning, as those of files are.

    Raises:
        TooMuchWorkError: it costs more than it may.
        CatalogError: something is at fault; it carries every problem of every document.
    """
    with _affordable(cost):
        return _import(connection, body, name, author, cost, is_dry_run=is_dry_run)


def _import(
    connection: Connection, body: bytes, name: str, author: Author, cost: Cost, *, is_dry_run: bool
) -> Imported:
    loaded = load_content(body, name, cost.documents)
    loaded.raise_errors()
    store.lock(connection)
    catalog = stored.read_catalog(connection)
    for section in SECTIONS:
        getattr(catalog, section).update(getattr(loaded.catalog, section))
    problems = [
        *loaded.problems,
        *reach_problems(connection, loaded.catalog.sources.values(), author.reach),
        *(each for each in problems_of(connection, catalog) if _is_about(each, loaded.files)),
    ]
    raise_errors(problems, "the import")
    if is_dry_run:
        changes = compare(connection, loaded.catalog, origin_of=from_the_api, prune=False)
        return Imported(tuple(changes), tuple(problems), stored.catalog_version(connection))
    applied = store_documents(connection, loaded.catalog, author)
    return Imported(applied.changes, tuple(problems), applied.version)


@contextmanager
def _affordable(cost: Cost) -> Iterator[None]:
    try:
        with bounded(cost.seconds):
            yield
    except TooMuchWorkError as error:
        raise TooMuchWorkError(
            f"the import is too large: {error}; send it in several parts, or let `mdl catalog apply` read it from files"
        ) from error


def _is_about(problem: Problem, files: Collection[tuple[Kind, str]]) -> bool:
    return problem.severity == "error" or (problem.kind, problem.document_id) in files
