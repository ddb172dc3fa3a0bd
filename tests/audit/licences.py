"""The licences of what is delivered or built with: Python's lock and npm's, each held to the list of allowed ones."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

# how authors of packages write what SPDX calls otherwise
_SPELLINGS = {
    "3-clause bsd license": "BSD-3-Clause",
    "apache license 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "gnu library or lesser general public license (lgpl)": "LGPL",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
}


def found_in_lock(lock: Path, allowed: Collection[str], explained: Mapping[str, str]) -> list[str]:
    """Distributions of the lock whose licence is none of the allowed, is not clear, or cannot be read here.

    Args:
        lock: of pip's form; what its markers leave out on this machine is looked at only where it is installed.
        allowed: by SPDX; of `A OR B` one is enough, of `A AND B` each must be.
        explained: licence by distribution, for those whose metadata does not say.
    """
    found = []
    for requirement in _locked(lock):
        name = requirement.name
        try:
            said = explained.get(name) or stated(metadata.metadata(name))
        except metadata.PackageNotFoundError:
            if requirement.marker is None or requirement.marker.evaluate():
                found.append(f"{name}: is not installed here")
            continue
        found += _refused(name, said, allowed)
    return found


def found_in_npm_lock(lock: Path, allowed: Collection[str]) -> list[str]:
    """Likewise of packages of npm's lock, which says their licences itself."""
    packages: dict[str, Any] = json.loads(lock.read_text())["packages"]
    return [
        line
        for path, package in packages.items()
        for line in _refused(
            path.rpartition("node_modules/")[2] or "itself", package.get("license", ""), allowed
        )
    ]


def stated(about: metadata.PackageMetadata) -> str:
    """The licence by SPDX as metadata say it: its own field, classifiers, or a short text."""
    if expression := about.get("License-Expression"):
        return str(expression)
    classes = [
        each.rpartition(" :: ")[2] for each in about.get_all("Classifier") or () if each.startswith("License")
    ]
    texts = [each for each in classes if each != "OSI Approved"] or [str(about.get("License") or "").strip()]
    return " AND ".join(_SPELLINGS.get(text.lower(), text) for text in texts)


def _refused(name: str, said: str, allowed: Collection[str]) -> list[str]:
    if not said or "\n" in said:
        return [f"{name}: says no licence"]
    return [] if _is_allowed(said, allowed) else [f"{name}: {said}"]


def _is_allowed(expression: str, allowed: Collection[str]) -> bool:
    """Of an SPDX expression without the innermost parentheses first; alternatives bind less than what must all hold."""
    while inner := re.search(r"\(([^()]*)\)", expression):
        holds = "yes" if _is_allowed(inner[1], allowed) else "no"
        expression = f"{expression[: inner.start()]}{holds}{expression[inner.end() :]}"
    return any(
        all(licence.strip() in (*allowed, "yes") for licence in re.split(r"\s+AND\s+", choice))
        for choice in re.split(r"\s+OR\s+", expression)
    )


def _locked(lock: Path) -> Iterator[Requirement]:
    for line in lock.read_text().splitlines():
        if re.match(r"\w", line):
            yield Requirement(line.removesuffix("\\").strip())
