"""Small pieces of DuckDB SQL: quoting, slices as text, and the cutting of time into buckets."""

from collections.abc import Sequence

from pipelines.calendar.periods import to_us
from pipelines.calendar.ranges import Ranges
from pipelines.duck import literal

MISSING = "(none)"
# a multiple of every unit that lifts all instants since the year 1 above zero, where % rounds downwards
_LIFT_US = 800_000 * 86_400_000_000


def slice_text(names: Sequence[str], columns: Sequence[str]) -> str:
    """SQL of a slice as text: `name=value` joined by commas, `%`, `,` and `=` in values percent-encoded."""
    if not names:
        return "''"
    encoded = "replace(replace(replace({}, '%', '%25'), ',', '%2C'), '=', '%3D')"
    parts = [
        f"{literal(('' if position == 0 else ',') + name + '=')} || {encoded.format(column)}"
        for position, (name, column) in enumerate(zip(names, columns, strict=True))
    ]
    return " || ".join(parts)


def settled(total: str, size: str) -> str:
    """SQL of a sum of doubles without the noise that is left where numbers of both signs cancel out.

    `size` is the sum of their absolute values. Doubles know 15 decimal digits of it: 0.1 + 0.2 - 0.3 is 0, not 2.8e-17.
    Whole numbers have no such noise.
    """
    rounded = f"{to_digits(total, size, 15)} + 0.0"  # not -0.0
    return f"CASE WHEN abs({total}) < {size} AND {total} <> trunc({total}) THEN {rounded} ELSE {total} END"


def to_digits(value: str, size: str, digits: int) -> str:
    """SQL of a value rounded to as many decimal digits of `size`, where that is known and not 0."""
    places = f"CAST({digits} - ceil(log10({size})) AS INTEGER)"
    return f"CASE WHEN {size} > 0 AND isfinite({size}) THEN round({value}, {places}) ELSE {value} END"


def bucket(us: str, unit: int, segments: Sequence[tuple[int, int]]) -> str:
    """SQL of the start of the bucket that holds instant `us`, all in microseconds.

    A bucket is `unit` long on the local clock, cut at the beginnings of segments (begin, offset); these are tried by
    halving, so that decades of clock changes stay cheap.
    """
    if len(segments) == 1:
        begin, offset = segments[0]
        return f"greatest({us} - ({us} + {offset + _LIFT_US}) % {unit}, {begin})"
    middle = len(segments) // 2
    earlier, later = bucket(us, unit, segments[:middle]), bucket(us, unit, segments[middle:])
    return f"CASE WHEN {us} < {segments[middle][0]} THEN {earlier} ELSE {later} END"


def in_ranges(ranges: Ranges, column: str) -> str:
    """SQL of whether a column of microseconds lies in the ranges."""
    parts = [f"{column} >= {to_us(begin)} AND {column} < {to_us(end)}" for begin, end in ranges]
    return f"({' OR '.join(parts)})"
