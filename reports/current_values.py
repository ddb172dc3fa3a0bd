"""Where several metrics stand: the newest finished period of each total, in one statement."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, case, func, lateral, select, true
from sqlalchemy.sql.selectable import LateralFromClause

from reports.models import Trust
from reports.publications import standing_publication, trust_of
from schemas.documents.documents import Grain
from schemas.identity.readers import Reader
from schemas.tables import metric_values, published_metrics

_RANKS = {grain.value: rank for rank, grain in enumerate(Grain)}


@dataclass(frozen=True)
class CurrentValue:
    """The newest finished period of a metric's total; change_pct as in MetricValue.

    At the coarsest grain, up to its current one, at which a finished period has a value: a metric of months says
    within its first month what its days say.
    """

    metric_id: str
    unit: str | None
    grain: str
    period_start: datetime
    period_end: datetime
    value: float | None
    status: str
    change_pct: float | None


def current_values(
    connection: Connection, metric_ids: Collection[str], reader: Reader
) -> tuple[Mapping[str, CurrentValue], Trust]:
    """By id, of those that have one and may be seen, and what they rest on. Two statements.

    Raises:
        NothingPublishedError: there is no publication.
    """
    publication = standing_publication(connection)
    zone = ZoneInfo(publication.timezone)
    metrics, newest = published_metrics.c, _newest()
    statement = (
        select(metrics.metric_id, metrics.unit, newest)
        .select_from(published_metrics.join(newest, true()))
        .where(metrics.metric_id.in_([each for each in metric_ids if reader.sees(each)]))
    )
    found = {}
    for row in connection.execute(statement):
        local = {name: getattr(row, name).astimezone(zone) for name in ("period_start", "period_end")}
        found[row.metric_id] = CurrentValue(**{**row._asdict(), **local})
    return found, trust_of(publication, reader, is_complete=True, metrics=metric_ids)


def _newest() -> LateralFromClause:
    """Of each published metric, the newest finished period at the grain that says where it stands."""
    values, metrics = metric_values.c, published_metrics.c
    offered = func.jsonb_array_elements_text(metrics.grains).table_valued("grain").render_derived()
    finished = (
        values.metric_id == metrics.metric_id,
        values.grain == offered.c.grain,
        values.slice == "",
        values.is_complete,
    )
    columns = (values.grain, values.period_start, values.period_end, values.value, values.status)
    of_grain = lateral(
        select(*columns, values.change_pct)
        .where(*finished)
        .order_by(values.period_start.desc())
        .limit(1)
        .correlate(published_metrics, offered)
    )
    has_value = (
        select(values.value)
        .where(*finished, values.value.is_not(None))
        .correlate(published_metrics, offered)
        .exists()
    )
    return lateral(
        select(of_grain)
        .select_from(offered.join(of_grain, true()))
        .where(_rank(offered.c.grain) <= _rank(metrics.current_grain))
        .order_by(has_value.desc(), _rank(offered.c.grain).desc())
        .limit(1)
        .correlate(published_metrics)
    )


def _rank(grain: ColumnElement[str]) -> ColumnElement[int]:
    return case(_RANKS, value=grain)
