"""Answers as rows, the same from the API and the command line; what they rest on stands elsewhere."""

from dataclasses import asdict, fields

from core.csv_text import csv_text
from reports.models import MetricValue, ValuesAnswer
from reports.scores.models import KeyResultStanding, Scorecard

_OF_DEFINITION = ("definition_version", "definition_hash", "publication_id")
VALUE_COLUMNS = tuple(field.name for field in fields(MetricValue) if field.name not in _OF_DEFINITION)
# the one is no cell, and the other is what the status says too
_LEFT_OUT = ("evidence", "restricted")
SCORECARD_COLUMNS = (
    *("as_of_date", "domain_id", "domain_health", "objective_id", "objective_progress", "objective_status"),
    *(field.name for field in fields(KeyResultStanding) if field.name not in _LEFT_OUT),
)


def values_csv(answer: ValuesAnswer) -> str:
    """The rows of an answer as CSV."""
    return csv_text(VALUE_COLUMNS, (vars(row) for row in answer.rows))


def scorecard_rows(card: Scorecard) -> list[dict[str, object]]:
    """One row per key result, with its objective and domain; named as in SCORECARD_COLUMNS."""
    groups = [*((domain.domain_id, domain.health, domain.objectives) for domain in card.domains)]
    return [
        {
            "as_of_date": card.as_of_date.isoformat(),
            "domain_id": domain_id,
            "domain_health": health,
            "objective_id": objective.objective_id,
            "objective_progress": objective.progress,
            "objective_status": objective.status,
        }
        | {name: value for name, value in asdict(key_result).items() if name not in _LEFT_OUT}
        for domain_id, health, objectives in [*groups, (None, None, card.unassigned)]
        for objective in objectives
        for key_result in objective.key_results
    ]
