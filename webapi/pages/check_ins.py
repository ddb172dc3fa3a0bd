"""Check-ins: values typed in by hand for key results without a metric; the same act as over the API."""

import math
import re
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, redirect, request
from marshmallow import fields
from werkzeug.exceptions import NotFound

from reports.alerting.restricted import insist_on_seen
from reports.cells import Figure, Table
from reports.scores.check_ins import check_in_page
from schemas.catalog.check_ins import KeyResultName, add_check_in
from schemas.catalog.edit import Author
from schemas.catalog.queries import read_document
from schemas.catalog.reach import Reach
from schemas.identity.roles import Role
from webapi.pages.frame.rendering import page
from webapi.pages.frame.route import FileQuerySchema, Pages
from webapi.request.context import app_parts, principal, reader
from webapi.views.audited_writes import Action, write
from webapi.views.pages import PageQuerySchema

blueprint = Pages("pages-check-ins", __name__)

_LONGEST_NOTE = 2_000
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_MOST_IN_FILES = 10_000
_COLUMNS = {"at": "When", "value": "Value", "by": "By", "note": "Note"}


class CheckInListSchema(PageQuerySchema, FileQuerySchema):
    """Of which key result, and which page."""

    key_result = fields.String(required=True)


@blueprint.page("/objectives/<path:objective_id>/check-ins", query=CheckInListSchema)
def show_check_ins(query: dict[str, Any], objective_id: str) -> Response:
    """Values typed in by hand for a key result, newest first, with the form for another."""
    return _check_ins(objective_id, query)


@blueprint.page("/objectives/<path:objective_id>/check-ins", role=Role.EDITOR, methods=("POST",))
def send_check_in(objective_id: str) -> Response:
    """Another value; it counts from the next publication on."""
    given = {name: request.form.get(name, "").strip() for name in ("key_result", "value", "note")}
    kr_id, note = given["key_result"], given["note"] or None
    insist_on_seen(reader(), "key_result", f"{objective_id}/{kr_id}")
    value = _number(given["value"])
    if value is None or len(note or "") > _LONGEST_NOTE:
        wrong = "Expected a number." if value is None else f"A note has at most {_LONGEST_NOTE:,} characters."
        return _check_ins(objective_id, {"key_result": kr_id, "page": 1, "limit": 50, "format": None}, wrong)
    now = app_parts().clock()
    author = Author(principal().actor, now, Reach.of(app_parts().settings))
    action = Action("key_result.check_in", f"key_result:{kr_id}")
    write(action, add_check_in, KeyResultName(kr_id, objective_id), value, note, author, now)
    onward = f"/objectives/{quote(objective_id, safe='')}/check-ins?{urlencode({'key_result': kr_id})}"
    return redirect(onward, 303)  # type: ignore[return-value]  # werkzeug's is Flask's


def _check_ins(objective_id: str, query: dict[str, Any], error: str = "") -> Response:
    kr_id, database = query["key_result"], app_parts().database
    objective = database.read(read_document, "objective", objective_id)
    key_result = next(
        (each for each in objective.content.get("key_results", ()) if each["kr_id"] == kr_id), None
    )
    if key_result is None:
        raise NotFound(f"objective {objective_id!r} has no key result {kr_id!r}")
    page_number, limit = (1, _MOST_IN_FILES) if query["format"] else (query["page"], query["limit"])
    found, total = database.read(
        check_in_page, KeyResultName(kr_id, objective_id), page_number, limit, reader()
    )
    unit = key_result.get("unit")
    rows = [
        {
            "at": each.checked_in_at,
            "value": Figure(each.value, unit),
            "by": each.checked_in_by,
            "note": each.note,
        }
        for each in found
    ]
    shown = page(
        "check-ins.html",
        f"Check-ins of {key_result['name']}",
        [Table("check-ins", "Check-ins, newest first", _COLUMNS, rows, frozenset({"value"}))],
        objective_id=objective_id,
        objective_name=objective.content["name"],
        key_result=key_result,
        unit=unit,
        query=query,
        total=total,
        longest_note=_LONGEST_NOTE,
        given=request.form,
        error=error,
    )
    shown.status_code = 422 if error else 200
    return shown


def _number(text: str) -> float | None:
    """A finite number as programs write it; Python reads `1_000` and other scripts' digits too, which may be slips."""
    found = float(text) if _NUMBER.fullmatch(text.strip()) else math.inf
    return found if math.isfinite(found) else None
