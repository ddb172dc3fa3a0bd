"""Suites of the lake as a whole: too much to look at in every run, so the daily full check does."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.clock import wall_now
from pipelines.suites import EXAMPLES, Suite, SuiteVerdict
from pipelines.workspace import Workspace


@contextmanager
def whole_lake(workspace: Workspace) -> Iterator[Workspace]:
    """The workspace, whose lake is read."""
    yield workspace


def _meets_rules(workspace: Workspace) -> SuiteVerdict:
    from pipelines.validation import full_check  # noqa: PLC0415  pandas and Great Expectations take seconds

    outcomes = full_check(
        workspace.catalog().catalog, workspace.settings, workspace.engine, workspace.lake, wall_now()
    )
    failed = [
        {
            "suite": outcome.suite,
            "expectation": outcome.expectation,
            "column": outcome.column,
            "unexpected": outcome.unexpected_count,
            "of": outcome.element_count,
        }
        for outcome in outcomes
        if not outcome.success
    ]
    return SuiteVerdict(len(failed), tuple(failed[:EXAMPLES]), {"expectations": len(outcomes)})


LAKE_SUITES: list[Suite[Workspace]] = [
    Suite(
        "the_lake_meets_todays_rules",
        "Rows that were accepted under earlier definitions would be accepted under those in force.",
        _meets_rules,
        severity="warn",
    )
]
