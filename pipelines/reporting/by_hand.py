"""Reports that somebody asks for: another edition of one, one before it is due, one of a period that never was due."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from core.clock import wall_now
from core.errors import DataError, PermanentError
from core.settings import Settings
from pipelines.reporting.due import DueReport, due_time, finished_before, name_of, period_of, zone_of
from pipelines.reporting.make import RunOutcome, document_of, doubted, make_report
from pipelines.reporting.readiness import readiness
from pipelines.reporting.runs import BACKFILL, ReportRun, enter_asked, newest_edition
from reports.documents.file import ReportFile
from reports.documents.model import Period
from reports.publications import reading
from reports.suggestions import suggestion
from schemas.catalog.stored import read_catalog
from schemas.documents.documents import Catalog, Report, ReportFormat


class NotAgainError(DataError):
    """It was made before."""


@dataclass(frozen=True)
class Sent:
    """What was asked for, and what became of it."""

    period: Period
    edition: int
    outcome: RunOutcome


def report_named(catalog: Catalog, report_id: str) -> Report:
    """A report of the catalog.

    Raises:
        PermanentError: there is none of that id; the message names one that is near.
    """
    report = catalog.reports.get(report_id)
    if report is None:
        raise PermanentError(
            f"the catalog has no report {report_id!r}; {suggestion(report_id, catalog.reports)}".rstrip("; ")
        )
    return report


def asked_period(report: Report, default_zone: ZoneInfo, day: date | datetime | None, at: datetime) -> Period:
    """The period that holds a day, or else the last one that is finished.

    Raises:
        PermanentError: it is not over.
    """
    zone = zone_of(report, default_zone)
    if day is None:
        return finished_before(report.grain, zone, at)
    period = period_of(report.grain, zone, day)
    if period.end > at:
        raise PermanentError(
            f"the {report.grain} from {period.start:%Y-%m-%d %H:%M} ends at {period.end:%Y-%m-%d %H:%M %Z}; "
            "it is not over"
        )
    return period


def send_report(
    engine: Engine,
    settings: Settings,
    report_id: str,
    day: date | None,
    asked_by: str,
    now: datetime,
    *,
    again: bool = False,
) -> Sent:
    """Make a report of a period now, and queue it for its channels; with `again`, another edition of one made before.

    Raises:
        PermanentError: there is no such report, or the period is not over.
        NothingPublishedError: there is nothing to make it of.
        NotAgainError: it was made before.
        DataError: its data are not complete, and it waits for such.
        ReportFailedError: it could not be made.
    """
    at = settings.as_of_utc or now
    with reading(engine) as connection:
        catalog = read_catalog(connection)
        report = report_named(catalog, report_id)
        period = asked_period(report, settings.zone, day, at)
        _refuse_incomplete(connection, catalog, report, period)
    with engine.begin() as connection:
        run = _asked(connection, report, DueReport(period, at), asked_by, again=again)
    return Sent(period, run.edition, make_report(engine, settings, run.run_id, now))


def _refuse_incomplete(connection: Connection, catalog: Catalog, report: Report, period: Period) -> None:
    found = readiness(connection, catalog, report, period)
    if found.missing and report.when_data == "complete":
        raise DataError(
            f"{report.report_id}: its data are not complete: {found.reason}; `mdl report render` makes it as it is"
        )


def _asked(
    connection: Connection, report: Report, due: DueReport, asked_by: str, *, again: bool
) -> ReportRun:
    """The run that is open, or a new one."""
    newest = newest_edition(connection, report.report_id, due.period)
    if newest is not None and newest.is_open:
        return newest
    if newest is not None and not again:
        raise NotAgainError(
            f"{report.report_id} of {name_of(due.period)} was made before and is {newest.state}; "
            "`--again` makes and sends a new edition"
        )
    entered = enter_asked(connection, report, due, asked_by, newest.edition + 1 if newest else 1)
    if entered is None:
        raise NotAgainError(f"{report.report_id} of {name_of(due.period)} is made by somebody else")
    return entered


def make_period(
    engine: Engine, settings: Settings, report_id: str, grain: str, day: date | datetime, now: datetime
) -> RunOutcome:
    """Make what is due for a period, as the job of Dagster does: one that is made stays as it is.

    A period that never was due is made as of the day that it would have been, for the archive alone.

    Raises:
        PermanentError: there is no such report of that grain, or the period is not over.
        ReportFailedError: it could not be made.
    """
    with engine.begin() as connection:
        report = report_named(read_catalog(connection), report_id)
        if report.grain != grain:
            raise PermanentError(f"{report_id} is a report of each {report.grain}, not {grain}")
        period = asked_period(report, settings.zone, day, settings.as_of_utc or now)
        run = newest_edition(connection, report_id, period)
        if run is None:
            due = DueReport(period, due_time(report, settings.zone, period))
            run = enter_asked(connection, report, due, BACKFILL)
    if run is None:
        raise PermanentError(f"{report_id} of {name_of(period)} is made by somebody else")
    return make_report(engine, settings, run.run_id, now)


def rendered(
    engine: Engine,
    settings: Settings,
    report_id: str,
    day: date | None,
    as_of: date | None,
    formats: Collection[ReportFormat],
) -> tuple[list[ReportFile], tuple[str, ...]]:
    """The files of a report as it is, and what its data lack; nothing is kept.

    formats: in place of the report's own, where there are any.

    Raises:
        PermanentError: there is no such report, or the period is not over.
        NothingPublishedError: there is nothing to make it of.
    """
    from reports.documents.writing import write_report  # noqa: PLC0415  loads what writes every format

    now = wall_now()
    with reading(engine) as connection:
        catalog = read_catalog(connection)
        report = report_named(catalog, report_id)
        period = asked_period(report, settings.zone, day, settings.as_of_utc or now)
        found = readiness(connection, catalog, report, period, as_of)
        document = document_of(connection, settings, report, period, as_of, now)
    return write_report(doubted(document, found.missing), formats or report.formats), found.missing
