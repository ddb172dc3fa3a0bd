"""All that one publication writes, as one asset of several tables."""

from collections.abc import Iterator

import dagster as dg
from sqlalchemy import Table

from core.errors import DataError
from core.tracing import note
from pipelines.orchestration.assets import OWNERS, WRITER
from pipelines.orchestration.assets.computed_values import ONE_RUN, days
from pipelines.orchestration.failures import translated
from pipelines.orchestration.metadata import report_days, row_counts
from pipelines.waiting_values import clear, newest_publication_id, told, waiting
from pipelines.workspace import Workspace
from reports.publications import HELD_BACK
from schemas.tables import domain_scorecards, key_result_progress, metric_values, objective_progress


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
    note("published", publication_id=published.publication_id, is_new=published.is_new)
    clear(workspace.workdir)
    row_count = found.computed.row_count
    workspace.advance("publishing values", row_count, row_count)
    report_days(context, "metric_values", days(found, workspace))
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
