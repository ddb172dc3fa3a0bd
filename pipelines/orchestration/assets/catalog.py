"""Asset `catalog`: the documents in force."""

from datetime import timedelta

import dagster as dg

from core.clock import wall_now
from pipelines.applied_catalog import fingerprint, is_applied, remember
from pipelines.orchestration.assets import OWNERS, WRITER
from pipelines.orchestration.failures import translated
from pipelines.workspace import Workspace
from schemas.catalog.store import apply
from schemas.documents.kinds import SECTIONS


@dg.asset(
    group_name="catalog",
    owners=OWNERS,
    kinds={"yaml", "postgres"},
    code_version="1",
    pool=WRITER,
    # tells whether runs come at all; whether the data are fresh is what the check `data_is_fresh` says
    freshness_policy=dg.FreshnessPolicy.time_window(
        fail_window=timedelta(hours=6), warn_window=timedelta(hours=2)
    ),
)
def catalog(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> dg.MaterializeResult[None]:
    """Sources, domains, objectives, metrics and reports; one row is one document in its newest accepted version.

    Reads MDL_CATALOG. A catalog with errors is refused whole, and the one before stays in force.
    """
    with translated(context):
        present = fingerprint(workspace.settings.catalog)
        standing = workspace.catalog()
        changes = 0
        if not is_applied(workspace.settings, present, standing.version):
            changes = _apply(context, workspace)
            standing = workspace.catalog()
            remember(workspace.settings, present, standing.version)
    counts = {section: len(getattr(standing.catalog, section)) for section in SECTIONS}
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(counts.values()),
            "catalog_version": standing.version,
            "documents_changed": changes,
            **counts,
        }
    )


def _apply(context: dg.AssetExecutionContext, workspace: Workspace) -> int:
    """Accept the files as the new catalog; how many documents that changed."""
    from schemas.catalog.validate import load_valid  # noqa: PLC0415  the formula compiler, only for changed files

    loaded = load_valid(workspace.settings.catalog)
    for problem in loaded.problems:
        context.log.warning(str(problem))
    applied = apply(
        workspace.engine, loaded.catalog, changed_by="dagster", origin_of=loaded.origin_of, now=wall_now()
    )
    return len(applied.changes)
