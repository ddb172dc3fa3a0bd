"""Writes from the code what docs/architecture.md and docs/settings.md have from it: `make docs`; --check compares."""

import ast
import sys
from pathlib import Path

import grimp

from core.configuration.setting_meanings import MEANINGS
from docs.drift import kept

_ROOT = Path(__file__).parents[1]
_FLOORS = ("cli", "pipelines", "webapi", "reports", "schemas", "core")
_BEGIN, _END = "<!-- drawn by docs/draw.py -->\n", "<!-- end of what is drawn -->"

Edges = dict[str, set[str]]


def floors(graph: grimp.ImportGraph) -> Edges:
    """Which package imports which."""
    return {
        one: {
            other
            for other in _FLOORS
            if other != one and graph.direct_import_exists(importer=one, imported=other, as_packages=True)
        }
        for one in _FLOORS
    }


def rooms(graph: grimp.ImportGraph, package: str) -> Edges:
    """Which room of a package imports which, by itself or through modules that stand in no room."""
    found = {child for child in graph.find_children(package) if graph.find_children(child)}
    return {one: _reached(graph, package, one, found) for one in sorted(found)}


def _reached(graph: grimp.ImportGraph, package: str, room: str, others: set[str]) -> set[str]:
    reached: set[str] = set()
    waiting = [room, *graph.find_descendants(room)]
    seen = set(waiting)
    while waiting:
        for imported in graph.find_modules_directly_imported_by(waiting.pop()) - seen:
            seen.add(imported)
            at = ".".join(imported.split(".")[:2])
            if at in others:
                reached.add(at)
            elif imported.startswith(f"{package}."):
                waiting.append(imported)
    return reached - {room}


def shortened(edges: Edges) -> Edges:
    """The edges without those that a longer way says too."""

    def below(one: str) -> set[str]:
        return {deeper for other in edges[one] for deeper in (other, *below(other))}

    return {
        one: {other for other in others if not any(other in below(step) for step in others - {other})}
        for one, others in edges.items()
    }


def drawing(edges: Edges) -> str:
    """A Mermaid flow chart; arrows point at what is imported."""
    names = {one: one.split(".")[-1] for one in edges}
    lines = [f"    {names[one]}" for one in edges]
    lines += [
        f"    {names[one]} --> {names[other]}"
        for one, others in shortened(edges).items()
        for other in sorted(others)
    ]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", ""])


def listing(names: list[str]) -> str:
    """What is in each package, by the first line of its docstring."""
    rows = []
    for name in names:
        path = name.replace(".", "/")
        text = ast.get_docstring(ast.parse((_ROOT / path / "__init__.py").read_text())) or ""
        rows.append(f"| `{path}/` | {text.splitlines()[0]} |")
    return "\n".join(["| room | what is in it |", "| --- | --- |", *rows, ""])


def drawn() -> str:
    """Everything that the page has from the code."""
    graph = grimp.build_graph(*_FLOORS, cache_dir=None)
    parts = ["\n### Floors\n", drawing(floors(graph)), listing([*_FLOORS])]
    for package in _FLOORS:
        edges = rooms(graph, package)
        if edges:
            parts += [f"### Rooms of {package}\n", drawing(edges), listing([*edges])]
    return "\n".join(parts) + "\n"


def settings() -> str:
    """Every setting, without what holds where it is not set and what it means."""
    rows = [f"| `{name}` | {meaning.unset} | {meaning.text} |" for name, meaning in MEANINGS.items()]
    return "\n".join(["| variable | default | what it sets |", "| --- | --- | --- |", *rows, ""])


def main() -> int:
    """Write the pages anew, or with --check say whether that would change them."""
    pages = {}
    for name, text in {"architecture.md": drawn(), "settings.md": settings()}.items():
        before, rest = (_ROOT / "docs" / name).read_text().split(_BEGIN)
        pages[name] = before + _BEGIN + text + _END + rest.split(_END)[1]
    return kept(pages)


if __name__ == "__main__":
    sys.exit(main())
