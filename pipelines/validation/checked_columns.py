"""SQL of the rows that expectations look at: staged columns with the catalog's rules joined on as columns."""

from collections.abc import Sequence

import pyarrow as pa
from duckdb import DuckDBPyConnection

from pipelines.duck import identifier, literal
from pipelines.validation.rules import DimensionRule, RowRule, ruled_dimensions
from schemas.documents.documents import Source


def register_rules(connection: DuckDBPyConnection, dimensions: Sequence[DimensionRule]) -> None:
    """Make the rules joinable: `ruled` one row per (event, dimension), `listed` one per allowed value."""
    listed = [(rule.event, rule.dimension, value) for rule in dimensions for value in sorted(rule.allowed)]
    ruled = {
        "event": pa.array([rule.event for rule in dimensions], pa.string()),
        "dimension": pa.array([rule.dimension for rule in dimensions], pa.string()),
        "is_required": pa.array([rule.is_required for rule in dimensions], pa.bool_()),
        "is_listed": pa.array([bool(rule.allowed) for rule in dimensions], pa.bool_()),
    }
    connection.register("ruled", pa.table(ruled))
    names = ("event", "dimension", "value")
    columns = {name: pa.array([row[i] for row in listed], pa.string()) for i, name in enumerate(names)}
    connection.register("listed", pa.table(columns))


def checked_rows(
    rows: str, source: Source, dimensions: Sequence[DimensionRule], rules: Sequence[RowRule]
) -> str:
    """SELECT of file_number, row_number and each column that a rule looks at, from rows that have the stored ones.

    `required_<dimension>` is null where a required value is missing; `allowed_<dimension>` is the value where it
    is allowed, else null; `latest_row_number` is the last row of the file with the same key.
    """
    extra, joins = [], []
    for number, name in enumerate(ruled_dimensions(source, list(dimensions))):
        stored = f"checked.{identifier('dim_' + name)}"
        ruled, listed = f"ruled_{number}", f"listed_{number}"
        joins.append(
            f" LEFT JOIN (SELECT * FROM ruled WHERE dimension = {literal(name)}) AS {ruled} "
            f"ON {ruled}.event = checked.event"
            f" LEFT JOIN (SELECT * FROM listed WHERE dimension = {literal(name)}) AS {listed} "
            f"ON {listed}.event = checked.event AND {listed}.value = {stored}"
        )
        extra.append(
            f"coalesce({stored}, CASE WHEN NOT coalesce({ruled}.is_required, false) OR "
            f"checked.malformed IS NOT NULL THEN '(none)' END) AS {identifier('required_' + name)}"
        )
        extra.append(
            f"CASE WHEN coalesce({ruled}.is_listed, false) THEN {listed}.value ELSE {stored} END "
            f"AS {identifier('allowed_' + name)}"
        )
    if source.unique_key:
        joins.append(
            f" LEFT JOIN (SELECT file_id, unique_key, max(row_number) AS row_number FROM ({rows}) "
            "WHERE unique_key IS NOT NULL GROUP BY ALL HAVING count(*) > 1) AS latest "
            "ON latest.file_id = checked.file_id AND latest.unique_key = checked.unique_key"
        )
        extra.append("coalesce(latest.row_number, checked.row_number) AS latest_row_number")
    joined = (
        {"latest_row_number"}
        | {rule.other for rule in rules}
        | {rule.column for rule in rules if rule.column.startswith("required_")}
    )
    plain = dict.fromkeys(["row_number", *(rule.column for rule in rules)])
    stored_columns = [f"checked.{identifier(name)}" for name in plain if name not in joined]
    columns = ", ".join(["file_number", *stored_columns, *extra])
    return f"SELECT {columns} FROM ({rows}) AS checked JOIN file_numbers USING (file_id){''.join(joins)}"
