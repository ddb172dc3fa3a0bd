"""The lineage of a whole catalog, and the part of it that lies around one node."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from schemas.catalog.errors import UnknownDocumentError
from schemas.catalog.lineage import Edge, Lineage, Node

MOST = 60
"""More nodes are no picture any more."""


@dataclass(frozen=True)
class Neighbourhood:
    """What leads to a node and what it leads to, nearest first; `left_out` counts what is farther away."""

    centre: Node
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: int


@dataclass(frozen=True)
class Graph:
    """A lineage that can be walked."""

    whole: Lineage

    @cached_property
    def nodes(self) -> Mapping[str, Node]:
        """By node id, in the order of the data's way."""
        return {node.node_id: node for node in self.whole.nodes}

    @cached_property
    def before(self) -> Mapping[str, Sequence[str]]:
        """Ids of the nodes that lead to each."""
        return self._by_end(is_start=False)

    @cached_property
    def after(self) -> Mapping[str, Sequence[str]]:
        """Ids of the nodes that each leads to."""
        return self._by_end(is_start=True)

    def around(self, kind: str, document_id: str, most: int = MOST) -> Neighbourhood:
        """The nearest nodes before and after one, taken from both sides in turn.

        Raises:
            UnknownDocumentError: there is no such node.
        """
        centre = self.nodes.get(f"{kind}:{document_id}")
        if centre is None:
            raise UnknownDocumentError(f"no {kind.replace('_', ' ')} is called {document_id!r}")
        both = zip_longest(walk(self.before, centre.node_id), walk(self.after, centre.node_id))
        nearest = list(dict.fromkeys(each for pair in both for each in pair if each is not None))
        chosen = {centre.node_id, *nearest[: most - 1]}
        edges = tuple(each for each in self.whole.edges if each.start in chosen and each.end in chosen)
        nodes = tuple(node for node_id, node in self.nodes.items() if node_id in chosen)
        return Neighbourhood(centre, nodes, edges, len(nearest) + 1 - len(chosen))

    def _by_end(self, *, is_start: bool) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for edge in self.whole.edges:
            here, there = (edge.start, edge.end) if is_start else (edge.end, edge.start)
            found.setdefault(here, []).append(there)
        return found


def walk(steps: Mapping[str, Sequence[str]], start: str) -> Iterator[str]:
    """Whatever can be reached, nearest first."""
    seen, waiting = {start}, [start]
    for here in waiting:
        for there in steps.get(here, ()):
            if there not in seen:
                seen.add(there)
                waiting.append(there)
                yield there
