"""Which sources came over the API, and what of them reaches further than they may."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import distinct_on

from schemas.catalog.compare import FILE_ORIGIN
from schemas.catalog.reach import Reach
from schemas.documents.documents import Source
from schemas.documents.export import content
from schemas.documents.problems import Problem
from schemas.tables import catalog_history

_REACHING: Final = ("format", "path", "connection", "query")


def of_the_api(connection: Connection, sources: Iterable[Source]) -> frozenset[str]:
    """Which of the sources reach what no file of the operator's says: ids.

    A source that history does not know was given by whoever calls, not by the API.
    """
    files, known = _reached_by_files(connection)
    return frozenset(
        source.source_id
        for source in sources
        if source.source_id in known and files.get(source.source_id) != _reached(content(source))
    )


def reach_problems(connection: Connection, sources: Iterable[Source], reach: Reach) -> list[Problem]:
    """What sources that come over the API may not reach; nothing of those that reach what files say."""
    refusals = [(source, refused) for source in sources if (refused := reach.refuses(source))]
    if not refusals:
        return []
    files, _ = _reached_by_files(connection)
    problems = []
    for source, refused in refusals:
        if files.get(source.source_id) != _reached(content(source)):
            path, message = refused
            problems.append(Problem(message, document_id=source.source_id, path=path, kind="source"))
    return problems


def _reached(document: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(document.get(name) for name in _REACHING)


def _reached_by_files(connection: Connection) -> tuple[dict[str, tuple[Any, ...]], set[str]]:
    """What each source reaches as its newest file says, and the ids of all sources that there ever were."""
    table = catalog_history.c
    newest = (
        select(table.document_id, table.change, table.content)
        .where(table.kind == "source", table.origin.startswith(FILE_ORIGIN))
        .ext(distinct_on(table.document_id))
        .order_by(table.document_id, table.revision.desc())
    )
    files = {
        row.document_id: _reached(row.content)
        for row in connection.execute(newest)
        if row.change != "deleted"
    }
    ids = connection.execute(select(table.document_id).where(table.kind == "source").distinct()).scalars()
    return files, set(ids)
