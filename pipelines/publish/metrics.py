"""marts.published_metrics: which metrics a publication speaks of, and what they are."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, tuple_

from pipelines.publish.rules import PublishedMetric
from schemas.tables import published_metrics


def write_published_metrics(
    connection: Connection, metrics: Sequence[PublishedMetric], publication_id: int
) -> int:
    """Bring the table in line with the catalog; returns how many rows changed."""
    return replace_rows(connection, published_metrics, [_row(metric) for metric in metrics], publication_id)


def _row(published: PublishedMetric) -> dict[str, Any]:
    metric = published.metric
    direction = metric.definition.expected_direction
    return {
        "metric_id": metric.metric_id,
        "name": metric.name,
        "kind": published.kind,
        "reason": published.reason,
        "unit": metric.definition.unit,
        "expected_direction": direction.value if direction else None,
        "grains": [grain.value for grain in metric.grains],
        "slice_sets": [list(names) for names in metric.slice_sets],
        "current_grain": metric.current_grain.value,
        "target_value": metric.targets_and_alerts.target_value,
        "definition_version": published.definition_version,
        "definition_hash": published.definition_hash,
        "events": list(published.events),
        "sources": list(published.sources),
    }


def replace_rows(
    connection: Connection,
    table: Table,
    rows: Sequence[dict[str, Any]],
    publication_id: int,
    fixed: dict[str, Any] | None = None,
) -> int:
    """Make the small table hold exactly `rows` where the columns `fixed` have their values.

    Rows that are equal but for publication_id stay as they are. Returns how many were written or removed.
    """
    fixed = fixed or {}
    key = [column.name for column in table.primary_key]
    condition = [table.c[name] == value for name, value in fixed.items()]
    stored = {
        tuple(row[name] for name in key): dict(row)
        for row in connection.execute(select(table).where(*condition)).mappings()
    }
    wanted = {tuple({**fixed, **row}[name] for name in key): {**fixed, **row} for row in rows}
    changed = [
        identity
        for identity, row in wanted.items()
        if identity not in stored or any(stored[identity][name] != value for name, value in row.items())
    ]
    stale = [identity for identity in stored if identity not in wanted or identity in set(changed)]
    if stale:
        connection.execute(delete(table).where(tuple_(*(table.c[name] for name in key)).in_(stale)))
    if changed:
        connection.execute(
            insert(table), [{**wanted[identity], "publication_id": publication_id} for identity in changed]
        )
    return len(set(stale) | set(changed))
