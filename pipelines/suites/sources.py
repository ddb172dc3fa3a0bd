"""Suite of sources: whether each had something to read, as the pass over the landing zone found it."""

from pipelines.ingest.stage import StageReport
from pipelines.suites import EXAMPLES, Suite, SuiteVerdict


def _silent(report: StageReport) -> SuiteVerdict:
    silent = {
        **{source: f"no file matches {pattern}" for source, pattern in report.empty_sources.items()},
        **report.failed_sources,
        **report.unanswered,
    }
    rows = [{"source": name, "why": why} for name, why in silent.items()]
    return SuiteVerdict(len(rows), tuple(rows[:EXAMPLES]))


EVERY_SOURCE_ANSWERS: Suite[StageReport] = Suite(
    "every_source_answers",
    "Every source has a file that matches its path, or answers; a misspelt path would otherwise look like no data.",
    _silent,
    severity="warn",
)
