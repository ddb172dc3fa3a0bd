"""What changed most between the two newest publications."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, select, true, union_all

from reports.models import Publication
from reports.publications import publications
from schemas.identity.readers import Reader
from schemas.tables import metric_value_revisions, metric_values, published_metrics

_GRAVITY = {"critical": 3, "warning": 2, "no_data": 1, "ok": 0}
_COLUMNS = ("period_start", "value", "status")


@dataclass(frozen=True)
class Stood:
    """Where a metric's total stood: its newest finished period then."""

    period_start: datetime
    value: float | None
    status: str


@dataclass(frozen=True)
class Mover:
    """One metric whose newest finished period became another, or has another value; change_pct as in MetricValue.

    before: None where it had none. is_restated: it is the same period.
    """

    metric_id: str
    name: str
    unit: str | None
    expected_direction: str | None
    grain: str
    before: Stood | None
    now: Stood

    @property
    def is_restated(self) -> bool:
        """Whether the same period has another value or status."""
        return self.before is not None and self.before.period_start == self.now.period_start

    @property
    def change_pct(self) -> float | None:
        """From before to now, in percent of what stood before; None where that is nothing or 0."""
        old = self.before.value if self.before else None
        if not old or self.now.value is None:
            return None
        return 100 * (self.now.value - old) / abs(old)

    @property
    def rank(self) -> tuple[int, float, str]:
        """What changed its status first, the gravest of these first; then by how much of itself it changed."""
        old = self.before.status if self.before else "no_data"
        is_turned = self.before is not None and old != self.now.status
        gravest = max(_GRAVITY.get(old, 0), _GRAVITY.get(self.now.status, 0)) if is_turned else -1
        return (-gravest, -abs(self.change_pct or 0.0), self.metric_id)


@dataclass(frozen=True)
class Movers:
    """The metrics that changed most, and how many did; `since` is the publication before, None where there is none."""

    since: Publication | None
    movers: tuple[Mover, ...]
    total: int


def movers(connection: Connection, reader: Reader, most: int) -> Movers:
    """Up to `most` metrics that the reader may see. Two statements."""
    found = publications(connection, 1, 2)
    if len(found) < 2:
        return Movers(None, (), 0)
    newest, before = found
    zone = ZoneInfo(newest.timezone)
    rows = connection.execute(_changed(newest.publication_id))
    changed = sorted(
        (
            mover
            for row in rows
            if reader.sees(row.metric_id) and (mover := _mover(row, zone)).before != mover.now
        ),
        key=lambda one: one.rank,
    )
    return Movers(before, tuple(changed[:most]), len(changed))


def _changed(publication_id: int) -> Select[Any]:
    """Of each metric whose newest finished total is of the publication, that and what stood before."""
    values, revisions = metric_values, metric_value_revisions
    now = _newest(values, values.c.publication_id).lateral("now")
    before = union_all(
        _newest(values).where(values.c.publication_id < publication_id),
        _newest(revisions).where(revisions.c.superseded_by == publication_id),
    ).lateral("before")
    was = select(before).order_by(before.c.period_start.desc()).limit(1).lateral("was")
    names = ("metric_id", "name", "unit", "expected_direction", "current_grain")
    return (
        select(
            *(published_metrics.c[name] for name in names),
            *(found.c[name].label(f"{found.name}_{name}") for found in (now, was) for name in _COLUMNS),
        )
        .select_from(published_metrics.join(now, true()).outerjoin(was, true()))
        .where(now.c.publication_id == publication_id)
    )


def _newest(table: Table, *more: ColumnElement[Any]) -> Select[Any]:
    """The newest finished total of the metric in hand, at its current grain."""
    metrics = published_metrics.c
    return (
        select(*(table.c[name] for name in _COLUMNS), *more)
        .where(
            table.c.metric_id == metrics.metric_id,
            table.c.grain == metrics.current_grain,
            table.c.slice == "",
            table.c.is_complete,
        )
        .order_by(table.c.period_start.desc())
        .limit(1)
        .correlate(published_metrics)
    )


def _mover(row: Row[Any], zone: ZoneInfo) -> Mover:
    now = Stood(row.now_period_start.astimezone(zone), row.now_value, row.now_status)
    was = row.was_period_start
    before = None if was is None else Stood(was.astimezone(zone), row.was_value, row.was_status)
    return Mover(row.metric_id, row.name, row.unit, row.expected_direction, row.current_grain, before, now)
