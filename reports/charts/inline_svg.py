"""Sparklines and progress bars: small SVG for pages, without style attributes, which their security policy forbids.

Colours are the page's: `currentColor`, and the classes `spark`, `spark-open`, `bar`, `bar-fill`, `bar-expected`.
"""

from collections.abc import Sequence
from html import escape

from reports.charts.texts import shortened

_WIDTH, _HEIGHT, _EDGE = 96, 24, 3
_BAR_WIDTH, _BAR_HEIGHT = 100, 8
_LONGEST_TITLE = 120


def sparkline(values: Sequence[float | None], title: str, *, is_open: bool = False) -> str:
    """Values as a line between their own least and greatest, oldest first; it breaks where one is missing.

    A value between two gaps is a dot. With `is_open` the last one is of a running period: a hollow dot, joined to the
    others by dashes. `title` says it in words.
    """
    places = _places(values)
    lines = _runs(places[:-1] if is_open else places)
    parts = [f'<path d="{"".join(map(_path, lines))}"/>'] if lines else []
    if places and places[-1]:
        x, y = places[-1]
        if is_open and len(places) > 1 and places[-2]:
            parts.append(f'<path stroke-dasharray="2 2" d="{_path([places[-2], places[-1]])}"/>')
        parts.append(
            f'<circle class="spark-{"open" if is_open else "end"}" cx="{x}" cy="{y}" r="2"{_fill(is_open)}/>'
        )
    return (
        f'<svg class="spark" role="img" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        f'fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round">'
        f"{_title(title)}{''.join(parts)}</svg>"
    )


def progress_bar(progress: float | None, expected: float | None, title: str) -> str:
    """A bar filled to the progress, 1 being all of it, with a mark where it is expected to be; `title` says it."""
    filled, mark = _share(progress), _share(expected)
    parts = [f'<rect class="bar-all" width="{_BAR_WIDTH}" height="{_BAR_HEIGHT}" rx="2" opacity=".18"/>']
    if filled is not None:
        parts.append(f'<rect class="bar-fill" width="{filled}" height="{_BAR_HEIGHT}" rx="2"/>')
    if mark is not None:
        parts.append(
            f'<path class="bar-expected" d="M{mark} -2v{_BAR_HEIGHT + 4}" stroke="currentColor" stroke-width="2"/>'
        )
    return (
        f'<svg class="bar" role="img" viewBox="-1 -2 {_BAR_WIDTH + 2} {_BAR_HEIGHT + 4}" width="{_BAR_WIDTH + 2}" '
        f'height="{_BAR_HEIGHT + 4}" fill="currentColor">{_title(title)}{"".join(parts)}</svg>'
    )


_Place = tuple[str, str]


def _places(values: Sequence[float | None]) -> list[_Place | None]:
    """Where each value is drawn; the newest at the right edge."""
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    # halves, since the difference of two doubles may be more than a double holds
    span = high / 2 - low / 2
    step = (_WIDTH - 2 * _EDGE) / max(1, len(values) - 1)
    height = _HEIGHT - 2 * _EDGE

    def place(number: int, value: float) -> _Place:
        share = (value / 2 - low / 2) / span if span else 0.5
        return _short(_EDGE + number * step), _short(_EDGE + (1 - share) * height)

    return [None if value is None else place(number, value) for number, value in enumerate(values)]


def _runs(places: Sequence[_Place | None]) -> list[list[_Place]]:
    """Values that follow one another without a gap."""
    runs: list[list[_Place]] = []
    is_broken = True
    for place in places:
        if place is None:
            is_broken = True
        elif is_broken:
            runs.append([place])
            is_broken = False
        else:
            runs[-1].append(place)
    return runs


def _path(run: Sequence[_Place | None]) -> str:
    """A polyline; of one value a dot, which a line of no length with round ends is."""
    places = [f"{x} {y}" for x, y in filter(None, run)]
    return f"M{places[0]}" + ("h0" if len(places) == 1 else f"L{' '.join(places[1:])}")


def _fill(is_open: bool) -> str:  # noqa: FBT001
    return "" if is_open else ' fill="currentColor"'


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _share(share: float | None) -> str | None:
    return None if share is None else _short(min(1.0, max(0.0, share)) * _BAR_WIDTH)


def _title(title: str) -> str:
    return f"<title>{escape(shortened(title, _LONGEST_TITLE))}</title>"
