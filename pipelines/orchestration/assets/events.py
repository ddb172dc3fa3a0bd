"""Assets from the landing zone to the lake: `staged_files`, then `events`."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from pydantic import Field

from core.clock import wall_now
from pipelines.ingest import stage_sources
from pipelines.ingest.delivered_files import staged_deliveries
from pipelines.ingest.stage import StageReport
from pipelines.orchestration.assets import OWNERS, WRITER
from pipelines.orchestration.assets.catalog import catalog
from pipelines.orchestration.failures import tell_refused, translated
from pipelines.orchestration.verdicts import check_result
from pipelines.refusals import told
from pipelines.suites.sources import EVERY_SOURCE_ANSWERS
from pipelines.workspace import Workspace

_NOTHING: dict[str, Any] = {
    "rows_accepted": 0,
    "rows_quarantined": 0,
    "files_rejected": 0,
    "refused": {},
    "unfit": {},
    "quarantined": {},
}


class Landing(dg.Config):
    """How closely the landing zone is looked at."""

    full_check: bool = Field(
        default=False, description="Hash every file anew, also where size and time say it did not change."
    )


@dg.asset(
    deps=[catalog],
    group_name="ingest",
    owners=OWNERS,
    kinds={"parquet", "file"},
    code_version="1",
    # judged here and not in a step of its own: the landing zone need not be listed again
    check_specs=[
        dg.AssetCheckSpec(
            EVERY_SOURCE_ANSWERS.name, asset="staged_files", description=EVERY_SOURCE_ANSWERS.description
        )
    ],
    pool=WRITER,
)
def staged_files(
    context: dg.AssetExecutionContext, config: Landing, workspace: dg.ResourceParam[Workspace]
) -> Iterator[dg.MaterializeResult[None]]:
    """Deliveries read and parsed, not yet judged; one row is one new or changed file, or one fetch from a database."""
    with translated(context):
        report = stage_sources(
            workspace.catalog().catalog.sources.values(),
            workspace.settings,
            workspace.engine,
            wall_now(),
            full_check=config.full_check,
            on_progress=workspace.advance,
        )
        tell_refused(context, {**report.rejected, **report.unanswered})
    yield dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(report.staged),
            "rows": report.rows,
            "files_unchanged": report.unchanged,
            "files_unreadable": len(report.rejected),
            "not_reached": len(report.unanswered),
            "sources_without_files": len(report.empty_sources),
            "refused": told(_apart(report.rejected, report.failed_sources)),
            "lost": told(_lost(report)),
            "faulty": told(report.failed_sources),
            "unanswered": told(report.unanswered),
        },
        check_results=[
            check_result("staged_files", EVERY_SOURCE_ANSWERS, EVERY_SOURCE_ANSWERS.examine(report))
        ],
    )


@dg.asset(
    deps=[staged_files],
    group_name="lake",
    owners=OWNERS,
    kinds={"deltalake", "parquet", "greatexpectations"},
    code_version="1",
    pool=WRITER,
)
def events(
    context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
) -> dg.MaterializeResult[None]:
    """Accepted events in the lake, a Delta table; one row is one event.

    Refused rows are in ops.quarantined_rows with every reason, what each expectation found in ops.validation_results.
    """
    with translated(context):
        accepted = _accept(context, workspace) if staged_deliveries(workspace.engine) else _NOTHING
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(file.row_count for file in workspace.lake.files()),
            "lake_version": workspace.lake.version() or 0,
            **accepted,
        }
    )


def _apart(rejected: Mapping[str, str], sources: Mapping[str, str]) -> dict[str, str]:
    """The refused files, without the sources that fail as a whole."""
    return {name: reason for name, reason in rejected.items() if name not in sources}


def _lost(report: StageReport) -> dict[str, str]:
    return {
        path: f"{rows:,} row{'' if rows == 1 else 's'} of it went with the lake, and it is not there to be read again"
        for path, rows in report.lost.items()
    }


def _accept(context: dg.AssetExecutionContext, workspace: Workspace) -> dict[str, Any]:
    from pipelines.validation import accept_staged  # noqa: PLC0415  pandas and Great Expectations take seconds

    report = accept_staged(
        workspace.catalog().catalog,
        workspace.settings,
        workspace.engine,
        workspace.lake,
        wall_now(),
        on_progress=workspace.advance,
        run_id=context.run.run_id,
    )
    tell_refused(context, {**report.rejected, **report.unfit})
    return {
        "rows_accepted": report.accepted_rows,
        "rows_quarantined": report.quarantined_rows,
        "files_rejected": len(report.rejected),
        "refused": told(report.rejected),
        "unfit": told(report.unfit),
        "quarantined": told(
            {
                file.path: f"{file.quarantined_count:,} of {file.row_count:,} rows refused"
                for file in report.files
                if file.status == "accepted" and file.quarantined_count
            }
        ),
    }
