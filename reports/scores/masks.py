"""What a scorecard loses before a reader sees it: numbers of metrics that he may not read, and what tells of them."""

from dataclasses import fields, replace
from typing import Any, TypeVar

from reports.publications import RESTRICTED
from reports.scores.models import DomainStanding, KeyResultStanding, ObjectiveStanding
from schemas.identity.readers import Reader

_Scored = TypeVar("_Scored", KeyResultStanding, ObjectiveStanding)
# of the document, which everyone may read, and how much of it has data
_KEPT = {
    *("kr_id", "name", "unit", "direction", "metric_id", "target_value", "weight"),
    *("objective_id", "owner_team", "start_date", "end_date", "domain_id", "key_results"),
    *("coverage", "status", "provenance", "evidence", "restricted"),
}


def key_result_for(reader: Reader, objective_id: str, found: KeyResultStanding) -> KeyResultStanding:
    """A key result as the reader may see it."""
    is_seen = reader.sees_key_result(objective_id, found.kr_id, found.metric_id)
    return found if is_seen else _restricted(found, evidence={})


def objective_for(reader: Reader, found: ObjectiveStanding) -> ObjectiveStanding:
    """An objective as the reader may see it: the mean of its key results tells of the one that is not to be seen."""
    is_seen = reader.sees_objective(found.objective_id) and not any(
        each.restricted for each in found.key_results
    )
    return found if is_seen else _restricted(found)


def domain_for(reader: Reader, found: DomainStanding) -> DomainStanding:
    """A domain as the reader may see it; its health is one number for all."""
    if reader.sees_all:
        return found
    judged = [_judged(reader, each) for each in found.evidence.get("metrics", [])]
    is_hidden = any(each.restricted for each in found.objectives)
    return replace(
        found,
        evidence={**found.evidence, "metrics": judged},
        objective_progress=None if is_hidden else found.objective_progress,
    )


def _judged(reader: Reader, metric: dict[str, Any]) -> dict[str, Any]:
    if reader.sees(metric["metric_id"]):
        return metric
    return {"metric_id": metric["metric_id"], "weight": metric["weight"], "restricted": True}


def _restricted(found: _Scored, **changed: Any) -> _Scored:
    """By name alone."""
    emptied: dict[str, Any] = {each.name: None for each in fields(found) if each.name not in _KEPT}
    return replace(found, **emptied, **changed, status=RESTRICTED, provenance="none", restricted=True)
