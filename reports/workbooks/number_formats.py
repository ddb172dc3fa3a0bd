"""How a workbook shows a number that it holds exactly: formats by the unit, legible in every language."""

from reports.charts.texts import shortened
from reports.figures import BYTES, MOST_DIGITS, PERCENT, is_currency, pattern_of

_MOST_OF_UNIT = 40
_OF_BYTES = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B"))
_OF_PERIODS = {
    **dict.fromkeys(("minute", "hour"), "yyyy-mm-dd hh:mm"),
    "month": "mmm yyyy",
    "year": "yyyy",
}
DAY, INSTANT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
SHARE = "0%"


def of_figure(value: float, unit: str | None) -> str:
    """With as many digits as figures have, and the unit behind; a currency's code before."""
    name = shortened(unit or "", _MOST_OF_UNIT)
    if abs(value) >= MOST_DIGITS or 0 < abs(value) < 1 / MOST_DIGITS:
        digits = "0.###E+00"
    elif name.casefold() in BYTES:
        return _of_bytes(value)
    else:
        digits = pattern_of(value)
    if name.casefold() in PERCENT:
        return f'{digits}"%"'
    if is_currency(name):
        return f"[${name}] {'#,##0.00' if abs(value) < 1_000 else digits}"
    return f"{digits} {_quoted(name)}" if name else digits


def of_change(percent: float, *, is_marked: bool) -> str:
    """A change in percent with its sign; `is_marked` with an arrow too."""
    digits = "#,##0" if abs(percent) >= 100 else "#,##0.0"
    up, down = (
        ("\N{BLACK UP-POINTING TRIANGLE}", "\N{BLACK DOWN-POINTING TRIANGLE}") if is_marked else ("", "")
    )
    return (
        f'"{up} "+{digits}"%";"{down} "-{digits}"%";"= "{digits}"%"'
        if is_marked
        else (f'+{digits}"%";-{digits}"%"')
    )


def of_period(grain: str) -> str:
    """A period by its start."""
    return _OF_PERIODS.get(grain, DAY)


def of_text(shape: str) -> str:
    """A text with a shape before it that is not part of the text."""
    return f'"{shape} "@'


def _of_bytes(value: float) -> str:
    """In the greatest unit that the size reaches; a comma divides by 1,000."""
    size, name = next((each for each in _OF_BYTES if abs(value) >= each[0]), _OF_BYTES[-1])
    thousands = "," * (len(_OF_BYTES) - 1 - _OF_BYTES.index((size, name)))
    return f'{pattern_of(value / size)}{thousands} "{name}"'


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '"\\""') + '"'
