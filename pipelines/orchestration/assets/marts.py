"""Assets from the lake to the marts: `computed_values`, then all that one publication writes."""

from collections.abc import Iterator
from datetime import date

import dagster as dg
from pydantic import Field
from sqlalchemy import Table

from core.errors import DataError
from pipelines.calendar.ranges import Range
from pipelines.orchestration import partitions
from pipelines.orchestration.assets import OWNERS, WRITER
from pipelines.orchestration.assets.events import events
from pipelines.orchestration.failures import translated
from pipelines.orchestration.metadata import report_days, row_counts
from pipelines.up_to_date import is_standing, refuse_set_back
from pipelines.waiting import WaitingValues, clear, keep, newest_publication_id, told, waiting
from pipelines.workspace import Workspace
from reports.publications import HELD_BACK
from schemas.tables import domain_scorecards, key_result_progress, metric_values, objective_progress

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
        report_days(context, "computed_values", _days(values, workspace))
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


def _spec(table: Table, description: str, deps: list[str]) -> dg.AssetSpec:
    return dg.AssetSpec(
        table.name,
        deps=deps,
        description=description,
        group_name="marts",
        owners=OWNERS,
        kinds={"postgres", "table"},
        code_version="1",
        metadata={"dagster/table_name": f"marts.{table.name}"},
    )


_TABLES = (metric_values, key_result_progress, objective_progress, domain_scorecards)


@dg.multi_asset(
    specs=[
        _spec(
            metric_values,
            "Published values; one row is one metric, grain, slice and period as it stands now.",
            ["computed_values"],
        ),
        _spec(
            key_result_progress,
            "Progress of key results; one row is one key result and as-of day.",
            ["catalog", "metric_values"],
        ),
        _spec(
            objective_progress,
            "Progress of objectives; one row is one objective and as-of day.",
            ["key_result_progress"],
        ),
        _spec(
            domain_scorecards,
            "Health of domains; one row is one domain and as-of day.",
            ["metric_values", "objective_progress"],
        ),
    ],
    name="publication",
    can_subset=True,  # values have partitions, scores of the as-of day have none: a backfill runs them apart
    pool=WRITER,
    backfill_policy=ONE_RUN,
)
def publication(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None]]:
    """Publish what was computed and the scores that follow from it, all or nothing; where nothing is new, nothing."""
    with translated(context):
        facts = _publish(context, workspace)
        wanted = {key.to_user_string() for key in context.selected_asset_keys}
        selected = [
            table.name for table in _TABLES if table.name in wanted
        ]  # in the order of their dependencies
        counts = row_counts(workspace.engine, selected)
    for name in selected:
        yield dg.MaterializeResult(name, metadata={"dagster/row_count": counts[name], **facts})


def _publish(context: dg.AssetExecutionContext, workspace: Workspace) -> dict[str, int | bool | str]:
    found = waiting(workspace.engine, workspace.workdir)
    if found is None:  # the scores after a backfill of days: its last publication wrote them already
        context.log.info("nothing was computed since the last publication")
        with workspace.engine.connect() as connection:
            newest = newest_publication_id(connection) or 0
        return {"publication_id": newest, "is_new": False, "values_changed": 0, "scores_changed": 0}
    if found.objections:
        raise DataError(f"nothing was published: {', '.join(found.objections)} of computed_values failed")
    if not found.is_approved:
        raise DataError(
            "the computed values have not passed their checks; run the checks of computed_values first"
        )
    from pipelines.aggregate import publish_waiting  # noqa: PLC0415  as above

    workspace.advance("publishing values", 0, None)
    published = publish_waiting(
        found, workspace.engine, workspace.settings, workspace.workdir, context.run.run_id
    )
    clear(workspace.workdir)
    row_count = found.computed.row_count
    workspace.advance("publishing values", row_count, row_count)
    report_days(context, "metric_values", _days(found, workspace))
    for problem in published.problems:
        context.log.warning(str(problem))
    for metric_id, reason in found.held_back.items():
        context.log.error("%s was held back, its old values stand: %s", metric_id, reason)
    return {
        **({HELD_BACK: told(found.held_back)} if found.held_back else {}),
        "publication_id": published.publication_id,
        "is_new": published.is_new,
        "values_changed": published.changes.values_changed if published.is_new else 0,
        "scores_changed": published.scores_changed if published.is_new else 0,
    }


def _days(values: WaitingValues, workspace: Workspace) -> list[str]:
    return partitions.touched_days(values.computed.scope.ranges, workspace.settings)
