"""Suites as Dagster asset checks, by one factory."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

import dagster as dg

from pipelines.assets import WRITER
from pipelines.failures import translated
from pipelines.suites import Subject, Suite, Verdict
from pipelines.suites.deliveries import DELIVERY_SUITES, newest_deliveries
from pipelines.suites.freshness import FRESHNESS_SUITES, published_periods
from pipelines.suites.values import VALUE_SUITES, waiting_values
from pipelines.workspace import Workspace


def checks_of(
    asset: str,
    suites: Sequence[Suite[Subject]],
    opened: Callable[[Workspace], AbstractContextManager[Subject]],
) -> dg.AssetChecksDefinition:
    """All suites of one asset as the checks of one step.

    A suite that raises fails its step: Dagster lets a run go on past a blocking check that reports nothing at all,
    but not past a step that failed. So a crash is an error, never a verdict.
    """

    @dg.multi_asset_check(
        name=f"{asset}_checks",
        specs=[
            dg.AssetCheckSpec(
                suite.name, asset=asset, description=suite.description, blocking=suite.is_blocking
            )
            for suite in suites
        ],
        pool=WRITER,
    )
    def examine(
        context: dg.AssetCheckExecutionContext, workspace: dg.ResourceParam[Workspace]
    ) -> Iterator[dg.AssetCheckResult]:
        with translated(context), opened(workspace) as subject:
            verdicts = [(suite, suite.examine(subject)) for suite in suites]
        for suite, verdict in verdicts:
            yield _result(asset, suite, verdict)

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


ALL_CHECKS = [
    checks_of("events", DELIVERY_SUITES, newest_deliveries),
    checks_of("computed_values", VALUE_SUITES, waiting_values),
    checks_of("metric_values", FRESHNESS_SUITES, published_periods),
]
