"""Secrets in the files of the repository and in all that its history ever added.

The patterns are detect-secrets': tokens of known services, keys, passwords in addresses. What it finds by guess (words
such as `password`, random-looking text) is left out: ruff's S105 to S107 judge those line by line.
"""

import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

_GUESSES = {"KeywordDetector", "Base64HighEntropyString", "HexHighEntropyString", "IPPublicDetector"}
# shorter is no secret; longer is a drawing or a lock, whose lines are of one word
_SHORTEST = 12


def found_in_files(root: Path, allowed: Mapping[str, str]) -> list[str]:
    """Secrets in the files that git knows or would take: file, line and kind, never the secret."""
    listed = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return [
        f"{name}:{number}: {kind}"
        for name in listed
        if (path := root / name).is_file()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        for kind in kinds_in(line, allowed)
    ]


def found_in_history(root: Path, allowed: Mapping[str, str]) -> list[str]:
    """Secrets in lines that commits added, also those taken away since: commit and kind."""
    log = _git(root, "log", "-p", "-U0", "--all", "--no-color", "--no-ext-diff", "--format=commit %h")
    return sorted(
        {f"commit {commit}: {kind}" for commit, line in _added(log) for kind in kinds_in(line, allowed)}
    )


def kinds_in(line: str, allowed: Mapping[str, str]) -> list[str]:
    """What kinds of secrets a line has, save texts that are allowed."""
    if len(line) < _SHORTEST:
        return []
    return [
        kind
        for kind, pattern in _patterns()
        for match in pattern.finditer(line)
        if match.group() not in allowed
    ]


def _added(log: str) -> Iterable[tuple[str, str]]:
    """Each line once, with the newest commit that added it."""
    commit, seen = "", set[str]()
    for line in log.splitlines():
        if line.startswith("commit "):
            commit = line.split()[1]
        elif line.startswith("+") and line not in seen:
            seen.add(line)
            yield commit, line[1:]


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    def each() -> Iterator[tuple[str, re.Pattern[str]]]:
        for kind, detector in get_mapping_from_secret_type_to_class().items():
            if detector.__name__ not in _GUESSES:
                yield from ((kind, pattern) for pattern in detector().denylist)

    return list(each())


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, check=True)
    return done.stdout.decode(errors="replace")
