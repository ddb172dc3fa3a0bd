"""Quality of the data behind the numbers: what was delivered, refused, and which expectations failed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from reports.models import Delivered, Trust
from reports.operations.models import DataQuality, Expectation, SourceQuality
from reports.publications import publications, trust_of
from schemas.identity.readers import Reader
from schemas.tables import ingested_files, validation_results

# of a path whose rows the numbers lack, and what no longer says anything of a path
_MISSING = ("rejected", "lost")
_SET_ASIDE = ("replaced", "dismissed", "gone")


def data_quality(connection: Connection) -> DataQuality:
    """Counts per source over the newest delivery of every path, with its expectations. Two statements.

    State is critical where a file is rejected or lost, warning where rows are quarantined, else ok.
    """
    files = connection.execute(_files()).all()
    expectations: dict[str, list[Expectation]] = {}
    for row in connection.execute(_expectations()):
        expectations.setdefault(row.source_id, []).append(Expectation(**row._asdict()))
    sources = tuple(_source(row, tuple(expectations.get(row.source_id, ()))) for row in files)
    return DataQuality(state=_state(files), sources=sources)


def quality_report(connection: Connection, reader: Reader) -> tuple[DataQuality, Trust | None]:
    """As `data_quality`, with what published numbers rest on, if there are any. Three statements."""
    newest = next(iter(publications(connection, 1, 1)), None)
    return data_quality(connection), trust_of(newest, reader, is_complete=True) if newest else None


def delivered(connection: Connection) -> dict[str, dict[str, int]]:
    """What each source delivered and what of it was refused, as fields of `Delivered`. One statement."""
    newest = newest_deliveries()
    is_taken = newest.c.status == "accepted"
    counts = {
        "files": func.count(),
        "files_refused": func.count().filter(newest.c.status == "rejected"),
        "files_lost": func.count().filter(newest.c.status == "lost"),
        "rows": func.sum(newest.c.row_count).filter(is_taken),
        "rows_refused": func.sum(newest.c.quarantined_count).filter(is_taken),
    }
    statement = (
        select(newest.c.source_id, *(func.coalesce(count, 0).label(name) for name, count in counts.items()))
        .where(newest.c.status != "staged")
        .group_by(newest.c.source_id)
        .order_by(newest.c.source_id)
    )
    rows = connection.execute(statement).mappings()
    return {row["source_id"]: {name: int(row[name]) for name in counts} for row in rows}


def quality_state(sources: Mapping[str, Mapping[str, int]]) -> str:
    """The gravest state of the sources, as `delivered` counts them."""
    states = {Delivered(**counts).state for counts in sources.values()}
    return next((state for state in ("critical", "warning") if state in states), "ok")


def rejected_files() -> Any:
    """The statement that lists newest deliveries refused whole or lost: source_id, path, reason and finished_at."""
    newest = newest_deliveries()
    columns = (newest.c.source_id, newest.c.path, newest.c.reason, newest.c.finished_at)
    return select(*columns).where(newest.c.status.in_(_MISSING)).order_by(newest.c.source_id, newest.c.path)


def _state(files: Sequence[Row[Any]]) -> str:
    if any(row.files_rejected or row.files_lost for row in files):
        return "critical"
    return "warning" if any(row.rows_quarantined for row in files) else "ok"


def newest_deliveries() -> Any:
    """The newest delivery of every path; a rejected one counts although earlier content stays in use.

    One that was set aside, by somebody or by leaving the landing zone, counts for nothing: what it came after stands.
    """
    return (
        select(ingested_files)
        .where(ingested_files.c.status.not_in(_SET_ASIDE))
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
            files("lost").label("files_lost"),
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
