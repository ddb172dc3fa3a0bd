"""What DuckDB calls the types of a delivered column, and its values as text."""

from pipelines.ingest.formats.delivered import Column

WHOLE = frozenset(
    {
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "UHUGEINT",
    }
)
FRACTIONS = frozenset({"DOUBLE", "FLOAT"})


def as_text(column: Column) -> str:
    """SQL of the value as text."""
    return column.sql if column.type == "VARCHAR" else f"({column.sql})::VARCHAR"
