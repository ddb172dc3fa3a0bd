"""Sparklines of letters: for terminals, plain text and mail, where no drawing can be."""

from collections.abc import Sequence

_HEIGHTS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None], gap: str = " ") -> str:
    """Heights of the values between their own least and greatest, oldest first; "" where there is no value."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low = min(known)
    # halves, since the difference of two doubles may be more than a double holds
    span = max(known) / 2 - low / 2
    return "".join(
        gap if value is None else _HEIGHTS[round((value / 2 - low / 2) / span * 7) if span else 3]
        for value in values
    )
