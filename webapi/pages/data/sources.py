"""The sources, each with how fresh it is and what of it was refused."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Response

from reports.cells import Cell, Figure, Link, Status, Table
from reports.operations.sources import SourceStanding, source_standings
from webapi.pages.data.blueprint import blueprint
from webapi.pages.frame.rendering import page
from webapi.request.context import app_parts

_COLUMNS = {
    "source": "Source",
    "state": "State",
    "newest": "Newest event",
    "age": "Age",
    "promised": "Promised within",
    "late": "Late by",
    "delivered": "Last accepted",
    "accepted": "Files accepted",
    "refused": "refused",
    "lost": "lost",
    "waiting": "waiting",
    "rows": "Rows accepted",
    "rows_refused": "Rows refused",
    "incidents": "Open incidents",
}
_NUMERIC = frozenset(
    ("age", "promised", "late", "accepted", "refused", "lost", "waiting", "rows", "rows_refused", "incidents")
)


@blueprint.page("/data", kept_by="seconds")
def show_data() -> Response:
    """Every source of the catalog, and those that once delivered."""
    now = reporting_now()
    found: list[SourceStanding] = app_parts().database.read(source_standings, now)
    rows = [_row(each, now) for each in found]
    table = Table("sources", "Sources", _COLUMNS, rows, _NUMERIC)
    return page("data.html", "Data", [table], now=now)


def reporting_now() -> datetime:
    """The moment that freshness is judged at: now, or what MDL_AS_OF says is now."""
    parts = app_parts()
    return parts.settings.as_of_utc or parts.clock()


def freshness_cells(found: SourceStanding, now: datetime) -> dict[str, Cell]:
    """How old its newest event is, what is promised, and by how much that is missed."""
    fresh = found.freshness
    age = now - fresh.newest_at if fresh and fresh.newest_at else None
    promised = fresh.tolerated if fresh else None
    late = age - promised if fresh and fresh.is_late(now) and age is not None and promised else None
    return {
        "newest": fresh.newest_at if fresh else None,
        **{
            name: Figure(span.total_seconds(), "seconds") if span is not None else None
            for name, span in (("age", age), ("promised", promised), ("late", late))
        },
    }


def _row(found: SourceStanding, now: datetime) -> Mapping[str, Any]:
    quality = found.quality
    note = found.format if found.is_described else "not in the catalog"
    return {
        "source": Link(found.source_id, f"/data/{quote(found.source_id)}", note or ""),
        "state": Status(found.state),
        **freshness_cells(found, now),
        "delivered": quality.last_accepted_at if quality else None,
        "accepted": quality.files_accepted if quality else 0,
        "refused": quality.files_rejected if quality else 0,
        "lost": quality.files_lost if quality else 0,
        "waiting": quality.files_waiting if quality else 0,
        "rows": quality.rows_accepted if quality else 0,
        "rows_refused": quality.rows_quarantined if quality else 0,
        "incidents": found.incidents,
    }
