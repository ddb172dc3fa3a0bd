"""Edits by which a metric that was computed would come to be documented only, and so lose its published values."""

from collections.abc import Iterable, Iterator

from core.errors import CatalogError
from schemas.documents.documents import Catalog, Metric
from schemas.documents.problems import Problem
from schemas.formula.compile import compile_metric
from schemas.formula.errors import FormulaError, NotComputableError, UnresolvedError
from schemas.formula.names import Names, collect_names


def insist_on_numbers(before: Catalog, after: Catalog, metric_ids: Iterable[str]) -> None:
    """Refuse edits of these metrics' definitions by which names in their formulas are lost.

    Raises:
        CatalogError: a formula could be resolved before, and now it cannot.
    """
    problems = list(_slips(before, after, metric_ids))
    if problems:
        raise CatalogError(f"the catalog has {len(problems)} error(s)", problems)


def _slips(before: Catalog, after: Catalog, metric_ids: Iterable[str]) -> Iterator[Problem]:
    names_before, names_after = collect_names(before), collect_names(after)
    for metric_id in metric_ids:
        if metric_id not in before.metrics or _unresolved(before.metrics[metric_id], names_before) != "":
            continue
        reason = _unresolved(after.metrics[metric_id], names_after)
        if reason:
            yield _problem(metric_id, reason)


def _unresolved(metric: Metric, names: Names) -> str | None:
    """What cannot be resolved in a formula; empty where all can, None where it is no formula or wrong."""
    try:
        compile_metric(metric, names)
    except UnresolvedError as error:
        return str(error)
    except (NotComputableError, FormulaError):
        return None
    return ""


def _problem(metric_id: str, reason: str) -> Problem:
    message = (
        f"the metric is computed, and with this edit it would only be documented and lose its values: {reason}; "
        "mend the formula, or leave it out and say it in formula_detail"
    )
    return Problem(message, kind="metric", document_id=metric_id, path="definition.formula")
