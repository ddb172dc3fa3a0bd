"""The metrics of a report: where each stood in the period, with the way there."""

from sqlalchemy import Connection

from reports.cells import Cell, Change, Figure, Link, Sparkline, Status, Table
from reports.documents.model import Period, Section
from reports.models import AsOf
from reports.values import ValuesQuery, values
from schemas.documents.documents import Report
from schemas.identity.readers import Reader

_COLUMNS = {
    "metric": "Metric",
    "status": "Status",
    "value": "Value",
    "change": "Change",
    "target": "Target",
    "recent": "Recently",
}
_PERIODS = 12


def metric_section(
    connection: Connection, report: Report, period: Period, as_of: AsOf | None, reader: Reader
) -> Section:
    """A row for each metric of the report's scope."""
    rows = [_row(connection, each, period, as_of, reader) for each in report.scope.metrics]
    table = Table("metrics", "Metrics", _COLUMNS, rows, frozenset({"value", "change", "target"}))
    return Section("metrics", "Metrics", tables=[table])


def _row(
    connection: Connection, metric_id: str, period: Period, as_of: AsOf | None, reader: Reader
) -> dict[str, Cell]:
    wanted = ValuesQuery(
        metric_id=metric_id,
        grain=period.grain,
        end=period.end,
        as_of=as_of,
        is_complete=True,
        limit=_PERIODS,
    )
    found = values(connection, wanted, reader)
    newest = found.rows[-1] if found.rows else None
    return {
        "metric": Link(found.metric.name, f"/metrics/{metric_id}", metric_id),
        "status": Status(newest.status if newest else None),
        "value": Figure(newest.value if newest else None, found.metric.unit),
        "change": Change(newest.change_pct if newest else None),
        "target": Figure(found.metric.target_value, found.metric.unit),
        "recent": Sparkline(tuple(row.value for row in found.rows)),
    }
