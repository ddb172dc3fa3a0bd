"""Quality of the data behind a report: what came in the period, what was refused of it, and what the numbers lack."""

from collections.abc import Collection

from sqlalchemy import Row, and_, case, func, select

from reports.cells import Cell, Table
from reports.documents.contents.basis import Basis
from reports.documents.contents.names import link_to
from reports.documents.model import Section
from schemas.tables import ingested_files, published_metrics

_COLUMNS = {
    "source": "Source",
    "files": "Files taken",
    "files_refused": "Files refused",
    "rows": "Rows taken",
    "rows_refused": "Rows refused",
    "files_lacking": "Files the numbers lack",
    "rows_lacking": "Rows the numbers lack",
    "newest": "Last taken",
}


def sources_of(basis: Basis) -> tuple[str, ...]:
    """Sources behind the metrics of the scope, of which the publication says something. One statement."""
    known = tuple(sorted(basis.publication.deliveries or {}))
    if basis.scope.is_all:
        return known
    metrics = published_metrics.c
    statement = select(metrics.sources).where(metrics.metric_id.in_(basis.scope.metrics))
    behind = {source for sources in basis.connection.scalars(statement) for source in sources}
    return tuple(each for each in known if each in behind)


def quality_section(basis: Basis, sources: Collection[str]) -> Section | None:
    """A row for each source: deliveries from the period's start to the publication, and what all of it lacks.

    What came after the period is of it too, as long as the publication knew it. One statement.
    """
    came = _came(basis, sources)
    standing = basis.publication.deliveries or {}
    rows = [_row(basis, each, came.get(each), standing.get(each, {})) for each in sources]
    if not rows:
        return None
    caption = f"Deliveries since the {basis.period.grain} began, and what was refused"
    table = Table("data-quality", caption, _COLUMNS, rows, frozenset(_COLUMNS) - {"source", "newest"})
    return Section("data-quality", "Data quality", tables=[table])


def _came(basis: Basis, sources: Collection[str]) -> dict[str, Row[tuple[object, ...]]]:
    """What was validated by the time of the publication, whatever became of it since."""
    files, since = ingested_files.c, basis.window[0]
    # a file that was refused whole has a reason, and nothing of it was accepted
    is_refused = and_(files.reason.is_not(None), files.accepted_count == 0)
    is_of_period = files.finished_at >= since
    is_taken = and_(~is_refused, is_of_period)
    statement = (
        select(
            files.source_id,
            func.count(case((is_taken, 1))).label("files"),
            func.count(case((and_(is_refused, is_of_period), 1))).label("files_refused"),
            func.coalesce(func.sum(case((is_taken, files.accepted_count))), 0).label("rows"),
            func.coalesce(func.sum(case((is_taken, files.quarantined_count))), 0).label("rows_refused"),
            func.max(case((~is_refused, files.finished_at))).label("newest"),
        )
        .where(
            files.source_id.in_(list(sources)),
            files.accepted_count.is_not(None),
            files.finished_at <= basis.publication.created_at,
        )
        .group_by(files.source_id)
    )
    return {row.source_id: row for row in basis.connection.execute(statement)}


def _row(
    basis: Basis, source: str, came: Row[tuple[object, ...]] | None, lacks: dict[str, int]
) -> dict[str, Cell]:
    counts: dict[str, Cell] = {
        name: int(getattr(came, name)) if came else 0
        for name in ("files", "files_refused", "rows", "rows_refused")
    }
    return {
        "source": link_to("data", source),
        **counts,
        "files_lacking": lacks.get("files_refused", 0) + lacks.get("files_lost", 0),
        "rows_lacking": lacks.get("rows_refused", 0),
        "newest": basis.local(came.newest) if came else None,
    }
