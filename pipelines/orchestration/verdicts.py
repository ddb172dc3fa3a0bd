"""How Dagster shows the verdict of a suite: what is wrong in words, and a table of the first cases."""

import dagster as dg

from pipelines.suites import Subject, Suite, SuiteVerdict

_SPOKEN = 3


def check_result(asset: str, suite: Suite[Subject], verdict: SuiteVerdict) -> dg.AssetCheckResult:
    """The verdict as the result of an asset check; the UI shows its description without a click, tables with one."""
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=suite.name,
        passed=verdict.broken == 0,
        severity=_severity(suite, verdict),
        description=_words(verdict),
        metadata={"broken": verdict.broken, **(verdict.facts or {}), **_table(verdict)},
    )


def _severity(suite: Suite[Subject], verdict: SuiteVerdict) -> dg.AssetCheckSeverity:
    """Dagster ends a run at a blocking check that fails with ERROR; one that names metrics holds back these alone."""
    is_partial = suite.is_blocking and bool(verdict.metrics)
    return (
        dg.AssetCheckSeverity.ERROR
        if suite.severity == "error" and not is_partial
        else dg.AssetCheckSeverity.WARN
    )


def _words(verdict: SuiteVerdict) -> str | None:
    spoken = verdict.examples[:_SPOKEN]
    if not spoken:
        return None
    told = "; ".join(", ".join(f"{name}: {value}" for name, value in row.items()) for row in spoken)
    more = verdict.broken - len(spoken)
    return f"{told}; and {more:,} more" if more > 0 else told


def _table(verdict: SuiteVerdict) -> dict[str, dg.MetadataValue]:
    if not verdict.examples:
        return {}
    columns = list(verdict.examples[0])
    lines = [
        columns,
        ["---"] * len(columns),
        *([str(row[name]) for name in columns] for row in verdict.examples),
    ]
    return {"first": dg.MetadataValue.md("\n".join(f"| {' | '.join(line)} |" for line in lines))}
