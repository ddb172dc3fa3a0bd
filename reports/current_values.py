"""Where several metrics stand: the newest finished period of each total, in one statement."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, lateral, select, true

from reports.models import Trust
from reports.publications import standing_publication, trust_of
from schemas.tables import metric_values, published_metrics


@dataclass(frozen=True)
class CurrentValue:
    """The newest finished period of a metric's total, at its current grain; change_pct as in MetricValue."""

    metric_id: str
    unit: str | None
    grain: str
    period_start: datetime
    period_end: datetime
    value: float | None
    status: str
    change_pct: float | None


def current_values(
    connection: Connection, metric_ids: Collection[str]
) -> tuple[Mapping[str, CurrentValue], Trust]:
    """By id, of those that have one, and what they rest on. Two statements.

    Raises:
        NothingPublishedError: there is no publication.
    """
    publication = standing_publication(connection)
    zone = ZoneInfo(publication.timezone)
    values, metrics = metric_values.c, published_metrics.c
    of_newest = (values.grain, values.period_start, values.period_end, values.value, values.status)
    newest = lateral(
        select(*of_newest, values.change_pct)
        .where(values.metric_id == metrics.metric_id, values.grain == metrics.current_grain)
        .where(values.slice == "", values.is_complete)
        .order_by(values.period_start.desc())
        .limit(1)
    ).alias("newest")
    statement = (
        select(metrics.metric_id, metrics.unit, newest)
        .select_from(published_metrics.join(newest, true()))
        .where(metrics.metric_id.in_(metric_ids))
    )
    found = {}
    for row in connection.execute(statement):
        local = {name: getattr(row, name).astimezone(zone) for name in ("period_start", "period_end")}
        found[row.metric_id] = CurrentValue(**{**row._asdict(), **local})
    return found, trust_of(publication, is_complete=True, metrics=metric_ids)
