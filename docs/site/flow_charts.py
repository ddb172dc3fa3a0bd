"""Flow charts of Mermaid as drawings in the page: what they draw here is small, and no script of others has to run."""

import re
from dataclasses import dataclass
from statistics import mean

_BLOCK = re.compile(r"^```mermaid\nflowchart TD\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# in CSS pixels
_HEIGHT, _ACROSS, _DOWN, _MARGIN, _LETTER, _PADDING = 34, 24, 46, 4, 8.4, 24
_SWEEPS = 4


@dataclass(frozen=True)
class _Box:
    x: float
    y: float
    width: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def with_drawings(page: str) -> str:
    """The page with its flow charts drawn."""
    return _BLOCK.sub(lambda found: _drawing(found[1]), page)


def _drawing(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    edges = [tuple(line.split(" --> ")) for line in lines if " --> " in line]
    rows = _rows([line for line in lines if " --> " not in line], edges)
    boxes = _boxes(rows)
    width = max(box.x + box.width for box in boxes.values()) + _MARGIN
    height = max(box.y for box in boxes.values()) + _HEIGHT + _MARGIN
    drawn = [_line(boxes[one], boxes[other]) for one, other in edges]
    drawn += [_box(name, box) for name, box in boxes.items()]
    said = "; ".join(f"{one} to {other}" for one, other in edges)
    return (
        f'<div class="flow" role="img" aria-label="{said}"><svg viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}"><defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" '
        'markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>'
        f"{''.join(drawn)}</svg></div>"
    )


def _rows(names: list[str], edges: list[tuple[str, ...]]) -> list[list[str]]:
    """Names from above to below, each below all that lead to it, near what it is joined with."""
    depth = dict.fromkeys(names, 0)
    for _ in names:
        for one, other in edges:
            depth[other] = max(depth[other], depth[one] + 1)
    rows = [[name for name in names if depth[name] == level] for level in range(max(depth.values()) + 1)]
    for _ in range(_SWEEPS):
        place = {name: (at + 0.5) / len(row) for row in rows for at, name in enumerate(row)}
        near = {name: [place[name]] for name in names}
        for one, other in edges:
            near[one].append(place[other])
            near[other].append(place[one])
        rows = [sorted(row, key=lambda name: mean(near[name])) for row in rows]
    return rows


def _boxes(rows: list[list[str]]) -> dict[str, _Box]:
    widths = {name: len(name) * _LETTER + _PADDING for row in rows for name in row}
    totals = [sum(widths[name] + _ACROSS for name in row) - _ACROSS for row in rows]
    found = {}
    for level, row in enumerate(rows):
        x = _MARGIN + (max(totals) - totals[level]) / 2
        for name in row:
            found[name] = _Box(x, _MARGIN + level * (_HEIGHT + _DOWN), widths[name])
            x += widths[name] + _ACROSS
    return found


def _line(one: _Box, other: _Box) -> str:
    start, end = one.y + _HEIGHT, other.y - 2
    bend = (end - start) / 2
    return (
        f'<path class="edge" marker-end="url(#arrow)" d="M{one.middle:.0f} {start:.0f}C{one.middle:.0f} '
        f'{start + bend:.0f} {other.middle:.0f} {end - bend:.0f} {other.middle:.0f} {end:.0f}"/>'
    )


def _box(name: str, box: _Box) -> str:
    return (
        f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{_HEIGHT}" rx="5"/>'
        f'<text x="{box.middle:.0f}" y="{box.y + _HEIGHT / 2:.0f}">{name}</text>'
    )
