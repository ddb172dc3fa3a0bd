"""What compiling found out about single metrics, so that compiling the next catalog begins with what has changed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from core.bounds import insist_on_time
from schemas.documents.documents import Metric
from schemas.formula.compiled import CompiledMetric
from schemas.formula.errors import FormulaError, NotComputableError
from schemas.formula.names import Names

Outcome = CompiledMetric | NotComputableError | FormulaError
"""A metric compiled on its own, or why it is documented or wrong."""


@dataclass
class Memory:
    """Outcomes of the catalog that was compiled last; documents are told apart by identity, as they never change."""

    names: Names = field(default_factory=Names)
    outcomes: Mapping[str, tuple[Metric, Outcome]] = field(default_factory=dict)
    wholes: Mapping[str, tuple[CompiledMetric, list[str], CompiledMetric]] = field(default_factory=dict)
    """By id: what was compiled, fingerprints of the metrics that it reads, and it with its own fingerprint."""

    def outcomes_of(
        self, metrics: Iterable[Metric], names: Names, compile_one: Callable[[Metric, Names], CompiledMetric]
    ) -> dict[str, Outcome]:
        """The outcome of every metric; those that may differ from the last ones are compiled."""
        changed = _changed_names(self.names, names)
        found = {}
        for metric in metrics:
            known, outcome = self.outcomes.get(metric.metric_id, (None, None))
            if known is not metric or outcome is None or not _still_holds(outcome, changed):
                outcome = outcome_of(metric, names, compile_one)
            found[metric.metric_id] = (metric, outcome)
        self.names, self.outcomes = names, found
        return {metric_id: outcome for metric_id, (_, outcome) in found.items()}


def outcome_of(
    metric: Metric, names: Names, compile_one: Callable[[Metric, Names], CompiledMetric]
) -> Outcome:
    """A metric compiled on its own, or why it is not; nothing is raised."""
    insist_on_time()
    try:
        return compile_one(metric, names)
    except (NotComputableError, FormulaError) as error:
        return error.with_traceback(None)


def _still_holds(outcome: Outcome, changed: frozenset[str] | None) -> bool:
    """What was resolved stands while its own names do; messages of what was not may suggest any name."""
    if changed is None:
        return False
    return not changed or (isinstance(outcome, CompiledMetric) and outcome.names.isdisjoint(changed))


def _changed_names(before: Names, after: Names) -> frozenset[str] | None:
    """Ids and short names that mean something else than before; None where events do, which any formula may read."""
    if (before.events, before.any_event) != (after.events, after.any_event):
        return None
    short = {
        name
        for name in before.short_names.keys() | after.short_names.keys()
        if before.short_names.get(name) != after.short_names.get(name)
    }
    return frozenset(short | (before.metric_ids ^ after.metric_ids))
