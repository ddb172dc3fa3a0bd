"""Makes a report: read and written outside of transactions, then archived, queued and entered in a single one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from core.errors import PermanentError, TransientError
from core.settings import Settings
from pipelines.alerting.delivery.report_outbox import queue_report
from pipelines.reporting.due import zone_of
from pipelines.reporting.readiness import Readiness, readiness
from pipelines.reporting.runs import BACKFILL, GONE, ReportRun, State, note_failure, read_run, withhold
from reports.documents.contents.document import ReportRequest, read_report
from reports.documents.file import ReportFile
from reports.documents.model import Period, ReportDocument
from reports.errors import NothingPublishedError
from reports.models import AsOf
from reports.publications import reading
from schemas.catalog.access import read_access
from schemas.catalog.stored import read_catalog
from schemas.documents.documents import Report
from schemas.identity.readers import Reader
from schemas.identity.roles import Role
from schemas.tables import catalog_documents, report_archive, report_runs


class ReportFailedError(PermanentError):
    """A report could not be made; the message says why. It is in the books."""


@dataclass(frozen=True)
class RunOutcome:
    """What became of a run, and why where it was not made or is late."""

    state: State
    reason: str | None = None


@dataclass(frozen=True)
class _Draft:
    """A report as it was read, and what the books say of it."""

    report: Report
    document: ReportDocument
    facts: dict[str, Any]


def make_report(engine: Engine, settings: Settings, run_id: int, now: datetime) -> RunOutcome:
    """Make a report that is not made yet; doing so again, or at once with another process, changes nothing.

    What is killed before the one transaction at the end leaves nothing; what is killed after it leaves all.

    Raises:
        PermanentError: there is no such run.
        ReportFailedError: it could not be read or written; noted in the books.
        TransientError, SQLAlchemyError: the database was away; nothing is noted.
    """
    with engine.connect() as connection:
        run = read_run(connection, run_id)
    if run is None:
        raise PermanentError(f"there is no run {run_id} of a report")
    if not run.is_open:
        return RunOutcome(run.state, run.reason)
    try:
        draft = _read(engine, settings, run, now)
        if isinstance(draft, RunOutcome):
            return draft
        files = _written(draft.document, draft.report)
    except (TransientError, SQLAlchemyError):
        raise
    except Exception as error:
        # whatever it is, the owner is to hear of it rather than to wait for a report that never comes
        why = f"{type(error).__name__}: {error}"
        with engine.begin() as connection:
            note_failure(connection, run, why, now)
        raise ReportFailedError(f"{run.report_id} (run {run.run_id}): {why}") from error
    return _stored(engine, run, draft, files, now)


def _read(engine: Engine, settings: Settings, run: ReportRun, now: datetime) -> _Draft | RunOutcome:
    """The document, or why there is none yet; all of it of one publication."""
    as_of = run.due_at.astimezone(settings.zone).date() if run.asked_by == BACKFILL else None
    with reading(engine) as connection:
        catalog = read_catalog(connection)
        report = catalog.reports.get(run.report_id)
        if report is None:
            refused = GONE
        else:
            period = run.period(zone_of(report, settings.zone))
            try:
                found = readiness(connection, catalog, report, period, as_of)
            except NothingPublishedError as error:
                refused = str(error)
            else:
                if report.when_data == "always" or not found.missing:
                    return _draft(connection, settings, run, report, found, as_of, now)
                refused = found.reason or ""
    if report is not None and as_of is None:
        return RunOutcome(run.state, refused)
    with engine.begin() as connection:
        withhold(connection, run, refused, now)
    return RunOutcome("withheld", refused)


def _draft(
    connection: Connection,
    settings: Settings,
    run: ReportRun,
    report: Report,
    found: Readiness,
    as_of: AsOf | None,
    now: datetime,
) -> _Draft:
    zone = zone_of(report, settings.zone)
    period = run.period(zone)
    document = document_of(connection, settings, report, period, as_of, now, run.run_id)
    late = _lateness(run, zone, settings.as_of_utc or now)
    stored = catalog_documents.c
    of_report = (stored.kind == "report") & (stored.document_id == report.report_id)
    viewer = Reader("viewer", None, Role.VIEWER, read_access(connection))
    facts = {
        "period_start": period.start,
        "period_end": period.end,
        "publication_id": found.publication.publication_id,
        "definition_hash": connection.scalar(select(stored.content_hash).where(of_report)),
        "audience": {"role": report.audience.role, "team": report.audience.team},
        "shows_restricted": any(not viewer.sees(each) for each in document.metrics),
        "reason": "; ".join([*(f"incomplete: {each}" for each in found.missing), *late]) or None,
    }
    return _Draft(report, doubted(document, found.missing, late), facts)


def document_of(
    connection: Connection,
    settings: Settings,
    report: Report,
    period: Period,
    as_of: AsOf | None,
    now: datetime,
    run_id: int | None = None,
) -> ReportDocument:
    """What a report says of a period, whether or not its data are complete; `run_id` where it is made for a run.

    Raises:
        NothingPublishedError: there is no publication, or was none by then.
    """
    request = ReportRequest(report, period, as_of, now, settings.locale, settings.public_url, run_id)
    return read_report(connection, request)


def doubted(document: ReportDocument, missing: Sequence[str], late: Sequence[str] = ()) -> ReportDocument:
    """The document, marked with what its data lack and that it is late."""
    doubts = (*document.cover.doubts, *(f"incomplete: {each}" for each in missing), *late)
    return replace(document, cover=replace(document.cover, doubts=doubts))


def _lateness(run: ReportRun, zone: ZoneInfo, at: datetime) -> list[str]:
    if run.asked_by is not None or at <= run.wait_until:
        return []
    why = ", and withheld until its data were complete" if run.state == "withheld" else ""
    return [f"late: it was due on {run.due_at.astimezone(zone):%Y-%m-%d %H:%M %Z}{why}"]


def _written(document: ReportDocument, report: Report) -> list[ReportFile]:
    from reports.documents.writing import write_report  # noqa: PLC0415  loads what writes every format

    return write_report(document, report.formats)


def _stored(
    engine: Engine, run: ReportRun, draft: _Draft, files: Sequence[ReportFile], now: datetime
) -> RunOutcome:
    from reports.documents.as_json import contents_of  # noqa: PLC0415  as above

    targets = () if run.asked_by == BACKFILL else draft.report.channels
    values = draft.facts | {
        "state": "made" if targets else "sent",
        "contents": contents_of(draft.document),
        "made_at": now,
        "ended_at": None if targets else now,
    }
    with engine.begin() as connection:
        locked = select(report_runs.c.state, report_runs.c.made_at).where(report_runs.c.run_id == run.run_id)
        row = connection.execute(locked.with_for_update()).one()
        if row.made_at is not None:
            return RunOutcome(row.state)  # somebody else was faster
        archived = [_archived(run.run_id, each) for each in files]
        connection.execute(insert(report_archive), archived)
        queue_report(connection, run.run_id, targets, now)
        connection.execute(update(report_runs).where(report_runs.c.run_id == run.run_id).values(**values))
    return RunOutcome("made" if targets else "sent", draft.facts["reason"])


def _archived(run_id: int, file: ReportFile) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "name": file.name,
        "format": file.format,
        "media_type": file.media_type,
        "content": file.content,
        "content_hash": hashlib.sha256(file.content).hexdigest(),
        "size_bytes": len(file.content),
    }
