"""Suites as Dagster asset checks, by one factory."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

import dagster as dg

from pipelines.assets import WRITER
from pipelines.failures import translated
from pipelines.handover import approve
from pipelines.suites import Subject, Suite, Verdict
from pipelines.suites.deliveries import DELIVERY_SUITES, newest_deliveries
from pipelines.suites.freshness import FRESHNESS_SUITES, published_periods
from pipelines.suites.lake import LAKE_SUITES, whole_lake
from pipelines.suites.values import VALUE_SUITES, waiting_values
from pipelines.workspace import Workspace


def _nothing_more(_workspace: Workspace) -> None:
    """What follows where all suites passed, by default."""


def checks_of(
    asset: str,
    suites: Sequence[Suite[Subject]],
    opened: Callable[[Workspace], AbstractContextManager[Subject]],
    *,
    name: str | None = None,
    on_pass: Callable[[Workspace], None] = _nothing_more,
) -> dg.AssetChecksDefinition:
    """Suites of one asset as the checks of one step; `on_pass` is called when all of them were met.

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
            if len(verdicts) == len(suites) and not any(verdict.broken for verdict in verdicts.values()):
                on_pass(workspace)
        for suite in suites:
            if suite.name in verdicts:
                yield _result(asset, suite, verdicts[suite.name])

    return examine


def _result(asset: str, suite: Suite[Subject], verdict: Verdict) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.ERROR if suite.severity == "error" else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=suite.name,
        passed=verdict.broken == 0,
        severity=severity,
        metadata={"broken": verdict.broken, **(verdict.facts or {}), **_table(verdict)},
    )


def _table(verdict: Verdict) -> dict[str, dg.MetadataValue]:
    if not verdict.examples:
        return {}
    columns = list(verdict.examples[0])
    lines = [
        columns,
        ["---"] * len(columns),
        *([str(row[name]) for name in columns] for row in verdict.examples),
    ]
    return {"first": dg.MetadataValue.md("\n".join(f"| {' | '.join(line)} |" for line in lines))}


lake_checks = checks_of("events", LAKE_SUITES, whole_lake, name="lake_checks")

ALL_CHECKS = [
    checks_of("events", DELIVERY_SUITES, newest_deliveries),
    lake_checks,
    checks_of(
        "computed_values", VALUE_SUITES, waiting_values, on_pass=lambda workspace: approve(workspace.workdir)
    ),
    checks_of("metric_values", FRESHNESS_SUITES, published_periods),
]
