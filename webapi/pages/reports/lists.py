"""Runs of reports in lists: all of them, and those of one report with its definition."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Response
from marshmallow import fields, validate

from reports.archive.models import STATES, ArchivedReport, RunQuery
from reports.archive.runs import run_page
from reports.cells import Cell, Link, PeriodCell, Restricted, Status, Table
from reports.documents.addresses import report_path
from reports.publications import start_of_day
from schemas.catalog.queries import read_document
from webapi.pages.frame.rendering import figures, page
from webapi.pages.frame.route import FileQuerySchema
from webapi.pages.reports.blueprint import blueprint
from webapi.pages.reports.definitions import (
    audience_words,
    defined_reports,
    definitions_table,
    next_due,
    scope_links,
)
from webapi.request.context import app_parts, reader
from webapi.views.pages import PageQuerySchema
from webapi.views.periods import FormDay

MOST_IN_FILES = 10_000
_COLUMNS = {
    "report": "Report",
    "period": "Period",
    "state": "State",
    "why": "Why",
    "made": "Made",
    "sent": "Sent to",
    "files": "Files",
}
_MAIL_ALONE = ("image", "text")


class RunsOfReportSchema(PageQuerySchema, FileQuerySchema):
    """Which runs of a report; an empty filter is none."""

    state = fields.String(validate=validate.OneOf(("", *STATES)), load_default="")
    since = FormDay(load_default=None)
    until = FormDay(load_default=None)


class RunListSchema(RunsOfReportSchema):
    """Which runs of which reports."""

    report_id = fields.String(load_default="")


@blueprint.page("/reports", query=RunListSchema)
def show_reports(query: dict[str, Any]) -> Response:
    """What was made and sent, the newest periods first, and the reports of the catalog."""
    found, total = _found(query, query["report_id"] or None)
    return page(
        "reports.html",
        "Reports",
        [runs_table(found), definitions_table()],
        query=query,
        total=total,
        states=STATES,
        most_in_files=MOST_IN_FILES,
        is_filtered=any(query[name] for name in ("report_id", "state", "since", "until")),
    )


@blueprint.page("/reports/<report:report_id>", query=RunsOfReportSchema)
def show_report(query: dict[str, Any], report_id: str) -> Response:
    """One report: its definition in short, when it is due, and what became of each."""
    found, total = _found(query, report_id)
    is_filtered = any(query[name] for name in ("state", "since", "until"))
    report = defined_reports().get(report_id)
    if report is None and not (total or is_filtered):
        # what was made of it stays when it leaves the catalog; of what never was, this names what is near
        app_parts().database.read(read_document, "report", report_id)
    return page(
        "report.html",
        report.name if report else report_id,
        [runs_table(found, with_report=False)],
        report=report,
        report_id=report_id,
        due=next_due(report) if report else None,
        audience=audience_words(report.audience.model_dump()) if report else "",
        scope=scope_links(report) if report else (),
        query=query,
        total=total,
        states=STATES,
        most_in_files=MOST_IN_FILES,
        is_filtered=is_filtered,
    )


def runs_table(found: list[ArchivedReport], *, with_report: bool = True) -> Table:
    """Runs, a row each."""
    columns = {key: name for key, name in _COLUMNS.items() if with_report or key != "report"}
    rows = [_row(each, with_report=with_report) for each in found]
    return Table("runs", "Reports that were due or asked for, the newest periods first", columns, rows)


def _found(query: Mapping[str, Any], report_id: str | None) -> tuple[list[ArchivedReport], int]:
    """What is asked for; days are whole ones, and a file has all pages."""
    zone, until = app_parts().settings.zone, query["until"]
    place = {"limit": MOST_IN_FILES} if query["format"] else {"page": query["page"], "limit": query["limit"]}
    asked = RunQuery(
        report_id=report_id,
        state=query["state"] or None,
        since=start_of_day(query["since"], zone) if query["since"] else None,
        until=start_of_day(until + timedelta(days=1), zone) if until else None,
        **place,
    )
    return app_parts().database.read(run_page, asked, reader(), zone)


def _row(run: ArchivedReport, *, with_report: bool) -> Mapping[str, Cell]:
    address = report_path(run.report_id, run.run_id)
    period = PeriodCell(run.period_start, run.grain)
    return {
        "report": Link(run.name or run.report_id, address, _note(run)),
        "period": period
        if with_report
        else Link(figures().period(run.period_start, run.grain), address, _note(run)),
        "state": Status(run.state),
        "why": Restricted() if run.restricted else run.reason,
        "made": run.made_at,
        "sent": sent_to(run),
        "files": _formats(run),
    }


def sent_to(run: ArchivedReport) -> str:
    """How many of those that it goes to have it."""
    total = sum(run.deliveries.values())
    return f"{run.deliveries.get('delivered', 0)} of {total}" if total else ""


def _note(run: ArchivedReport) -> str:
    return "" if run.edition == 1 else f"edition {run.edition}"


def _formats(run: ArchivedReport) -> Cell:
    if run.restricted:
        return Restricted()
    if not run.is_kept:
        return "no longer kept"
    return ", ".join(each.format for each in run.files if each.format not in _MAIL_ALONE)
