"""Quality of the data behind the numbers: what was delivered, refused, and which expectations failed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from reports.models import DataQuality, Expectation, SourceQuality, Trust
from reports.publications import publications, trust_of
from schemas.tables import ingested_files, validation_results


def data_quality(connection: Connection) -> DataQuality:
    """Counts per source over the newest delivery of every path, with its expectations. Two statements.

    State is critical where a file is rejected, warning where rows are quarantined, else ok.
    """
    files = connection.execute(_files()).all()
    expectations: dict[str, list[Expectation]] = {}
    for row in connection.execute(_expectations()):
        expectations.setdefault(row.source_id, []).append(Expectation(**row._asdict()))
    sources = tuple(_source(row, tuple(expectations.get(row.source_id, ()))) for row in files)
    return DataQuality(state=_state(files), sources=sources)


def quality_report(connection: Connection) -> tuple[DataQuality, Trust | None]:
    """As `data_quality`, with what published numbers rest on, if there are any. Three statements."""
    newest = next(iter(publications(connection, limit=1)), None)
    return data_quality(connection), trust_of(newest, is_complete=True) if newest else None


def quality_state(connection: Connection) -> str:
    """Only the state. One statement."""
    return _state(connection.execute(_files()).all())


def rejected_files() -> Any:
    """The statement that lists newest deliveries refused whole: source_id, path, reason and finished_at."""
    newest = newest_deliveries()
    columns = (newest.c.source_id, newest.c.path, newest.c.reason, newest.c.finished_at)
    return select(*columns).where(newest.c.status == "rejected").order_by(newest.c.source_id, newest.c.path)


def _state(files: Sequence[Row[Any]]) -> str:
    if any(row.files_rejected for row in files):
        return "critical"
    return "warning" if any(row.rows_quarantined for row in files) else "ok"


def newest_deliveries() -> Any:
    """The newest delivery of every path; a rejected one counts although earlier content stays in use."""
    return (
        select(ingested_files)
        .ext(distinct_on(ingested_files.c.file_id))
        .order_by(ingested_files.c.file_id, ingested_files.c.delivery.desc())
        .subquery("newest")
    )


def _files() -> Any:
    newest = newest_deliveries()

    def files(status: str) -> Any:
        return func.count(case((newest.c.status == status, 1)))

    def rows(name: str) -> Any:
        return func.coalesce(func.sum(newest.c[name]), 0)

    return (
        select(
            newest.c.source_id,
            files("accepted").label("files_accepted"),
            files("rejected").label("files_rejected"),
            files("staged").label("files_waiting"),
            rows("row_count").label("rows_delivered"),
            rows("accepted_count").label("rows_accepted"),
            rows("quarantined_count").label("rows_quarantined"),
            rows("superseded_count").label("rows_superseded"),
            func.max(case((newest.c.status == "accepted", newest.c.finished_at))).label("last_accepted_at"),
        )
        .group_by(newest.c.source_id)
        .order_by(newest.c.source_id)
    )


def _expectations() -> Any:
    newest, result = newest_deliveries(), validation_results
    group = (result.c.source_id, result.c.suite, result.c.expectation, result.c.column_name)
    same_delivery = and_(result.c.file_id == newest.c.file_id, result.c.content_hash == newest.c.content_hash)
    return (
        select(
            *group,
            func.sum(result.c.element_count).label("element_count"),
            func.sum(result.c.unexpected_count).label("unexpected_count"),
            func.count(func.distinct(case((~result.c.success, result.c.file_id)))).label("failed_files"),
            func.max(result.c.validated_at).label("validated_at"),
        )
        .select_from(result.join(newest, same_delivery))
        .group_by(*group)
        .order_by(*group)
    )


def _source(row: Row[Any], expectations: tuple[Expectation, ...]) -> SourceQuality:
    columns: dict[str, Any] = {
        name: int(value) if name.startswith("rows_") else value for name, value in row._asdict().items()
    }
    return SourceQuality(**columns, expectations=expectations)
