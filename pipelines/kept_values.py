"""How long marts keep values: which are forgotten, and which metrics a later run has to compute from the beginning."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, text

from core.settings import Settings
from pipelines.calendar import steps
from pipelines.calendar.ranges import Ranges
from pipelines.publish.okr.series import scored_since
from pipelines.publish.rules import parse_baseline
from pipelines.retention import days_before
from schemas.documents.documents import Catalog

Key = tuple[str, str]
"""metric_id, grain"""

# what is older than the newest period that is over by then, and known where key results ask for that, in the total;
# all slices of a grain begin with the same period, so that its total says what is gone
_OLD_VALUES = """
    with asked as materialized (
        select * from json_to_recordset(cast(:asked as json))
            as a(metric_id text, grain text, before timestamptz, is_known bool)
    ), oldest as materialized (
        select metric_id, grain, (
            select v.period_start from marts.metric_values v
            where (v.metric_id, v.grain, v.slice) = (a.metric_id, a.grain, '')
              and v.period_start < a.before and v.period_end <= a.before
              and (not a.is_known or v.is_complete and v.value is not null)
            order by v.period_start desc limit 1) as period_start
        from asked a
    )
    delete from marts.metric_values v using oldest o, marts.metric_slices s
    where (s.metric_id, s.grain) = (o.metric_id, o.grain)
      and (v.metric_id, v.grain, v.slice) = (s.metric_id, s.grain, s.slice) and v.period_start < o.period_start
"""
_OLD_REVISIONS = "delete from marts.metric_value_revisions where period_end <= :before"
# the newest day is what the scorecard shows
_OLD_SCORES = """
    delete from marts.{table} where as_of_date < :day and as_of_date < (select max(as_of_date) from marts.{table})
"""
_SCORES = ("key_result_progress", "objective_progress", "domain_scorecards")
# whose computing begins no later than what is left of a series that had begun before
_REACHING = """
    select distinct a.metric_id
    from json_to_recordset(cast(:asked as json)) as a(metric_id text, grain text, begin timestamptz)
    join marts.metric_slices s on (s.metric_id, s.grain, s.slice) = (a.metric_id, a.grain, '')
    cross join lateral (
        select v.period_start from marts.metric_values v
        where (v.metric_id, v.grain, v.slice) = (a.metric_id, a.grain, '') order by v.period_start limit 1) oldest
    where s.first_period_start < oldest.period_start and a.begin <= oldest.period_start
"""


def forget_values(engine: Engine, settings: Settings, catalog: Catalog, as_of: datetime) -> dict[str, int]:
    """Delete values, revisions and scores older than MDL_KEEP_VALUES_DAYS; rows per table, nothing without it.

    Of each series the newest value that is old enough to go stays, with which the next is compared; the values that a
    baseline in force compares kept ones with; those that key results in force are scored by. The caller holds the
    writer's lock.
    """
    if settings.keep_values_days is None:
        return {}
    before = days_before(as_of, settings.keep_values_days, settings.zone)
    asked = _as_json(_limits(catalog, before, settings.zone))
    day = before.astimezone(settings.zone).date()
    deleted = {
        "metric_values": _delete(engine, _OLD_VALUES, asked=asked),
        "revisions_of_old_values": _delete(engine, _OLD_REVISIONS, before=before),
    }
    return deleted | {table: _delete(engine, _OLD_SCORES.format(table=table), day=day) for table in _SCORES}


def _limits(catalog: Catalog, before: datetime, zone: ZoneInfo) -> Iterable[dict[str, Any]]:
    """Per metric and grain, the instant before which values may go; where `is_known`, the newest known one stays."""
    since = scored_since(catalog, zone)
    for metric_id, metric in catalog.metrics.items():
        for grain in metric.grains:
            is_scored = metric_id in since and grain is metric.current_grain
            limit = min(before, since[metric_id]) if is_scored else before
            baseline = parse_baseline(metric.targets_and_alerts.comparison_baseline, grain.value)
            if baseline is not None and baseline.step is not None:
                unit, count = baseline.step
                limit = min(limit, steps.widen([(before, before)], unit, -count, zone)[0][0])
            yield {"metric_id": metric_id, "grain": grain.value, "before": limit, "is_known": is_scored}


def reaching_forgotten(connection: Connection, ranges: Mapping[Key, Ranges]) -> frozenset[str]:
    """Metrics of a scope that begins where values are forgotten, whose neighbours and beginnings marts do not know."""
    asked = [
        {"metric_id": metric_id, "grain": grain, "begin": each[0][0]}
        for (metric_id, grain), each in ranges.items()
        if each
    ]
    return frozenset(connection.execute(text(_REACHING), {"asked": _as_json(asked)}).scalars())


def _as_json(rows: Iterable[Mapping[str, Any]]) -> str:
    return json.dumps(list(rows), default=datetime.isoformat)


def _delete(engine: Engine, statement: str, **values: Any) -> int:
    with engine.begin() as connection:
        return connection.execute(text(statement), values).rowcount
