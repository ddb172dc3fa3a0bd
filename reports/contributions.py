"""Which slices moved a total: what each contributed to its change, where the contributions add up to it; arithmetic."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from core.sums import sum_of


class Parts(NamedTuple):
    """A value and what it was divided from, as published; nulls where there is none."""

    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True)
class Contribution:
    """What a slice added to the change of the total, in the metric's unit."""

    slice: str
    value: float | None
    previous_value: float | None
    contribution: float


def contributions(
    total: tuple[Parts, Parts], slices: Mapping[str, tuple[Parts, Parts]]
) -> list[Contribution]:
    """Contributions of the slices of one dimension, gravest first; none where they do not add up.

    Each pair is the period before and the period itself. Values that add up contribute their difference. Of a ratio a
    slice's part is its numerator over the total's denominator: n'/D' - n/D, in the metric's scale.
    """
    before, after = total
    if before.value is None or after.value is None:
        return []
    change = after.value - before.value
    for shares in (_differences(slices), _shares(total, slices)):
        if shares and math.isclose(
            sum_of(shares.values()), change, rel_tol=1e-6, abs_tol=1e-9 * abs(after.value)
        ):
            ranked = sorted(shares, key=lambda one: (-abs(shares[one]), one))
            return [
                Contribution(one, slices[one][1].value, slices[one][0].value, shares[one]) for one in ranked
            ]
    return []


def scale_of_ratio(parts: Parts) -> float | None:
    """What the quotient is multiplied by, such as 100 of a percentage; a value of 0 does not tell."""
    if not parts.value or not parts.numerator or not parts.denominator:
        return None
    return parts.value * parts.denominator / parts.numerator


def _differences(slices: Mapping[str, tuple[Parts, Parts]]) -> dict[str, float]:
    return {one: (after.value or 0.0) - (before.value or 0.0) for one, (before, after) in slices.items()}


def _shares(total: tuple[Parts, Parts], slices: Mapping[str, tuple[Parts, Parts]]) -> dict[str, float]:
    """Shares of a ratio; empty where the total is none, or its scale is not the same in both periods."""
    scales = [scale for scale in map(scale_of_ratio, total) if scale is not None]
    if not scales or not math.isclose(scales[0], scales[-1], rel_tol=1e-6):
        return {}
    before, after = (scales[0] / parts.denominator if parts.denominator else 0.0 for parts in total)
    return {
        one: after * (new.numerator or 0.0) - before * (old.numerator or 0.0)
        for one, (old, new) in slices.items()
    }
