"""What stands in the marts before a run: the last publication, its slices, values to carry forward."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, DateTime, Row, Select, Text, column, select, true, values

from pipelines.arrow_schemas import SEEDS, SLICES
from schemas.tables import metric_slices, metric_values, publications, published_metrics


@dataclass(frozen=True)
class PublishedState:
    """The newest publication and what it stands on; hashes by metric_id, of metrics that have numbers."""

    publication_id: int
    published_at: datetime
    as_of: datetime
    data_through: datetime | None
    timezone: str
    lake_version: int | None
    catalog_version: int | None
    definition_hashes: dict[str, str]
    known_slices: pa.Table


def last_publication(connection: Connection) -> Row[Any] | None:
    """The newest row of ops.publications."""
    newest: Select[Any] = select(publications).order_by(publications.c.publication_id.desc()).limit(1)
    return connection.execute(newest).one_or_none()


def read_state(connection: Connection) -> PublishedState | None:
    """The state that the newest publication left, or None before the first one."""
    publication = last_publication(connection)
    if publication is None:
        return None
    hashes = connection.execute(
        select(published_metrics.c.metric_id, published_metrics.c.definition_hash).where(
            published_metrics.c.kind != "documented"
        )
    )
    slices = connection.execute(select(*(metric_slices.c[name] for name in SLICES.names)))
    return PublishedState(
        publication_id=publication.publication_id,
        published_at=publication.published_at,
        as_of=publication.as_of,
        data_through=publication.data_through,
        timezone=publication.timezone,
        lake_version=publication.lake_version,
        catalog_version=publication.catalog_version,
        definition_hashes={row.metric_id: row.definition_hash for row in hashes},
        known_slices=_table(slices, SLICES),
    )


def carry_seeds(connection: Connection, wanted: Mapping[tuple[str, str], datetime]) -> pa.Table:
    """Last known value per slice of each (metric_id, grain) before its instant, as a table of shape `SEEDS`.

    One index look-up per slice, whatever the length of the history.
    """
    if not wanted:
        return SEEDS.empty_table()
    asked = values(
        column("metric_id", Text),
        column("grain", Text),
        column("before", DateTime(timezone=True)),
        name="asked",
    ).data([(*key, before) for key, before in sorted(wanted.items())])
    newest = (
        select(metric_values.c.value)
        .where(
            metric_values.c.metric_id == metric_slices.c.metric_id,
            metric_values.c.grain == metric_slices.c.grain,
            metric_values.c.slice == metric_slices.c.slice,
            metric_values.c.period_start < asked.c.before,
            metric_values.c.value.is_not(None),
        )
        .order_by(metric_values.c.period_start.desc())
        .limit(1)
        .correlate(metric_slices, asked)
        .lateral("newest")
    )
    same_grain = (metric_slices.c.metric_id == asked.c.metric_id) & (metric_slices.c.grain == asked.c.grain)
    statement = select(asked.c.metric_id, asked.c.grain, metric_slices.c.slice, newest.c.value).select_from(
        asked.join(metric_slices, same_grain).join(newest, true())
    )
    return _table(connection.execute(statement), SEEDS)


def _table(rows: Iterable[Row[Any]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema)
