"""One run of a report: the document as it was, drawn from what was stored; to whom it went, and its files."""

from collections.abc import Sequence

from flask import Response
from werkzeug.exceptions import NotFound

from reports.archive.models import ArchivedReportDetail, ReportDelivery
from reports.archive.runs import read_run
from reports.archive.stored_document import StoredCover, stored_report
from reports.cells import Status, Table
from reports.documents.addresses import report_path
from reports.figures import Figures
from webapi.pages.frame.markup import CellMarkup
from webapi.pages.frame.rendering import figures, page
from webapi.pages.frame.trust import Reason, TrustLine
from webapi.pages.reports.blueprint import blueprint
from webapi.pages.reports.definitions import audience_words
from webapi.pages.reports.lists import sent_to
from webapi.request.context import app_parts, reader
from webapi.views.report_files import report_file

_ONE = "/reports/<report:report_id>/<int(max=9223372036854775807):run_id>"
_TOLD = {
    "target": "Channel",
    "state": "State",
    "attempts": "Attempts",
    "created": "Since",
    "ended": "Ended",
    "error": "Last error",
}


@blueprint.page(_ONE)
def show_run(report_id: str, run_id: int) -> Response:
    """What became of it, and what it says."""
    parts = app_parts()
    run: ArchivedReportDetail = parts.database.read(read_run, run_id, reader(), parts.settings.zone)
    if run.report_id != report_id:
        raise NotFound(f"report {report_id} has no run {run_id}")
    document = stored_report(run.contents)
    locale = Figures(document.locale) if document else figures()
    return page(
        "report-run.html",
        f"{run.name or report_id}, {figures().period(run.period_start, run.grain)}",
        [_told(run.told)],
        run=run,
        document=document,
        # of a report that is not for everybody each picture would be noted as a download
        pictures=() if run.shows_restricted else [each.name for each in run.files],
        trust=_trust(document.cover, locale) if document else None,
        shown=CellMarkup(locale, lambda moment: moment),
        address_of_report=report_path(report_id),
        address_of_run=report_path(report_id, run_id),
        audience=audience_words(run.audience),
        sent_to=sent_to(run),
    )


@blueprint.page(f"{_ONE}/files/<name>")
def send_report_file(report_id: str, run_id: int, name: str) -> Response:
    """A file as it was sent, as a download; the API has the same, but a page's cookie does not open it."""
    return report_file(run_id, name, report_id)


def _trust(cover: StoredCover, locale: Figures) -> TrustLine:
    through = locale.instant(cover.data_through) if cover.data_through else "no data yet"
    facts = (
        ("data through", through),
        ("published", f"{locale.instant(cover.published_at)} (publication {cover.publication_id})"),
        ("time zone", cover.timezone),
        ("quality", cover.quality or "unknown"),
        ("for", cover.audience),
    )
    return TrustLine(facts, tuple(Reason(each) for each in cover.doubts))


def _told(told: Sequence[ReportDelivery]) -> Table:
    rows = [
        {
            "target": each.target,
            "state": Status(each.state),
            "attempts": each.attempts,
            "created": each.created_at,
            "ended": each.ended_at,
            "error": each.last_error,
        }
        for each in told
    ]
    return Table("deliveries", "To whom it goes", _TOLD, rows, frozenset({"attempts"}))
