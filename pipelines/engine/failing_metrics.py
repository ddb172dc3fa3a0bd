"""Which metrics cannot be computed, found by halves, so that all others can."""

from collections.abc import Callable, Collection, Sequence

import duckdb

from schemas.formula.compiled import Compilation

# of the machine or of the user, whichever metrics are computed
_OF_NO_FORMULA = (duckdb.IOException, duckdb.ConnectionException, duckdb.InterruptException)
# characters of an error that may quote data
_MOST_WORDS = 300


def may_be_of_a_formula(error: duckdb.Error) -> bool:
    """Whether leaving a metric out can help against an error of the engine."""
    return not isinstance(error, _OF_NO_FORMULA)


def find_failing(
    metrics: Collection[str],
    suspects: Collection[str],
    compilation: Compilation,
    attempt: Callable[[Collection[str]], object],
) -> dict[str, str]:
    """Metrics that cannot be computed even by themselves, each with the engine's words.

    Args:
        metrics: those that cannot be computed together.
        suspects: where to look first; those that could not be computed the last time.
        compilation: of all metrics; one that is made of a failing one fails by that.
        attempt: computes some of them.

    Raises:
        duckdb.Error: it is of no formula, and came while trying.
    """
    ordered = [metric_id for metric_id in compilation.order if metric_id in metrics]
    looked_at = [each for each in ordered if each in suspects]
    others = [each for each in ordered if each not in suspects]
    halves = [half for half in (others, looked_at) if half]
    found = _among(halves if len(halves) > 1 else _halved(ordered), attempt)
    for metric_id in ordered:
        made_of = [other for other in compilation.metrics[metric_id].metric_refs if other in found]
        if made_of:
            found[metric_id] = f"made of {', '.join(made_of)}"
    return found


def _among(parts: Sequence[Sequence[str]], attempt: Callable[[Collection[str]], object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in parts:
        try:
            attempt(part)
        except duckdb.Error as error:
            if not may_be_of_a_formula(error):
                raise
            found |= {part[0]: _words(error)} if len(part) == 1 else _among(_halved(part), attempt)
    return found


def _halved(metrics: Sequence[str]) -> list[Sequence[str]]:
    middle = (len(metrics) + 1) // 2
    return [half for half in (metrics[:middle], metrics[middle:]) if half]


def _words(error: duckdb.Error) -> str:
    """The first line, if long its beginning; behind it come places in SQL that nobody wrote."""
    return str(error).strip().partition("\n")[0][:_MOST_WORDS]
