"""Values as CSV, the same from the API and the command line; what they rest on stands elsewhere."""

from dataclasses import fields

from core.csv_text import csv_text
from reports.models import MetricValue, ValuesAnswer

_OF_DEFINITION = ("definition_version", "definition_hash", "publication_id")
VALUE_COLUMNS = tuple(field.name for field in fields(MetricValue) if field.name not in _OF_DEFINITION)


def values_csv(answer: ValuesAnswer) -> str:
    """The rows of an answer."""
    return csv_text(VALUE_COLUMNS, (vars(row) for row in answer.rows))
