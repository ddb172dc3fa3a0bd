"""The asset between lake and marts: values that wait for their checks, computed for what is new."""

from datetime import date

import dagster as dg
from pydantic import Field

from pipelines.calendar.ranges import Range
from pipelines.orchestration import partitions
from pipelines.orchestration.assets import OWNERS, WRITER
from pipelines.orchestration.assets.events import events
from pipelines.orchestration.failures import translated
from pipelines.orchestration.metadata import report_days
from pipelines.up_to_date import is_standing, refuse_set_back
from pipelines.waiting_values import WaitingValues, clear, keep
from pipelines.workspace import Workspace

# facts about Dagster 1.13, found by trying:
# - a job may mix assets with and without partitions; the run's key, or range of keys, reaches those that have them
# - a regular run has one key; a backfill under this policy launches one run per contiguous range of days, in which
#   `partition_keys` lists them all; each asset of the run is recorded as materialized for every one of them
# - a backfill of assets with and without partitions first does those with, then the rest in a run without a key
# - an asset of several days must return a MaterializeResult: a bare None goes to an I/O manager, which refuses
ONE_RUN = dg.BackfillPolicy.single_run()
DAILY = frozenset({"computed_values", "metric_values"})
"""Assets with a partition per local day; `pipelines.orchestration.definitions` knows which days there are."""


class Recompute(dg.Config):
    """What to compute beyond what has changed."""

    first_day: str | None = Field(default=None, description="First local day, such as 2013-09-01.")
    last_day: str | None = Field(default=None, description="Last local day, included.")
    full: bool = Field(default=False, description="Everything, whatever has changed.")
    set_back: bool = Field(default=False, description="Even for an as-of time before that of what stands.")


@dg.asset(
    deps=[events],
    group_name="compute",
    owners=OWNERS,
    kinds={"duckdb", "parquet"},
    code_version="1",
    pool=WRITER,
    backfill_policy=ONE_RUN,
)
def computed_values(
    context: dg.AssetExecutionContext, config: Recompute, workspace: dg.ResourceParam[Workspace]
) -> dg.MaterializeResult[None]:
    """Values of every affected period, not yet published; one row is one metric, grain, slice and period.

    A regular run carries the newest day's partition and computes whatever data, definitions or the as-of time made
    stale. A backfill computes the periods of its days as well.
    """
    with translated(context):
        clear(workspace.workdir)
        if not config.set_back:
            with workspace.engine.connect() as connection:
                refuse_set_back(connection, workspace.settings)
        forced = _forced(context, config, workspace)
        if forced is None and not config.full and _is_standing(workspace):
            return dg.MaterializeResult(metadata={"dagster/row_count": 0, "is_new": False})
        values = _compute(workspace, forced, is_full=config.full)
        report_days(context, "computed_values", days(values, workspace))
    computed = values.computed
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": computed.row_count,
            "is_new": True,
            "metrics": len({metric_id for metric_id, _ in computed.scope.ranges}),
            "events_scanned": computed.events_scanned,
            "files_read": computed.files_read,
            "lake_version": values.lake_version or 0,
            "as_of": values.as_of.isoformat(),
        }
    )


def _is_standing(workspace: Workspace) -> bool:
    with workspace.engine.connect() as connection:
        return is_standing(
            connection,
            workspace.settings,
            workspace.as_of,
            workspace.lake.version(),
            workspace.catalog().version,
        )


def _compute(workspace: Workspace, forced: Range | None, *, is_full: bool) -> WaitingValues:
    from pipelines.aggregate import compute_affected  # noqa: PLC0415  the engine, only where there is work for it

    workspace.advance("computing values", 0, None)
    values = compute_affected(
        workspace.catalog(),
        workspace.lake,
        workspace.engine,
        workspace.settings,
        workspace.as_of,
        workspace.workdir,
        forced=forced,
        full=is_full,
    )
    keep(values, workspace.workdir)
    row_count = values.computed.row_count
    workspace.advance("computing values", row_count, row_count)
    return values


def _forced(context: dg.AssetExecutionContext, config: Recompute, workspace: Workspace) -> Range | None:
    settings = workspace.settings
    if config.first_day is None and config.last_day is None:
        return partitions.forced_range(context.partition_keys, settings)
    first = date.fromisoformat(config.first_day) if config.first_day else partitions.first_day(settings)
    last = date.fromisoformat(config.last_day) if config.last_day else partitions.newest_day(settings)
    return partitions.span(first, last, settings)


def days(values: WaitingValues, workspace: Workspace) -> list[str]:
    """The days that computed values are of, as partitions are called."""
    return partitions.touched_days(values.computed.scope.ranges, workspace.settings)
