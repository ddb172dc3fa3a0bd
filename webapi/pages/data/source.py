"""One source: its files, the rows of it that were refused, and what was expected of it."""

import json
from collections.abc import Iterable
from typing import Any

from flask import Response
from marshmallow import fields, validate

from reports.cells import Restricted, Status, Table
from reports.operations.files import STATES, DeliveredFile, file_page
from reports.operations.models import Expectation
from reports.operations.quarantine import QuarantinedRow, quarantined_page
from reports.operations.sources import source_standing
from webapi.pages.data.blueprint import blueprint
from webapi.pages.data.data_docs import results_of
from webapi.pages.data.sources import freshness_cells, reporting_now
from webapi.pages.frame.rendering import page
from webapi.pages.frame.route import FileQuerySchema
from webapi.request.context import app_parts, reader
from webapi.views.pages import PageQuerySchema

MOST_IN_FILES = 10_000
_ROWS_OF_A_PAGE = 20
# a cell holds whatever was delivered
_LONGEST_CELL = 2_000
_FILES = {
    "path": "Path",
    "state": "State",
    "rows": "Rows",
    "accepted": "accepted",
    "refused": "refused",
    "reason": "Why refused",
    "seen": "Read",
    "modified": "Modified",
}
_ROWS = {"path": "File", "row": "Row", "reasons": "Why refused", "raw": "As delivered", "when": "When"}
_EXPECTATIONS = {
    "expectation": "Expectation",
    "column": "Column",
    "state": "Result",
    "checked": "Values checked",
    "unexpected": "unexpected",
    "files": "Files that failed",
    "when": "Newest result",
}


class SourceQuerySchema(PageQuerySchema, FileQuerySchema):
    """Which files, and which refused rows."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))
    path = fields.String(load_default=None)
    rows_page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))


@blueprint.page("/data/<path:source_id>", query=SourceQuerySchema, kept_by="seconds")
def show_source(query: dict[str, Any], source_id: str) -> Response:
    """The source; rows behind a metric that the reader may not see are not shown, nor why they were refused."""
    now, database = reporting_now(), app_parts().database
    found = database.read(source_standing, source_id, now)
    is_file = query["format"] is not None
    place, rows_place = (
        ((1, MOST_IN_FILES), (1, MOST_IN_FILES))
        if is_file
        else ((query["page"], query["limit"]), (query["rows_page"], _ROWS_OF_A_PAGE))
    )
    states = [query["state"]] if query["state"] else []
    files, files_total = database.read(file_page, reader(), source_id, states, *place)
    rows, rows_total = database.read(quarantined_page, reader(), source_id, query["path"], *rows_place)
    return page(
        "source.html",
        source_id,
        [_files(files), _refused(rows, is_cut=not is_file), _expectations(found)],
        source=found,
        fresh=freshness_cells(found, now),
        query=query,
        states=STATES,
        totals={"files": files_total, "rows": rows_total},
        rows_pages=-(-rows_total // _ROWS_OF_A_PAGE),
        is_restricted=any(each.restricted for each in files) or any(each.restricted for each in rows),
        most_in_files=MOST_IN_FILES,
        results=results_of(source_id),
    )


def _files(found: Iterable[DeliveredFile]) -> Table:
    rows = [
        {
            "path": each.path,
            "state": Status(each.state),
            "rows": each.rows,
            "accepted": each.accepted,
            "refused": each.quarantined,
            "reason": Restricted() if each.restricted else each.reason or _dismissal(each),
            "seen": each.seen_at,
            "modified": each.modified_at,
        }
        for each in found
    ]
    return Table("files", "Files, read last first", _FILES, rows, frozenset(("rows", "accepted", "refused")))


def _dismissal(found: DeliveredFile) -> str:
    return f"dismissed by {found.dismissed_by}: {found.dismissed_reason}" if found.dismissed_by else ""


def _refused(found: Iterable[QuarantinedRow], *, is_cut: bool) -> Table:
    rows = [
        {
            "path": each.path,
            "row": each.row_number,
            "reasons": Restricted() if each.restricted else "; ".join(each.reasons),
            "raw": Restricted() if each.restricted else _raw(each.raw, _LONGEST_CELL if is_cut else None),
            "when": each.quarantined_at,
        }
        for each in found
    ]
    return Table("refused-rows", "Refused rows of the newest deliveries", _ROWS, rows, frozenset({"row"}))


def _raw(raw: Any, longest: int | None) -> str:
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
    return text if longest is None or len(text) <= longest else f"{text[:longest]}…"


def _expectations(found: Any) -> Table:
    told: tuple[Expectation, ...] = found.quality.expectations if found.quality else ()
    rows = [
        {
            "expectation": each.expectation.removeprefix("expect_").replace("_", " "),
            "column": each.column_name,
            "state": Status("failed" if each.failed_files else "met"),
            "checked": each.element_count,
            "unexpected": each.unexpected_count,
            "files": each.failed_files,
            "when": each.validated_at,
        }
        for each in told
    ]
    numeric = frozenset(("checked", "unexpected", "files"))
    return Table("expectations", "Expectations over the newest deliveries", _EXPECTATIONS, rows, numeric)
