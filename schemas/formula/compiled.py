"""What compiling a catalog gives: one resolved formula per metric, or the reason why there is none."""

from dataclasses import dataclass, field

from sqlglot import exp

from schemas.documents.problems import Problem
from schemas.formula.leaves import Leaf


@dataclass(frozen=True)
class CompiledMetric:
    """A metric's formula, resolved.

    In the expressions, columns of table `leaf` are leaves by key, of table `metric` other metrics by id, of
    table `period` `period_days` and `period_hours`; LAG(x, n) is kept as `exp.Lag`. `numerator` and
    `denominator` are set for quotients and averages. `max_lag` counts this expression's own periods;
    `events` includes those of the metrics it reads; `fingerprint` changes with all that
    affects a value; `names` are the words of the formula that were resolved, to whatever.
    """

    metric_id: str
    expression: exp.Expr
    leaves: tuple[Leaf, ...]
    metric_refs: tuple[str, ...] = ()
    numerator: exp.Expr | None = None
    denominator: exp.Expr | None = None
    max_lag: int = 0
    events: frozenset[str] = frozenset()
    fingerprint: str = ""
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Compilation:
    """What became of every metric of a catalog.

    `metrics` holds what has values, in the order of `order`: each after those it reads. `documented` maps
    the rest to reasons; those of them that take observed values are in `observed` and in `metrics` too.
    A metric with an error, or that reads one, is in none of them.
    """

    metrics: dict[str, CompiledMetric] = field(default_factory=dict)
    documented: dict[str, str] = field(default_factory=dict)
    errors: list[Problem] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    observed: frozenset[str] = frozenset()
    warnings: list[Problem] = field(default_factory=list)
