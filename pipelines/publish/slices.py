"""Where each published slice begins: with its first period that has rows."""

from datetime import datetime

from sqlalchemy import text

from pipelines.publish.scope import Key, within
from pipelines.publish.transfer import Exchange, duckdb_types
from schemas.tables import metric_slices

SERIES = ("metric_id", "grain", "slice")
_TYPES = duckdb_types(metric_slices, (*SERIES, "first_period_start"))


def follow_slices(exchange: Exchange) -> dict[Key, list[tuple[datetime, datetime | None]]]:
    """Make `slice_next` from the tables `incoming` and `replaced` (`scope_replaced` in PostgreSQL).

    Returns what lost its place, per metric and grain: from the old beginning of a slice to the new one (None
    where the slice is gone). If a correction empties a slice's first period, the rows up to the next period
    that has rows go too, even those that were not computed again.
    """
    exchange.fetch(
        "slice_was",
        "select s.metric_id, s.grain, s.slice, s.first_period_start from marts.metric_slices s "
        "where (s.metric_id, s.grain) in (select metric_id, grain from scope_replaced)",
        _TYPES,
    )
    exchange.keep(
        "slice_now",
        "select metric_id, grain, slice, min(period_start) as first_period_start "
        "from incoming where sample_count > 0 group by all",
    )
    _find_first_outside(exchange)
    exchange.keep(
        "slice_next",
        """
        select metric_id, grain, slice, was.first_period_start as previously,
               least(now.first_period_start,
                     case when outside.metric_id is null then was.first_period_start
                          else outside.first_period_start end) as first_period_start
        from slice_was was
        full join slice_now now using (metric_id, grain, slice)
        left join outside using (metric_id, grain, slice)
        """,
    )
    later = exchange.duck.execute(
        "select distinct metric_id, grain, previously, first_period_start from slice_next "
        "where previously is not null and (first_period_start is null or first_period_start > previously)"
    ).fetchall()
    moved: dict[Key, list[tuple[datetime, datetime | None]]] = {}
    for metric_id, grain, previously, first in later:
        moved.setdefault((metric_id, grain), []).append((previously, first))
    return moved


def _find_first_outside(exchange: Exchange) -> None:
    """Make `outside`: of slices whose first period may be emptied, the first one with rows that stays."""
    exchange.send(
        "emptied",
        "select was.* from slice_was was left join slice_now now using (metric_id, grain, slice) "
        "where (now.first_period_start is null or now.first_period_start > was.first_period_start) and "
        + within("replaced", "was", "first_period_start"),
    )
    exchange.fetch(
        "outside",
        "select e.metric_id, e.grain, e.slice, ("
        " select v.period_start from marts.metric_values v"
        " where (v.metric_id, v.grain, v.slice) = (e.metric_id, e.grain, e.slice)"
        " and v.period_start > e.first_period_start and v.sample_count > 0"
        f" and not {within('scope_replaced', 'v')}"
        " order by v.period_start limit 1) from emptied e",
        _TYPES,
    )


def write_slices(exchange: Exchange) -> None:
    """Bring marts.metric_slices in line with `slice_next`."""
    exchange.send(
        "moved_slices",
        "select metric_id, grain, slice, first_period_start from slice_next "
        "where previously is distinct from first_period_start",
    )
    exchange.connection.execute(
        text(
            "delete from marts.metric_slices s using moved_slices m "
            "where (s.metric_id, s.grain, s.slice) = (m.metric_id, m.grain, m.slice)"
        )
    )
    exchange.connection.execute(
        text(
            "insert into marts.metric_slices (metric_id, grain, slice, first_period_start) "
            "select * from moved_slices where first_period_start is not null"
        )
    )
