"""Leaves: one aggregate over the rows of one event each, and their keys."""

import json
from dataclasses import dataclass

from sqlglot import exp

ADDITIVE = frozenset({"count", "sum", "min", "max"})


@dataclass(frozen=True)
class Leaf:
    """One aggregate over the lake's rows of one event; leaves that mean the same have the same key.

    `argument` and `condition` are over lake columns (`field_…` doubles, `dim_…` texts); an argument of None
    counts rows. `quantile` (0-1) is set for the aggregate quantile only. Additive leaves of a total can be
    made from those of its parts: counts and sums by adding, minima and maxima by themselves.
    """

    key: str
    event: str
    aggregate: str
    argument: exp.Expr | None
    condition: exp.Expr | None
    quantile: float | None
    columns: frozenset[str]
    additive: bool

    @property
    def reference(self) -> exp.Column:
        """How an expression names this leaf: the column `key` of table `leaf`."""
        return exp.column(self.key, table="leaf", quoted=True)


def make_leaf(
    event: str,
    aggregate: str,
    argument: exp.Expr | None = None,
    condition: exp.Expr | None = None,
    quantile: float | None = None,
) -> Leaf:
    """Build a leaf with its canonical key; `aggregate` is one of count, sum, min, max, count_distinct,
    quantile, first, last and stddev.
    """  # noqa: D205
    parts = [json.dumps(event, ensure_ascii=False), "*" if argument is None else argument.sql()]
    if quantile is not None:
        parts.append(repr(quantile))
    key = f"{aggregate}({', '.join(parts)})"
    if condition is not None:
        key += f" where {condition.sql()}"
    trees = [tree for tree in (argument, condition) if tree is not None]
    columns = frozenset(column.name for tree in trees for column in tree.find_all(exp.Column))
    return Leaf(key, event, aggregate, argument, condition, quantile, columns, aggregate in ADDITIVE)
