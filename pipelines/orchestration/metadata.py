"""What assets tell Dagster beyond their result: the days that they brought up to date, how many rows there are."""

import uuid
from collections.abc import Sequence

import dagster as dg
from dagster._core.events import DagsterEvent, DagsterEventBatchMetadata
from sqlalchemy import Engine, func, select

from schemas.tables import metadata


def report_days(context: dg.AssetExecutionContext, asset: str, days: Sequence[str]) -> None:
    """Record the partitions that a run touched besides its own, so that the partition view tells the truth.

    `context.log_event` writes one event in about 8 ms, a batch of them in 0.3 ms each; the batch is what Dagster itself
    does for a run over a range of partitions, if DAGSTER_EVENT_BATCH_SIZE is set, as `mdl` sets it.
    """
    own = (
        set(context.partition_keys) if context.has_partition_key or context.has_partition_key_range else set()
    )
    others = [day for day in days if day not in own]
    step, batch = context.get_step_execution_context(), uuid.uuid4().hex
    for number, day in enumerate(others, start=1):
        DagsterEvent.asset_materialization(
            step,
            dg.AssetMaterialization(asset, partition=day),
            DagsterEventBatchMetadata(batch, is_end=number == len(others)),
        )


def row_counts(engine: Engine, marts: Sequence[str]) -> dict[str, int]:
    """How many rows each of the tables of schema `marts` holds."""
    with engine.connect() as connection:
        return {
            name: connection.execute(
                select(func.count()).select_from(metadata.tables[f"marts.{name}"])
            ).scalar_one()
            for name in marts
        }
