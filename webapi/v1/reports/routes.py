"""Routes of the archive of reports; it changes between publications, so that no answer is kept."""

from typing import Any

from flask import Response

from reports.archive.models import RunQuery
from reports.archive.runs import read_run, run_page
from schemas.identity.roles import Role
from webapi.process.media_types import HTML, PNG, TEXT, XLSX
from webapi.request.context import app_parts, reader
from webapi.v1.reports.schemas import (
    ArchiveQuerySchema,
    ReportRunAnswerSchema,
    ReportRunsQuerySchema,
    ReportRunsSchema,
)
from webapi.views.blueprint import Blueprint
from webapi.views.pages import Page, paged
from webapi.views.report_files import report_file

blueprint = Blueprint(
    "reports", __name__, description="Reports that were made: what became of each, and its files"
)

_ONE = "/reports/archive/<int(max=9223372036854775807):run_id>"
_PDF = "application/pdf"
_BYTES = {"type": "string", "format": "binary"}


@blueprint.get("/reports/archive", role=Role.VIEWER)
@blueprint.arguments(ArchiveQuerySchema, location="query")
@blueprint.response(200, ReportRunsSchema)
def list_report_runs(query: dict[str, Any]) -> Page:
    """List what was made of reports, the newest periods first.

    With what became of each: it waits for data, was made, sent, withheld or failed.
    """
    return _listed(query)


@blueprint.get("/reports/<report_id>/archive", role=Role.VIEWER)
@blueprint.arguments(ReportRunsQuerySchema, location="query")
@blueprint.response(200, ReportRunsSchema)
def list_runs_of_report(query: dict[str, Any], report_id: str) -> Page:
    """List what was made of one report, the newest periods first.

    Also of one that is no longer in the catalog.
    """
    return _listed({**query, "report_id": report_id})


@blueprint.get(_ONE, role=Role.VIEWER, problems=("not-found",))
@blueprint.response(200, ReportRunAnswerSchema)
def get_report_run(run_id: int) -> dict[str, Any]:
    """Read what was made of a report for one period.

    With every number and word that its files show, and to whom it went.
    """
    parts = app_parts()
    return {"data": parts.database.read(read_run, run_id, reader(), parts.settings.zone)}


@blueprint.get(
    f"{_ONE}/files/<name>",
    role=Role.VIEWER,
    problems=("not-found", "restricted", "no-longer-kept", "damaged-file"),
)
@blueprint.alt_response(304, description="As the ETag says")
@blueprint.alt_response(200, schema=_BYTES, content_type=PNG, description="A picture of the HTML")
@blueprint.alt_response(200, schema=_BYTES, content_type=TEXT, description="Plain text")
@blueprint.alt_response(200, schema=_BYTES, content_type=XLSX, description="XLSX")
@blueprint.alt_response(200, schema=_BYTES, content_type=HTML, description="HTML")
@blueprint.response(200, _BYTES, content_type=_PDF, description="The file, as it was sent")
def download_report_file(run_id: int, name: str) -> Response:
    """Download a file of a report.

    Byte for byte as it was sent. Downloads of what not every viewer may read are noted in the audit log.
    """
    return report_file(run_id, name)


def _listed(query: dict[str, Any]) -> Page:
    parts = app_parts()
    found = parts.database.read(run_page, RunQuery(**query), reader(), parts.settings.zone)
    return paged(found, query)
