"""Reads slices of a metric: the largest of a dimension and what is left, or what each added to a change."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from core.sums import sum_of
from reports.charts.data import Breakdown, ChangeBySlice
from reports.charts.periods import instant
from reports.contributions import Parts, contributions, scale_of_ratio
from reports.errors import NotOfferedError, TooManyRowsError
from reports.models import AsOf, MetricValue, ValuesAnswer
from reports.publications import standing_publication
from reports.selection import Selection, conditions, rows_of
from reports.values import ValuesQuery, values
from schemas.identity.readers import Reader

_MOST_SLICES = 1_000
# PostgreSQL refuses a sum beyond the largest double, and a product below the least: large values are added up as so
# small a part of themselves, which takes no digit from them, and those that are too small for that by themselves
_PART, _TINY = 2.0**-64, 1e-280


def read_breakdown(
    connection: Connection,
    total: ValuesAnswer,
    dimension: str,
    top: int,
    as_of: AsOf | None,
    at_most: int,
    reader: Reader,
) -> Breakdown:
    """The largest slices of a dimension over the periods of the total, and the rest. Seven statements.

    Large is by the sum of values over all periods, of a ratio by the sum of what it is divided by.

    Raises:
        NotOfferedError: the metric is not published by that dimension, or has no slice there.
        TooManyRowsError: the slices have more than `at_most` values.
    """
    metric, grain, rows = total.metric, total.grain, total.rows
    span = Selection(by=[dimension], start=rows[0].period_start, end=rows[-1].period_end)
    source = rows_of(standing_publication(connection, as_of), as_of)
    wanted = conditions(source, [metric.metric_id], grain, span, ZoneInfo(total.trust.timezone))
    size = func.abs(func.coalesce(source.c.denominator, source.c.value))
    ranked = select(source.c.slice, func.count().over().label("of")).where(*wanted).group_by(source.c.slice)
    by_size = (each.desc().nulls_last() for each in (_large(size), _small(size)))
    largest = connection.execute(ranked.order_by(*by_size, source.c.slice).limit(top)).all()
    if len(largest) * len(rows) > at_most:
        raise TooManyRowsError(
            f"the chart has more than {at_most:,} values; ask for a shorter time, a coarser grain or fewer slices"
        )
    names = [row.slice for row in largest]
    asked = ValuesQuery(metric_id=metric.metric_id, grain=grain, start=span.start, end=span.end, as_of=as_of)
    # without a slice, to have it refused in the words of all reports where the dimension is not published
    chosen = replace(asked, slices=names) if names else replace(asked, by=[dimension], limit=1)
    found = values(connection, chosen, reader).rows
    if not found:
        raise NotOfferedError(
            f"{metric.metric_id} has no slice by {dimension} there, so there is nothing to draw"
        )
    slices = {name: tuple(row for row in found if row.slice == name) for name in names}
    others = largest[0].of - len(largest)
    sums = select(
        source.c.period_start,
        *(part(source.c[name]) for name in Parts._fields for part in (_large, _small)),
    ).where(*wanted, source.c.slice.not_in(names))
    rest = _rest(connection, sums.group_by(source.c.period_start), total, slices) if others else None
    return Breakdown(metric, grain, dimension, slices, rest, others, total.trust)


def _rest(
    connection: Connection,
    sums: Select[Any],
    total: ValuesAnswer,
    slices: Mapping[str, Sequence[MetricValue]],
) -> dict[datetime, float | None] | None:
    """Values of all other slices together; None where slices do not add up to the total in every period."""
    left = {instant(row.period_start): _sums(row) for row in connection.execute(sums)}
    shown: dict[datetime, list[MetricValue]] = {}
    for rows in slices.values():
        for row in rows:
            shown.setdefault(instant(row.period_start), []).append(row)
    known = [row for row in total.rows if row.value is not None]
    for is_additive in (True, False):
        names = ("value",) if is_additive else ("numerator", "denominator")
        if all(
            _adds_up(
                getattr(row, name),
                name,
                left.get(instant(row.period_start)),
                shown.get(instant(row.period_start), ()),
            )
            for row in known
            for name in names
        ):
            return {
                (start := instant(row.period_start)): _rest_of(row, left.get(start), is_additive)
                for row in total.rows
            }
    return None


def _large(values: ColumnElement[Any]) -> ColumnElement[Any]:
    is_tiny = func.abs(values) < _TINY
    return func.sum(case((is_tiny, 0.0), (~is_tiny, values * _PART)))


def _small(values: ColumnElement[Any]) -> ColumnElement[Any]:
    is_tiny = func.abs(values) < _TINY
    return func.sum(case((is_tiny, values), (~is_tiny, 0.0)))


def _sums(row: Sequence[Any]) -> Parts:
    """Sums of what is left in a period; infinite where no double holds them."""
    pairs = zip(row[1::2], row[2::2], strict=True)
    return Parts(*(None if large is None else large / _PART + small for large, small in pairs))


def _adds_up(whole: float | None, name: str, left: Parts | None, shown: Sequence[MetricValue]) -> bool:
    parts = [getattr(row, name) for row in (*shown, *([left] if left else []))]
    return whole is not None and math.isclose(
        sum_of((part or 0.0) * _PART for part in parts), whole * _PART, rel_tol=1e-6, abs_tol=1e-9 * _PART
    )


def _rest_of(total: MetricValue, left: Parts | None, is_additive: bool) -> float | None:  # noqa: FBT001
    if left is None or total.value is None:
        return None
    if is_additive:
        return left.value
    if not left.denominator:
        return None
    scale = scale_of_ratio(Parts(total.value, total.numerator, total.denominator))
    # a total of 0 does not tell the scale, and a rest of 0 does not need it
    if scale is None:
        return None if left.numerator else 0.0
    return scale * (left.numerator or 0.0) / left.denominator


def read_change(
    connection: Connection,
    metric_id: str,
    dimension: str,
    reader: Reader,
    grain: str | None = None,
    end: date | None = None,
    as_of: AsOf | None = None,
    top: int = 10,
) -> ChangeBySlice:
    """What the slices contributed to the change between the two newest finished periods. Six statements.

    `end` is the last day that counts as newest; `as_of` is as in reports.selection; as many as `top` are drawn.

    Raises:
        NotOfferedError: it is not published by that dimension, has no two such periods, or its slices do not add up.
        TooManyRowsError: the dimension has more than 1,000 slices.
    """
    finished = ValuesQuery(
        metric_id=metric_id, grain=grain, end=end, as_of=as_of, is_complete=True, limit=2, up_to_known=True
    )
    total = values(connection, finished, reader)
    if len(total.rows) < 2:
        raise NotOfferedError(f"{metric_id} has no two finished periods to compare")
    before, after = total.rows
    asked = ValuesQuery(
        metric_id=metric_id,
        grain=total.grain,
        by=[dimension],
        start=before.period_start,
        end=after.period_end,
        as_of=as_of,
        at_most=2 * _MOST_SLICES,
    )
    pairs: dict[str, tuple[Parts, Parts]] = {}
    for row in values(connection, asked, reader).rows:
        then, now = pairs.get(row.slice, (Parts(), Parts()))
        pairs[row.slice] = (
            (_parts(row), now)
            if instant(row.period_start) == instant(before.period_start)
            else (then, _parts(row))
        )
    found = contributions((_parts(before), _parts(after)), pairs)
    if not found:
        raise NotOfferedError(
            f"the slices of {metric_id} by {dimension} do not add up to the change of its total"
        )
    return ChangeBySlice(total.metric, total.grain, dimension, before, after, tuple(found), top, total.trust)


def _parts(row: MetricValue) -> Parts:
    return Parts(row.value, row.numerator, row.denominator)
