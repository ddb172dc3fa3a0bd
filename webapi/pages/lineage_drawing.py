"""Where nodes and edges of a lineage stand on paper.

Layers from left to right, each ordered by the median of its neighbours; long edges pass between the nodes of the layers
that they cross.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from unicodedata import east_asian_width

from schemas.browsing.neighbourhood import Neighbourhood
from schemas.catalog.lineage import Node

# in CSS pixels
WIDTH, HEIGHT = 160, 30
_ACROSS, _DOWN, _THROUGH = 32, 12, 8
_MARGIN, _HEAD = 8, 28
_LOWEST = 200
_SWEEPS = 4
# narrow characters that a box has room for
_LONGEST = 19
_COLUMNS = ("source", "event", "metric", "key_result", "objective", "domain", "report")
_HEADINGS: Mapping[str, str] = {
    "source": "Sources",
    "event": "Events",
    "metric": "Metrics",
    "derived": "Derived metrics",
    "key_result": "Key results",
    "objective": "Objectives",
    "domain": "Domains",
    "report": "Reports",
}
_Layers = list[list[str]]


@dataclass(frozen=True)
class Placed:
    """A node with the upper left corner of its box."""

    node: Node
    x: int
    y: int

    @property
    def label(self) -> str:
        """The name as far as it fits into the box."""
        name, left = self.node.name, _LONGEST
        for place, character in enumerate(name):
            left -= 2 if east_asian_width(character) in "WF" else 1
            if left < 0:
                return f"{name[: place - 1]}\N{HORIZONTAL ELLIPSIS}"
        return name


@dataclass(frozen=True)
class LineageDrawing:
    """Boxes in reading order, paths of edges, and where columns begin."""

    width: int
    height: int
    columns: Sequence[tuple[str, int]]
    boxes: Sequence[Placed]
    paths: Sequence[str]


def columns_of(around: Neighbourhood) -> dict[str, list[Node]]:
    """The nodes by the heading of their column, in the order of the data's way."""
    ranks = _ranks(around)
    found: dict[str, list[Node]] = defaultdict(list)
    for node in sorted(around.nodes, key=lambda one: ranks[one.node_id]):
        is_derived = node.kind == "metric" and ranks[node.node_id][1] > 0
        found[_HEADINGS["derived" if is_derived else node.kind]].append(node)
    return dict(found)


def drawn(around: Neighbourhood) -> LineageDrawing:
    """The neighbourhood on paper."""
    ranks = _ranks(around)
    present = sorted(set(ranks.values()))
    place = {node_id: present.index(rank) for node_id, rank in ranks.items()}
    layers, chains = _with_stops(around, place, len(present))
    _order(layers, chains)
    x_of = [_MARGIN + number * (WIDTH + _ACROSS) for number in range(len(layers))]
    y_of, height = _heights(layers, place)
    nodes = {node.node_id: node for node in around.nodes}
    boxes = [
        Placed(nodes[each], x_of[number], y_of[each])
        for number, layer in enumerate(layers)
        for each in layer
        if each in nodes
    ]
    return LineageDrawing(
        width=x_of[-1] + WIDTH + _MARGIN,
        height=height,
        columns=[(_heading(rank), x_of[number]) for number, rank in enumerate(present)],
        boxes=boxes,
        paths=[_path(chain, place, x_of, y_of) for chain in chains],
    )


def _ranks(around: Neighbourhood) -> dict[str, tuple[int, int]]:
    """Of each node the kind's place, and of metrics how many stand between them and events."""
    before: dict[str, list[str]] = defaultdict(list)
    for edge in around.edges:
        if edge.start.startswith("metric:") and edge.end.startswith("metric:"):
            before[edge.end].append(edge.start)
    depths: dict[str, int] = {}

    def depth(node_id: str, seen: frozenset[str] = frozenset()) -> int:
        if node_id not in depths:
            # metrics that read one another in a circle have no depth of their own
            uppers = [each for each in before.get(node_id, ()) if each not in seen]
            depths[node_id] = max((depth(each, seen | {node_id}) + 1 for each in uppers), default=0)
        return depths[node_id]

    return {node.node_id: (_COLUMNS.index(node.kind), depth(node.node_id)) for node in around.nodes}


def _heading(rank: tuple[int, int]) -> str:
    kind = _COLUMNS[rank[0]]
    return _HEADINGS["derived" if kind == "metric" and rank[1] else kind]


def _with_stops(around: Neighbourhood, place: Mapping[str, int], count: int) -> tuple[_Layers, _Layers]:
    """Layers with a stop in each layer that an edge crosses; and edges as chains of what they pass."""
    layers: _Layers = [[] for _ in range(count)]
    for node in around.nodes:
        layers[place[node.node_id]].append(node.node_id)
    chains = []
    for number, edge in enumerate(around.edges):
        # an edge against the way, of a circle, is drawn as it stands
        crossed = range(place[edge.start] + 1, place[edge.end])
        stops = [f"{number} {layer}" for layer in crossed]
        for layer, stop in zip(crossed, stops, strict=True):
            layers[layer].append(stop)
        chains.append([edge.start, *stops, edge.end])
    return layers, chains


def _order(layers: _Layers, chains: _Layers) -> None:
    """Order each layer by the median place of its neighbours, to the right and back again."""
    before, after = defaultdict(list), defaultdict(list)
    for chain in chains:
        for start, end in pairwise(chain):
            before[end].append(start)
            after[start].append(end)
    for sweep in range(_SWEEPS):
        neighbours = after if sweep % 2 else before
        # shares of the layer, so that long and short ones compare
        spot = {each: (place + 0.5) / len(layer) for layer in layers for place, each in enumerate(layer)}
        for layer in reversed(layers) if sweep % 2 else layers:
            middle = {
                each: median(spot[one] for one in neighbours[each]) if neighbours[each] else spot[each]
                for each in layer
            }
            layer.sort(key=middle.__getitem__)
            spot.update({each: (place + 0.5) / len(layer) for place, each in enumerate(layer)})


def _heights(layers: _Layers, nodes: Mapping[str, int]) -> tuple[dict[str, int], int]:
    """The upper edge of each box or stop, columns centred; and the height of all."""
    sizes = [[(each, HEIGHT + _DOWN if each in nodes else _THROUGH) for each in layer] for layer in layers]
    tallest = max(sum(size for _, size in column) for column in sizes)
    found = {}
    for column in sizes:
        # centred, but not out of sight of those who see the upper part
        y = _HEAD + min((tallest - sum(size for _, size in column)) // 2, _LOWEST)
        for each, size in column:
            found[each] = y
            y += size
    return found, _HEAD + tallest + _MARGIN


def _path(
    chain: Sequence[str], nodes: Mapping[str, int], x_of: Sequence[int], y_of: Mapping[str, int]
) -> str:
    """A smooth line from the right side of the first box to the left side of the last."""
    first, last = nodes[chain[0]], nodes[chain[-1]]
    x, y = x_of[first] + WIDTH, y_of[chain[0]] + HEIGHT // 2
    words = [f"M{x} {y}"]
    for number, stop in enumerate(chain[1:-1], first + 1):
        to_y = y_of[stop] + _THROUGH // 2
        words.append(f"{_bend(x, y, x_of[number], to_y)} h{WIDTH}")
        x, y = x_of[number] + WIDTH, to_y
    words.append(_bend(x, y, x_of[last], y_of[chain[-1]] + HEIGHT // 2))
    return " ".join(words)


def _bend(x: int, y: int, to_x: int, to_y: int) -> str:
    middle = (x + to_x) // 2
    return f"C{middle} {y} {middle} {to_y} {to_x} {to_y}"
