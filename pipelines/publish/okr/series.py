"""What key results are scored by, read from the marts: published totals of their metrics, and check-ins."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, DateTime, Text, column, select, true, values

from pipelines.calendar.ranges import BEGINNING
from pipelines.publish.okr.trend import KeyResultSeries, Point
from schemas.documents.documents import Catalog
from schemas.tables import key_result_check_ins, metric_values


@dataclass(frozen=True)
class Day:
    """The day that scores are of, in the reporting zone."""

    as_of: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """Local date of the as-of moment."""
        return self.as_of.astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """Local midnight with which a day begins."""
        return datetime.combine(day, time(), tzinfo=self.zone)


def metric_series(connection: Connection, catalog: Catalog, day: Day) -> dict[str, KeyResultSeries]:
    """Finished, known totals of every metric that a key result names, at the metric's current grain.

    From the earliest start of a timeframe on, and the newest one before it, in one statement.
    """
    since = scored_since(catalog, day.zone)
    wanted = [(name, catalog.metrics[name].current_grain.value, begin) for name, begin in since.items()]
    points: dict[str, list[Point]] = {name: [] for name in since}
    for row in _points(connection, wanted):
        points[row.metric_id].append(Point(row.period_start, row.period_end, row.value))
    return {
        name: KeyResultSeries(
            points=sorted(points[name], key=lambda point: point.start),
            direction=catalog.metrics[name].definition.expected_direction,
            metric_id=name,
            grain=catalog.metrics[name].current_grain.value,
        )
        for name in since
    }


def scored_since(catalog: Catalog, zone: ZoneInfo) -> dict[str, datetime]:
    """Metrics that key results name, each with the earliest start of a timeframe; the beginning where one has none."""
    since: dict[str, datetime] = {}
    for objective in catalog.objectives.values():
        start = objective.timeframe.start
        begin = datetime.combine(start, time(), tzinfo=zone) if start else BEGINNING
        for key_result in objective.key_results:
            for metric_id in key_result.metric_ids:
                if metric_id in catalog.metrics:
                    since[metric_id] = min(begin, since.get(metric_id, begin))
    return since


def _points(connection: Connection, wanted: Sequence[tuple[str, str, datetime]]) -> Iterable[Any]:
    if not wanted:
        return []
    asked = values(
        column("metric_id", Text),
        column("grain", Text),
        column("since", DateTime(timezone=True)),
        name="asked",
    ).data(wanted)
    known = (
        select(metric_values.c.period_start, metric_values.c.period_end, metric_values.c.value)
        .where(
            metric_values.c.metric_id == asked.c.metric_id,
            metric_values.c.grain == asked.c.grain,
            metric_values.c.slice == "",
            metric_values.c.is_complete,
            metric_values.c.value.is_not(None),
        )
        .correlate(asked)
    )
    within = known.where(metric_values.c.period_start >= asked.c.since)
    before = (
        known.where(metric_values.c.period_start < asked.c.since)
        .order_by(metric_values.c.period_start.desc())
        .limit(1)
    )
    either = within.union_all(before.subquery().select()).lateral("known")
    return connection.execute(select(asked.c.metric_id, either).select_from(asked.join(either, true())))


def check_in_series(connection: Connection, day: Day) -> dict[tuple[str, str], list[KeyResultSeries]]:
    """Check-ins up to the as-of moment, by objective and key result."""
    table = key_result_check_ins
    rows = connection.execute(
        select(table)
        .where(table.c.checked_in_at <= day.as_of)
        .order_by(table.c.checked_in_at, table.c.check_in_id)
    )
    grouped: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        grouped.setdefault((row.objective_id, row.kr_id), []).append(row)
    return {
        key: [
            KeyResultSeries(
                points=[Point(row.checked_in_at, row.checked_in_at, row.value) for row in group],
                source={
                    "source": "check-in",
                    "check_in_id": group[-1].check_in_id,
                    "by": group[-1].checked_in_by,
                },
            )
        ]
        for key, group in grouped.items()
    }
