"""The jobs: the whole way from catalog to scorecard, its parts, and upkeep."""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from core.clock import wall_now
from pipelines.orchestration.assets import WRITER
from pipelines.orchestration.checks import lake_checks
from pipelines.orchestration.failures import translated
from pipelines.upkeep import forget_history, tidy_lake
from pipelines.workspace import Workspace

_MARTS = ("metric_values", "key_result_progress", "objective_progress", "domain_scorecards")

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all() - dg.AssetSelection.checks(lake_checks),
    description="Ingest, validate, compute and publish whatever is new.",
)
ingest = dg.define_asset_job(
    "ingest",
    selection=dg.AssetSelection.assets("catalog", "staged_files"),
    description="Read new and changed files, without judging them yet.",
)
validate = dg.define_asset_job(
    "validate",
    selection=dg.AssetSelection.assets("catalog", "events") - dg.AssetSelection.checks(lake_checks),
    description="Judge what was read; take good rows into the lake.",
)
aggregate = dg.define_asset_job(
    "aggregate",
    selection=dg.AssetSelection.assets("computed_values", *_MARTS),
    description="Compute what the lake and the catalog in force changed, and publish it.",
)


full_check = dg.define_asset_job(
    "full_check",
    selection=dg.AssetSelection.assets("catalog", "staged_files", "events"),
    config={"ops": {"staged_files": {"config": {"full_check": True}}}},
    description="Hash every file of the landing zone anew, and check the whole lake against the rules in force.",
)


@dg.op(
    pool=WRITER,
    description="Join the lake's small files; delete those that no version of the last week needs; count events past "
    "their retention.",
)
def tidied_lake(context: dg.OpExecutionContext, workspace: dg.ResourceParam[Workspace]) -> None:
    """See `pipelines.upkeep.tidy_lake` and, for what is counted and not removed, `pipelines.retention`."""
    with translated(context):
        context.add_output_metadata(
            tidy_lake(workspace.lake) | {"events_past_retention": _past_retention(workspace)}
        )


def _past_retention(workspace: Workspace) -> int:
    from pipelines.retention import past_retention  # noqa: PLC0415  compiles the catalog

    kinds = past_retention(workspace.lake, workspace.catalog(), workspace.as_of, workspace.settings.zone)
    return sum(kind.past for kind in kinds)


@dg.op(
    pool=WRITER,
    description="Delete validation results, run logs, revisions and values that are older than settings keep.",
)
def forgotten_history(context: dg.OpExecutionContext, workspace: dg.ResourceParam[Workspace]) -> None:
    """See `pipelines.upkeep.forget_history` and `pipelines.kept_values`."""
    from pipelines.kept_values import forget_values  # noqa: PLC0415  loads the language of formulas

    with translated(context):
        settings = workspace.settings_in_force()
        deleted = forget_history(workspace.engine, settings, wall_now())
        values = forget_values(workspace.engine, settings, workspace.catalog().catalog, workspace.as_of)
        context.add_output_metadata(deleted | values)


@dg.job(description="Keep lake, books and run logs small.")
def upkeep() -> None:
    """Both parts of upkeep; neither needs the other."""
    tidied_lake()
    forgotten_history()


ALL_JOBS: list[dg.JobDefinition | UnresolvedAssetJobDefinition] = [
    refresh,
    ingest,
    validate,
    aggregate,
    full_check,
    upkeep,
]
