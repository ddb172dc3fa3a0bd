"""Runs of reports: pages of them, and one with all that it says."""

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, func, select

from reports.alerting.redaction import without_addresses
from reports.archive.models import (
    ArchivedFile,
    ArchivedReport,
    ArchivedReportDetail,
    ReportDelivery,
    RunQuery,
)
from reports.archive.openness import everybody, is_for_some, why_closed
from reports.errors import UnknownRunError
from schemas.identity.readers import Reader
from schemas.paging import page_of
from schemas.tables import catalog_documents, deliveries, report_archive, report_runs

_RUNS = report_runs.c
_FILE = tuple(report_archive.c[each.name] for each in fields(ArchivedFile))
_TOLD = tuple(deliveries.c[each.name] for each in fields(ReportDelivery))
_READABLE = {"html": 0, "pdf": 1, "xlsx": 2, "text": 3}
_NOT_TOLD = ("period_label", "contents", "attempts", "next_attempt_at")


def run_page(
    connection: Connection, query: RunQuery, reader: Reader, zone: ZoneInfo
) -> tuple[list[ArchivedReport], int]:
    """One page of runs, those of the newest periods first, and how many there are.

    Periods are in their report's zone, other instants in `zone`.

    Five statements.
    """
    wanted = _conditions(query)
    total = connection.scalar(select(func.count()).select_from(report_runs).where(*wanted))
    newest = (_RUNS.period_start.desc(), _RUNS.due_at.desc(), _RUNS.run_id.desc())
    rows = connection.execute(
        page_of(_runs().where(*wanted).order_by(*newest), query.page, query.limit)
    ).all()
    return _with_all(connection, [row._asdict() for row in rows], reader, zone), int(total or 0)


def read_run(connection: Connection, run_id: int, reader: Reader, zone: ZoneInfo) -> ArchivedReportDetail:
    """One run. Five statements, six where the reader may open it.

    Raises:
        UnknownRunError: there is none of that id.
    """
    found = connection.execute(_runs().where(_RUNS.run_id == run_id)).mappings().one_or_none()
    if found is None:
        raise UnknownRunError(f"there is no run {run_id} of a report")
    [run] = _with_all(connection, [dict(found)], reader, zone)
    contents = None if run.restricted else _contents(connection, run_id)
    return ArchivedReportDetail(**vars(run), contents=contents, told=_told(connection, run_id, zone))


def _conditions(query: RunQuery) -> list[ColumnElement[bool]]:
    wanted = []
    if query.report_id is not None:
        wanted.append(_RUNS.report_id == query.report_id)
    if query.state is not None:
        wanted.append(_RUNS.state == query.state)
    if query.since is not None:
        wanted.append(_RUNS.period_start >= query.since)
    if query.until is not None:
        wanted.append(_RUNS.period_start < query.until)
    return wanted


def _runs() -> Select[Any]:
    """Without the contents, which may be large, but for what decides who may open them."""
    columns = [column for column in _RUNS if column.name not in _NOT_TOLD]
    cover, document = _RUNS.contents["cover"], catalog_documents.c
    is_its_document = (document.kind == "report") & (document.document_id == _RUNS.report_id)
    return select(
        *columns,
        *(
            func.coalesce(cover[name].astext, document.content[name].astext).label(name)
            for name in ("name", "timezone")
        ),
        _RUNS.contents["metrics"].label("metrics"),
        _RUNS.contents["hidden"].label("hidden"),
        (_RUNS.contents.is_not(None) | _RUNS.made_at.is_(None)).label("is_kept"),
    ).outerjoin_from(report_runs, catalog_documents, is_its_document)


def _with_all(
    connection: Connection, rows: list[dict[str, Any]], reader: Reader, zone: ZoneInfo
) -> list[ArchivedReport]:
    run_ids = [row["run_id"] for row in rows]
    files, counts = _files(connection, run_ids), _counts(connection, run_ids)
    viewer = everybody(connection)
    return [_run(row, (reader, viewer), zone, files, counts.get(row["run_id"], {})) for row in rows]


def _run(
    row: dict[str, Any],
    readers: tuple[Reader, Reader],
    zone: ZoneInfo,
    files: Iterable[ArchivedFile],
    counts: dict[str, int],
) -> ArchivedReport:
    reader, viewer = readers
    shown = {name: row.pop(name) for name in ("shows_restricted", "metrics", "hidden")}
    why = why_closed(reader, **shown)
    own_zone = ZoneInfo(row["timezone"]) if row["timezone"] else zone
    values = {
        name: _local(value, own_zone if name.startswith("period_") else zone) for name, value in row.items()
    }
    if why is not None:
        values["reason"] = None
    own = tuple(each for each in files if each.run_id == row["run_id"] and why is None)
    return ArchivedReport(
        **values,
        shows_restricted=is_for_some(viewer, **shown),
        restricted=why is not None,
        why_restricted=why,
        files=own,
        deliveries=counts,
    )


def _files(connection: Connection, run_ids: Collection[int]) -> list[ArchivedFile]:
    """Without their bytes; what people read first."""
    found = select(*_FILE).where(report_archive.c.run_id.in_(run_ids)).order_by(report_archive.c.name)
    files = [ArchivedFile(*row) for row in connection.execute(found)]
    return sorted(files, key=lambda each: _READABLE.get(each.format, len(_READABLE)))


def _counts(connection: Connection, run_ids: Collection[int]) -> dict[int, dict[str, int]]:
    counted = (
        select(deliveries.c.report_run_id, deliveries.c.state, func.count())
        .where(deliveries.c.report_run_id.in_(run_ids))
        .group_by(deliveries.c.report_run_id, deliveries.c.state)
        .order_by(deliveries.c.state)
    )
    found: dict[int, dict[str, int]] = {}
    for run_id, state, count in connection.execute(counted):
        found.setdefault(run_id, {})[state] = count
    return found


def _told(connection: Connection, run_id: int, zone: ZoneInfo) -> tuple[ReportDelivery, ...]:
    wanted = select(*_TOLD).where(deliveries.c.report_run_id == run_id)
    rows = connection.execute(wanted.order_by(deliveries.c.target, deliveries.c.delivery_id)).mappings()
    return tuple(_delivery({name: _local(value, zone) for name, value in row.items()}) for row in rows)


def _delivery(values: dict[str, Any]) -> ReportDelivery:
    error = values["last_error"]
    values["target"] = without_addresses(values["target"])
    values["last_error"] = error and without_addresses(error)
    return ReportDelivery(**values)


def _contents(connection: Connection, run_id: int) -> dict[str, Any] | None:
    found: dict[str, Any] | None = connection.scalar(select(_RUNS.contents).where(_RUNS.run_id == run_id))
    return found


def _local(value: Any, zone: ZoneInfo) -> Any:
    return value.astimezone(zone) if isinstance(value, datetime) else value
