"""Reports as the catalog defines them: what they are about, when they are due, and for whom they are made."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from urllib.parse import quote
from zoneinfo import ZoneInfo

from reports.cells import Cell, Link, Table
from reports.documents.addresses import report_path
from schemas.documents.documents import Report
from schemas.documents.schedules import due_between
from webapi.request.context import app_parts

_MOST = 1_000
_COLUMNS = {
    "report": "Report",
    "grain": "Period",
    "due": "Next due",
    "audience": "Made for",
    "formats": "Formats",
    "channels": "Sent to",
    "owner": "Owner",
}
# a schedule such as 29 February is due every four years, or after eight
_LOOKS_AHEAD = timedelta(days=366 * 8 + 2)


def definitions_table() -> Table:
    """Reports of the catalog."""
    rows = [_row(each) for each in islice(defined_reports().values(), _MOST)]
    return Table("reports", "Reports of the catalog", _COLUMNS, rows)


def defined_reports() -> Mapping[str, Report]:
    """Every report of the catalog, by id, as the catalog is read: in canonical fields."""
    return app_parts().database.read(app_parts().book.open).catalog.reports


def next_due(report: Report) -> datetime | None:
    """When it is due next, by the clock of its zone; None where it is made by hand alone."""
    if report.schedule is None:
        return None
    parts = app_parts()
    now = parts.settings.as_of_utc or parts.clock()
    zone = ZoneInfo(report.timezone) if report.timezone else parts.settings.zone
    return next(due_between(report.schedule, zone, now, now + _LOOKS_AHEAD), None)


def audience_words(audience: Mapping[str, object] | None) -> str:
    """For whose eyes it is made, in words."""
    if not audience:
        return ""
    team = f" of team {audience['team']}" if audience.get("team") else ""
    return f"{audience.get('role', 'viewer')}s{team}"


def scope_links(report: Report) -> Sequence[tuple[str, Sequence[Link]]]:
    """What it is about, by kind; nothing at all means everything."""
    scope = report.scope
    kinds = (("domains", scope.domains), ("objectives", scope.objectives), ("metrics", scope.metrics))
    return [(kind, [Link(each, f"/{kind}/{quote(each)}") for each in ids]) for kind, ids in kinds if ids]


def _row(report: Report) -> Mapping[str, Cell]:
    due = next_due(report)
    return {
        "report": Link(report.name, report_path(report.report_id), report.report_id),
        "grain": report.grain.value,
        "due": due if due is not None else "made by hand",
        "audience": audience_words(report.audience.model_dump()),
        "formats": ", ".join(report.formats),
        "channels": ", ".join(report.channels) or "nobody",
        "owner": report.owner_team,
    }
