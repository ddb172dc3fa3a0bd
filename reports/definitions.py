"""Which publications carry which definition of a metric, and how many values a new definition changed."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, literal, select, union_all

from schemas.tables import metric_value_revisions, metric_values


@dataclass(frozen=True)
class CarriedDefinition:
    """One definition among the published values of a metric's total.

    publication_id: the first that carries it. standing: values of it that count now. replaced: values that
    that publication changed or removed, by whatever it was made of.
    """

    definition_version: str
    definition_hash: str
    publication_id: int
    standing: int
    replaced: int


def carried_definitions(connection: Connection, metric_id: str) -> list[CarriedDefinition]:
    """The definitions behind a metric's published totals, the newest first. Two statements; it tells no value."""
    then = metric_value_revisions.c
    halves = (_of(metric_values, metric_id, func.count()), _of(metric_value_revisions, metric_id, literal(0)))
    both = union_all(*halves).subquery().c
    statement = (
        select(
            both.definition_version,
            both.definition_hash,
            func.min(both.publication_id).label("publication_id"),
            func.sum(both.standing).label("standing"),
        )
        .group_by(both.definition_version, both.definition_hash)
        .order_by(func.min(both.publication_id).desc())
    )
    rows = connection.execute(statement).all()
    changed = select(then.superseded_by, func.count()).where(then.metric_id == metric_id, then.slice == "")
    counted = connection.execute(changed.group_by(then.superseded_by))
    replaced = {publication_id: int(count) for publication_id, count in counted}
    return [
        CarriedDefinition(
            row.definition_version,
            row.definition_hash,
            row.publication_id,
            int(row.standing),
            replaced.get(row.publication_id, 0),
        )
        for row in rows
    ]


def _of(table: Table, metric_id: str, standing: ColumnElement[int]) -> Select[Any]:
    """Definitions of one of the two tables of values with their publications."""
    columns = (table.c.definition_version, table.c.definition_hash, table.c.publication_id)
    chosen = (table.c.metric_id == metric_id, table.c.slice == "")
    return select(*columns, standing.label("standing")).where(*chosen).group_by(*columns)
