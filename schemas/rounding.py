"""When two numbers are the same: doubles differ in their last digits by the order in which they were added up.

One tolerance for everything that compares computed values: status, changes of the marts, conditions, key results.
"""

TOLERANCE = 1e-12
"""Relative to the larger number. Doubles carry 2.2e-16; adding up a few thousand of them leaves 1e-13 of noise."""


def same(left: float, right: float, size: float = 0.0) -> bool:
    """Whether two numbers are equal but for rounding.

    `size` is how large the numbers were that the two were made of, where those may have cancelled out: of 100 - 99.9
    and 0.1 it is 100. A number is the same as zero only if it is zero, or small beside `size`.
    """
    return left == right or abs(left - right) <= TOLERANCE * max(abs(left), abs(right), size)


def less(left: float, right: float, size: float = 0.0) -> bool:
    """Whether `left` is below `right` by more than rounding."""
    return left < right and not same(left, right, size)


def same_sql(left: str, right: str, size: str = "0") -> str:
    """`same` as DuckDB SQL of doubles; null where a number is."""
    return f"({left} = {right} or abs({left} - {right}) <= {TOLERANCE} * greatest(abs({left}), abs({right}), {size}))"


def less_sql(left: str, right: str) -> str:
    """`less` as DuckDB SQL of doubles; null where a number is."""
    return f"({left} < {right} and not {same_sql(left, right)})"
