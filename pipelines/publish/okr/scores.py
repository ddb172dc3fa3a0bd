"""Writes the scores of the as-of day: key results, objectives and domains, from the values just published."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Text, column, select, true, values

from pipelines.publish.metrics import replace_rows
from pipelines.publish.okr.key_results import KeyResultScore, score_key_result
from pipelines.publish.okr.rollups import domain_health, score_objective, tier_weight
from pipelines.publish.okr.series import Day, check_in_series, metric_series
from schemas.documents.belonging import Domains, domains_of
from schemas.documents.documents import Catalog, Objective
from schemas.documents.key_results import expected_direction
from schemas.tables import domain_scorecards, key_result_progress, metric_values, objective_progress

# objectives that are planned or given up say nothing about how a domain does
_SHELVED = {"draft", "cancelled"}


def write_scores(connection: Connection, catalog: Catalog, day: Day, publication_id: int) -> int:
    """Bring the as-of day's rows of the three score tables up to date; returns how many rows changed.

    Raises:
        CatalogError: the weights of an objective's key results sum to zero.
    """
    series = metric_series(connection, catalog, day)
    check_ins = check_in_series(connection, day)
    domains = domains_of(catalog)
    key_results: list[dict[str, Any]] = []
    objectives: list[dict[str, Any]] = []
    for objective in catalog.objectives.values():
        scores = [
            score_key_result(
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


# ---- rows ----------------------------------------------------------------------------------------------
def _key_result_rows(objective: Objective, scores: Sequence[KeyResultScore]) -> Iterable[dict[str, Any]]:
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
    domains: Domains, objective: Objective, scores: Sequence[KeyResultScore], today: date
) -> dict[str, Any]:
    score = score_objective(objective, scores, today)
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
                "weight": tier_weight(metric.tier),
                "grain": metric.current_grain.value,
                **latest.get(metric.metric_id, {"status": "no_data", "period_start": None}),
            }
            for metric in catalog.metrics.values()
            if domain.domain_id in belonging[metric.metric_id]
        ]
        health = domain_health([(item["weight"], item["status"]) for item in judged])
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
