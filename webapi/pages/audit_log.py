"""The audit log, for administrators."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response
from marshmallow import fields, validate

from reports.cells import Cell, Link, Table
from reports.documents.addresses import report_path
from reports.publications import start_of_day
from schemas.identity.audit import AuditEntry, AuditQuery, read_audit
from schemas.identity.roles import Role
from webapi.pages.frame.rendering import local, page
from webapi.pages.frame.route import FileQuerySchema, Pages
from webapi.pages.reports.definitions import defined_reports
from webapi.process.json_text import to_json
from webapi.request.context import app_parts
from webapi.views.periods import FormDay

blueprint = Pages("pages-audit-log", __name__)

_LIMIT = 100
_MOST = 50_000
"""Rows of a file."""
_FILTERS = ("actor", "action", "target", "outcome")
_COLUMNS = {
    "happened_at": "When",
    "actor": "Who",
    "action": "What",
    "target": "To what",
    "outcome": "Outcome",
    "detail": "Detail",
    "address": "From",
    "request_id": "Request",
}


class EntriesQuerySchema(FileQuerySchema):
    """Which entries."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    actor = fields.String(load_default="")
    action = fields.String(load_default="")
    target = fields.String(load_default="")
    outcome = fields.String(load_default="", validate=validate.OneOf(("", "done", "refused")))
    first = FormDay(data_key="from", load_default=None)
    last = FormDay(data_key="to", load_default=None)


@blueprint.page("/admin/audit", role=Role.ADMIN, query=EntriesQuerySchema)
def show_audit_log(query: dict[str, Any]) -> Response:
    """Who did what, newest first."""
    asked = AuditQuery(
        **{name: query[name] or None for name in _FILTERS},
        start=_midnight(query["first"], 0),
        end=_midnight(query["last"], 1),
    )
    number, limit = (1, _MOST) if query["format"] else (query["page"], _LIMIT)
    entries, total = app_parts().database.write(read_audit, asked, number, limit)
    known = defined_reports()
    table = Table("audit-log", "Audit log", _COLUMNS, [_row(each, known) for each in entries])
    return page("audit-log.html", "Audit log", [table], query=query, total=total, limit=_LIMIT, most=_MOST)


def _midnight(day: date | None, later: int) -> datetime | None:
    """When a day of the reporting zone begins, or one some days later."""
    return None if day is None else start_of_day(day + timedelta(days=later), app_parts().settings.zone)


def _row(entry: AuditEntry, known: Collection[str]) -> dict[str, Cell]:
    return {
        "happened_at": local(entry.happened_at),
        "actor": entry.actor,
        "action": entry.action,
        "target": _target(entry, known),
        "outcome": entry.outcome,
        "detail": to_json(entry.detail).decode() if entry.detail else None,
        "address": entry.address,
        "request_id": entry.request_id,
    }


def _target(entry: AuditEntry, known: Collection[str]) -> Cell:
    """What was acted on; a report of the catalog, or a run of one, as a link to its page."""
    kind, _, named = entry.target.partition(":")
    if kind == "report" and named in known:
        return Link(entry.target, report_path(named))
    if kind == "report_run":
        return Link(entry.target, report_path(str(entry.detail["report"]), int(named)))
    return entry.target
