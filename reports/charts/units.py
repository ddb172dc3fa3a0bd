"""How the numbers of a chart are written, by the unit that the catalog states: on axes, in labels, in words."""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

from reports.charts.texts import fit


class _Step(NamedTuple):
    """From which size on numbers are divided by what, and what is then written behind them."""

    least: float
    divisor: float
    suffix: str


_PERCENT = {"%", "percent", "pct", "percentage"}
_SYMBOLS = {
    **dict.fromkeys(("usd", "$", "dollar", "dollars", "us dollars"), "$"),
    **dict.fromkeys(("eur", "€", "euro", "euros"), "€"),
    **dict.fromkeys(("gbp", "£", "pound sterling", "pounds sterling"), "£"),
    **dict.fromkeys(("jpy", "¥", "yen"), "¥"),
    **dict.fromkeys(("inr", "₹", "rupees"), "₹"),
    **{
        code: f"{code.upper()}\u00a0"
        for code in ("chf", "cad", "aud", "cny", "sek", "nok", "dkk", "pln", "brl")
    },
}
_MILLISECONDS, _SECONDS = {"ms", "millisecond", "milliseconds"}, {"s", "sec", "second", "seconds"}
_NAMED = {
    **dict.fromkeys(("min", "minute", "minutes"), "\u00a0min"),
    **dict.fromkeys(("h", "hour", "hours"), "\u00a0h"),
    **dict.fromkeys(("d", "day", "days"), "\u00a0d"),
}
_OF_SECONDS = (_Step(36_000, 3_600, "\u00a0h"), _Step(600, 60, "\u00a0min"), _Step(0, 1, "\u00a0s"))
_BYTES = {"b": 1.0, "byte": 1.0, "bytes": 1.0, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12}
_OF_BYTES = tuple(
    _Step(size, size or 1.0, f"\u00a0{name}")
    for size, name in ((1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (0, "B"))
)
_LARGE = tuple(_Step(size, size, suffix) for size, suffix in ((1e12, "T"), (1e9, "B"), (1e6, "M")))
NOTHING = "\u2013"
"""What stands where there is no number: a dash."""
# beyond these, numbers are written with a power of ten
_MOST, _LEAST = 1e15, 1e-4


@dataclass(frozen=True)
class Scale:
    """How all numbers of one chart are written: `prefix` value/`divisor` `suffix`, in the unit `named` on the axis."""

    divisor: float = 1.0
    prefix: str = ""
    suffix: str = ""
    named: str = ""
    is_exponential: bool = False

    def text(self, value: float | None, *, is_signed: bool = False) -> str:
        """The number for people: four digits that matter, and a dash where there is none."""
        if value is None:
            return NOTHING
        sign = "-" if value < 0 else "+" if is_signed and value > 0 else ""
        return f"{sign}{self.prefix}{self._digits(abs(value) / self.divisor)}{self.suffix}"

    def words(self, value: float | None) -> str:
        """The number with its unit, wherever that stands on the axis."""
        return f"{self.text(value)} {self.named}".strip() if value is not None else "no value"

    def of_differences(self) -> "Scale":
        """For differences: those of percentages are percentage points."""
        return replace(self, suffix="\u00a0pp") if self.suffix == "%" else self

    def expression(self, step: float) -> str:
        """What Vega writes at the ticks of an axis that are `step` apart; it holds nothing of the catalog's."""
        fine = step / self.divisor
        decimals = 0 if fine <= 0 else min(12, max(0, -math.floor(math.log10(fine) + 1e-9)))
        # a step of 2.5 needs a digit more than its size says
        decimals += decimals < 12 and not math.isclose(fine * 10**decimals, round(fine * 10**decimals))
        shape = ".2e" if self.is_exponential else f",.{decimals}f"
        number = f"format(abs(datum.value) / {self.divisor:.0f}, '{shape}')"
        return f"(datum.value < 0 ? '-' : '') + '{self.prefix}' + {number} + '{self.suffix}'"

    def _digits(self, size: float) -> str:
        if self.is_exponential and size:
            return f"{size:.3g}"
        if size >= 1000 or size == int(size):
            return f"{size:,.0f}"
        return f"{size:,.2f}" if size >= 1 else f"{size:.3g}"


def scale_of(unit: str | None, largest: float) -> Scale:
    """How numbers up to `largest` are written in a unit; one that is not known stands at the axis as it is."""
    if not math.isfinite(largest) or largest >= _MOST or 0 < largest < _LEAST:
        return Scale(named=fit(unit or ""), is_exponential=True)
    key = fit(unit or "").casefold()
    if key in _PERCENT:
        return Scale(suffix="%")
    if key in _SYMBOLS:
        return _stepped(_LARGE, largest, prefix=_SYMBOLS[key])
    if key in _MILLISECONDS or key in _SECONDS:
        factor = 1e3 if key in _MILLISECONDS else 1.0
        if factor > 1 and largest < factor:
            return Scale(suffix="\u00a0ms")
        return _stepped(_OF_SECONDS, largest, factor=factor)
    if key in _NAMED:
        return Scale(suffix=_NAMED[key])
    if key in _BYTES:
        return _stepped(_OF_BYTES, largest, factor=1 / _BYTES[key])
    return _stepped(_LARGE, largest, named=fit(unit or ""))


def _stepped(
    steps: tuple[_Step, ...], largest: float, factor: float = 1.0, prefix: str = "", named: str = ""
) -> Scale:
    """The first step that the largest number reaches; the unit is 1/`factor` of that of the steps."""
    for step in steps:
        if largest / factor >= step.least:
            return Scale(step.divisor * factor, prefix, step.suffix, named)
    return Scale(prefix=prefix, named=named)
