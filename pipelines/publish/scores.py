"""Writes the scores of the as-of day: key results, objectives and domains, from the values just published."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, DateTime, Text, column, select, true, values

from pipelines import okr
from pipelines.calendar.ranges import BEGINNING
from pipelines.publish.metrics import replace_rows
from schemas.documents.belonging import Domains, domains_of
from schemas.documents.documents import Catalog, Objective
from schemas.documents.key_results import expected_direction
from schemas.tables import (
    domain_scorecards,
    key_result_check_ins,
    key_result_progress,
    metric_values,
    objective_progress,
)

# objectives that are planned or given up say nothing about how a domain does
_SHELVED = {"draft", "cancelled"}


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


def write_scores(connection: Connection, catalog: Catalog, day: Day, publication_id: int) -> int:
    """Bring the as-of day's rows of the three score tables up to date; returns how many rows changed.

    Raises:
        CatalogError: the weights of an objective's key results sum to zero.
    """
    series = _metric_series(connection, catalog, day)
    check_ins = _check_in_series(connection, day)
    domains = domains_of(catalog)
    key_results: list[dict[str, Any]] = []
    objectives: list[dict[str, Any]] = []
    for objective in catalog.objectives.values():
        scores = [
            okr.score_key_result(
                key_result,
                objective.timeframe,
                [
                    *(series[name] for name in key_result.metric_ids if name in series),
                    *check_ins.get((objective.objective_id, key_result.kr_id), ()),
                ],
                day.today,
                day.zone,
                expected_direction(key_result, catalog.metrics),
            )
            for key_result in objective.key_results
        ]
        key_results.extend(_key_result_rows(objective, scores))
        objectives.append(_objective_row(domains, objective, scores, day.today))
    domain_rows = _domain_rows(connection, catalog, domains, objectives)
    fixed = {"as_of_date": day.today}
    return sum(
        replace_rows(connection, table, rows, publication_id, fixed)
        for table, rows in (
            (key_result_progress, key_results),
            (objective_progress, objectives),
            (domain_scorecards, domain_rows),
        )
    )


# ---- what is scored ------------------------------------------------------------------------------------


def _metric_series(connection: Connection, catalog: Catalog, day: Day) -> dict[str, okr.KeyResultSeries]:
    """Finished, known totals of every metric that a key result names, at the metric's current grain.

    From the earliest start of a timeframe on, and the newest one before it, in one statement.
    """
    since: dict[str, datetime] = {}
    for objective in catalog.objectives.values():
        start = objective.timeframe.start
        begin = day.midnight(start) if start else BEGINNING
        for key_result in objective.key_results:
            for metric_id in key_result.metric_ids:
                if metric_id in catalog.metrics:
                    since[metric_id] = min(begin, since.get(metric_id, begin))
    wanted = [(name, catalog.metrics[name].current_grain.value, begin) for name, begin in since.items()]
    points: dict[str, list[okr.Point]] = {name: [] for name in since}
    for row in _points(connection, wanted):
        points[row.metric_id].append(okr.Point(row.period_start, row.period_end, row.value))
    return {
        name: okr.KeyResultSeries(
            points=sorted(points[name], key=lambda point: point.start),
            direction=catalog.metrics[name].definition.expected_direction,
            metric_id=name,
            grain=catalog.metrics[name].current_grain.value,
        )
        for name in since
    }


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


def _check_in_series(connection: Connection, day: Day) -> dict[tuple[str, str], list[okr.KeyResultSeries]]:
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
            okr.KeyResultSeries(
                points=[okr.Point(row.checked_in_at, row.checked_in_at, row.value) for row in group],
                source={
                    "source": "check-in",
                    "check_in_id": group[-1].check_in_id,
                    "by": group[-1].checked_in_by,
                },
            )
        ]
        for key, group in grouped.items()
    }


# ---- rows ----------------------------------------------------------------------------------------------


def _key_result_rows(objective: Objective, scores: Sequence[okr.KeyResultScore]) -> Iterable[dict[str, Any]]:
    for position, (key_result, score) in enumerate(zip(objective.key_results, scores, strict=True)):
        yield {
            "objective_id": objective.objective_id,
            "kr_id": score.kr_id,
            "position": position,
            "name": key_result.name,
            "unit": key_result.unit,
            "direction": score.direction.value if score.direction else None,
            "metric_id": score.metric_id,
            "baseline_value": score.baseline_value,
            "current_value": score.current_value,
            "target_value": score.target_value,
            "raw_progress": score.raw_progress,
            "progress": score.progress,
            "expected_progress": score.expected_progress,
            "projected_value": score.projected_value,
            "projected_progress": score.projected_progress,
            "weight": score.weight,
            "status": score.status,
            "provenance": score.provenance,
            "evidence": score.evidence,
        }


def _objective_row(
    domains: Domains, objective: Objective, scores: Sequence[okr.KeyResultScore], today: date
) -> dict[str, Any]:
    score = okr.score_objective(objective, scores, today)
    return {
        "objective_id": objective.objective_id,
        "name": objective.name,
        "owner_team": objective.owner_team,
        "start_date": objective.timeframe.start,
        "end_date": objective.timeframe.end,
        "domain_id": domains.of_objective(objective.objective_id, objective.business_domain),
        "progress": score.progress,
        "expected_progress": score.expected_progress,
        "projected_progress": score.projected_progress,
        "coverage": score.coverage,
        "status": score.status,
        "provenance": score.provenance,
        "evidence": {
            "document_status": objective.status,
            "key_results": {item.kr_id: item.weight for item in scores if item.progress is not None},
        },
    }


def _domain_rows(
    connection: Connection, catalog: Catalog, domains: Domains, objectives: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    latest = _latest_statuses(connection, catalog)
    belonging = {name: domains.of_metric(name, one.business_domain) for name, one in catalog.metrics.items()}
    rows = []
    for domain in catalog.domains.values():
        judged = [
            {
                "metric_id": metric.metric_id,
                "weight": okr.tier_weight(metric.tier),
                "grain": metric.current_grain.value,
                **latest.get(metric.metric_id, {"status": "no_data", "period_start": None}),
            }
            for metric in catalog.metrics.values()
            if domain.domain_id in belonging[metric.metric_id]
        ]
        health = okr.domain_health([(item["weight"], item["status"]) for item in judged])
        progress = [
            row["progress"]
            for row in objectives
            if row["domain_id"] == domain.domain_id
            and row["progress"] is not None
            and row["evidence"]["document_status"] not in _SHELVED
        ]
        rows.append(
            {
                "domain_id": domain.domain_id,
                "name": domain.name,
                "health": health.health,
                "coverage": health.coverage,
                **{f"metrics_{status}": count for status, count in health.counts.items()},
                "objective_progress": sum(progress) / len(progress) if progress else None,
                "provenance": "none" if health.health is None and not progress else "rolled_up",
                "evidence": {"metrics": judged},
            }
        )
    return rows


def _latest_statuses(connection: Connection, catalog: Catalog) -> Mapping[str, dict[str, Any]]:
    """Status and period of the latest finished total of every metric, at its current grain."""
    wanted = [(metric.metric_id, metric.current_grain.value) for metric in catalog.metrics.values()]
    if not wanted:
        return {}
    asked = values(column("metric_id", Text), column("grain", Text), name="asked").data(wanted)
    latest = (
        select(metric_values.c.status, metric_values.c.period_start)
        .where(
            metric_values.c.metric_id == asked.c.metric_id,
            metric_values.c.grain == asked.c.grain,
            metric_values.c.slice == "",
            metric_values.c.is_complete,
        )
        .order_by(metric_values.c.period_start.desc())
        .limit(1)
        .correlate(asked)
        .lateral("latest")
    )
    rows = connection.execute(select(asked.c.metric_id, latest).select_from(asked.join(latest, true())))
    return {
        row.metric_id: {"status": row.status, "period_start": row.period_start.isoformat()} for row in rows
    }
