"""From the repository to what the site is built of: pages with links that hold there, indexes, and the navigation."""

import posixpath
import re
import shutil
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from docs.site.flow_charts import with_drawings

ROOT = Path(__file__).parents[2]
_HERE = Path(__file__).parent
# what stands outside of docs/ and is part of the manual: its place there
_FROM_ELSEWHERE = {
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "clients/python/README.md": "clients/python.md",
    "clients/typescript/README.md": "clients/typescript.md",
}
# how far up search puts what is rarely looked for; 1 is as it comes
_BOOSTS = {
    "guides/": 1.2,
    "alerts-delivery.md": 1.6,
    "catalog.md": 1.8,
    # long, and full of addresses that hold words of all kinds
    "tutorials/developer.md": 0.6,
    # likewise: tables and examples of all that there is
    "reference/endpoints.md": 0.2,
    "reference/exported-metrics.md": 0.2,
    "reference/problems.md": 0.4,
    "reference/": 0.6,
    "runbooks/": 0.8,
    "architecture.md": 0.5,
    "contributing.md": 0.3,
    "adr/": 0.2,
}
_UNSEARCHED = ("changelog.md", "adr/appendix/")
_LINK = re.compile(r"(?P<sign>!?)\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<to>[^)\s]+)\)")
_CODE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


def gather(folder: Path) -> Path:
    """Lay pages and configuration into an empty folder, and return the path of the configuration."""
    pages = folder / "pages"
    places = _places()
    for source, place in places.items():
        target = pages / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_page(source, place, places))
    for name, text in _indexes(places).items():
        (pages / name).write_text(text)
    shutil.copytree(ROOT / "docs" / "images", pages / "images")
    shutil.copy(ROOT / "docs" / "openapi.json", pages)
    shutil.copy(_HERE / "manual.css", pages)
    shutil.copy(ROOT / "webapi" / "pages" / "assets" / "mark.svg", pages)
    configuration = folder / "mkdocs.yml"
    settings = yaml.safe_load((_HERE / "mkdocs.yml").read_text())
    settings["nav"] = [*_expanded(settings["nav"], [*places.values()])]
    configuration.write_text(yaml.safe_dump(settings, sort_keys=False))
    return configuration


def _places() -> dict[str, str]:
    """Every page: its path in the repository -> its place in the manual."""
    own = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))
    return {path: path.removeprefix("docs/") for path in own} | _FROM_ELSEWHERE


def _page(source: str, place: str, places: dict[str, str]) -> str:
    parts = _CODE.split((ROOT / source).read_text())
    # every second part is code
    parts[::2] = [_linked(part, source, place, places) for part in parts[::2]]
    return _front_matter(place) + with_drawings("".join(parts))


def _front_matter(place: str) -> str:
    """What the site is told of a page, and readers of the file are not."""
    said: dict[str, Any] = {}
    boost = next((boost for start, boost in _BOOSTS.items() if place.startswith(start)), None)
    if place.startswith(_UNSEARCHED):
        said["search"] = {"exclude": True}
    elif boost:
        said["search"] = {"boost": boost}
    if place == "index.md":
        said["hide"] = ["navigation"]
    return f"---\n{yaml.safe_dump(said)}---\n\n" if said else ""


def _linked(text: str, source: str, place: str, places: dict[str, str]) -> str:
    """Links as they hold in the manual; what leads to code, which is not in it, stays as its words."""

    def renewed(found: re.Match[str]) -> str:
        to, _, anchor = found["to"].partition("#")
        if not to or ":" in to:
            return found[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), to))
        aim = places.get(path) or (f"{path.removeprefix('docs/')}/index.md" if path in _INDEXED else None)
        if aim is None and path.startswith("docs/"):
            aim = path.removeprefix("docs/")
        if aim is None:
            return found["text"]
        relative = posixpath.relpath(aim, posixpath.dirname(place) or ".")
        return f"{found['sign']}[{found['text']}]({relative}{'#' if anchor else ''}{anchor})"

    return _LINK.sub(renewed, text)


_INDEXED = {
    "docs/adr": (
        "# Decisions",
        "Why MDL is built this way: what was to be decided, what was decided, and what was left aside.",
    ),
    "docs/runbooks": (
        "# Runbooks",
        "Each rule of Prometheus has a page: what its alert means, how to look, and what to do.",
    ),
}


def _indexes(places: dict[str, str]) -> dict[str, str]:
    """Pages that list the others of their folder, by their headings."""
    found = {}
    for folder, head in _INDEXED.items():
        own = [path for path in places if posixpath.dirname(path) == folder]
        rows = [f"- [{_heading(path)}]({PurePosixPath(path).name}){_said(path)}" for path in own]
        name = f"{folder.removeprefix('docs/')}/index.md"
        found[name] = "\n\n".join([*head, "\n".join(rows)]) + "\n"
    return found


def _heading(path: str) -> str:
    return (ROOT / path).read_text().partition("\n")[0].removeprefix("# ")


def _said(path: str) -> str:
    """What a runbook says at once: its first sentence under the heading."""
    found = re.search(
        r"## What it means\n\n(.+?)(?<!e\.g)[.:;](?:\s|$)", (ROOT / path).read_text(), re.DOTALL
    )
    return f": {_unlinked(' '.join(found[1].split()))}." if found else ""


def _unlinked(text: str) -> str:
    return _LINK.sub(lambda found: found["text"], text)


def _expanded(entries: list[Any], places: list[str]) -> Iterator[Any]:
    """The navigation with patterns such as `adr/*` replaced by the pages that are named nowhere else."""
    named = set(re.findall(r"[\w/-]+\.md", (_HERE / "mkdocs.yml").read_text()))
    for entry in entries:
        if isinstance(entry, dict):
            ((title, below),) = entry.items()
            yield {title: [*_expanded(below, places)] if isinstance(below, list) else below}
        elif "*" in entry:
            yield from (each for each in places if each not in named and _fits(each, entry))
        else:
            yield entry


def _fits(place: str, pattern: str) -> bool:
    """Whether a page is of a pattern; a star stands for no folder."""
    return place.count("/") == pattern.count("/") and fnmatch(place, pattern)
