"""Suites as Dagster asset checks, by one factory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

import dagster as dg

from pipelines.orchestration.assets import WRITER
from pipelines.orchestration.failures import translated
from pipelines.orchestration.verdicts import check_result
from pipelines.suites import Subject, Suite, SuiteVerdict
from pipelines.suites.approval import approve
from pipelines.suites.deliveries import DELIVERY_SUITES, newest_deliveries
from pipelines.suites.freshness import FRESHNESS_SUITES, published_periods
from pipelines.suites.lake import LAKE_SUITES, whole_lake
from pipelines.suites.values import VALUE_SUITES, waiting_values
from pipelines.workspace import Workspace


def _nothing_more(_workspace: Workspace, _verdicts: Mapping[str, SuiteVerdict]) -> None:
    """What follows from the verdicts, by default."""


def checks_of(
    asset: str,
    suites: Sequence[Suite[Subject]],
    opened: Callable[[Workspace], AbstractContextManager[Subject]],
    *,
    name: str | None = None,
    conclude: Callable[[Workspace, Mapping[str, SuiteVerdict]], None] = _nothing_more,
) -> dg.AssetChecksDefinition:
    """Suites of one asset as the checks of one step; `conclude` is called when all of them were examined.

    A suite that raises fails its step: Dagster lets a run go on past a blocking check that reports nothing at all,
    but not past a step that failed. So a crash is an error, never a verdict.
    """

    @dg.multi_asset_check(
        name=name or f"{asset}_checks",
        specs=[
            dg.AssetCheckSpec(
                suite.name, asset=asset, description=suite.description, blocking=suite.is_blocking
            )
            for suite in suites
        ],
        can_subset=True,  # else the UI does not let an operator run a check by itself
        pool=WRITER,
    )
    def examine(
        context: dg.AssetCheckExecutionContext, workspace: dg.ResourceParam[Workspace]
    ) -> Iterator[dg.AssetCheckResult]:
        selected = {key.name for key in context.selected_asset_check_keys}
        with translated(context):
            with opened(workspace) as subject:
                verdicts = {suite.name: suite.examine(subject) for suite in suites if suite.name in selected}
            if len(verdicts) == len(suites):
                conclude(workspace, verdicts)
        for suite in suites:
            if suite.name in verdicts:
                yield check_result(asset, suite, verdicts[suite.name])

    return examine


lake_checks = checks_of("events", LAKE_SUITES, whole_lake, name="lake_checks")

ALL_CHECKS = [
    checks_of("events", DELIVERY_SUITES, newest_deliveries),
    lake_checks,
    checks_of(
        "computed_values",
        VALUE_SUITES,
        waiting_values,
        conclude=lambda workspace, verdicts: approve(workspace.workdir, verdicts),
    ),
    checks_of("metric_values", FRESHNESS_SUITES, published_periods),
]
