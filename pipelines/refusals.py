"""What a run refused: as its assets say it to Dagster, and as the command line ends with it."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

_KEPT = 20
_SHOWN = 6
_NOTHING: dict[str, Any] = {"count": 0, "first": {}}


def told(reasons: Mapping[str, str]) -> dict[str, Any]:
    """Metadata of an asset: how many there are, and the first with their reasons."""
    return {"count": len(reasons), "first": dict(list(reasons.items())[:_KEPT])}


def is_any(facts: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the run refused a file or row, or a source did not answer; `facts` are its assets' metadata."""
    return any(one["count"] for one in _all(facts).values())


def lines(facts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """At most ten lines: how much was refused, the first with their reasons, what to type next."""
    found = {what: one for what, one in _all(facts).items() if one["count"]}
    if not found:
        return []
    first = list(chain.from_iterable(one["first"].items() for one in found.values()))
    more = sum(one["count"] for one in found.values()) - len(first[:_SHOWN])
    next_ones = dict.fromkeys(command for what, command in _NEXT.items() if what in found)
    return [
        "refused: "
        + ", ".join(_WORDS[what].format(_counted(one["count"], what)) for what, one in found.items()),
        *(f"  {name}: {reason.splitlines()[0] if reason else ''}" for name, reason in first[:_SHOWN]),
        *([f"  and {more:,} more"] if more > 0 else []),
        *([f"next: {' · '.join(next_ones)}"] if next_ones else []),
    ]


_WORDS = {
    "files": "{}",
    "lost": "{} lost",
    "unfit": "{} waiting for memory",
    "rows": "rows of {}",
    "sources": "{} without an answer",
    "faulty": "{} at fault",
}
_NEXT = {
    "files": "mdl events files --state rejected",
    "lost": "mdl events files --state lost",
    "unfit": "mdl events files --state staged",
    "rows": "mdl events quarantine",
    # to be typed once the source answers, or is mended
    "sources": "mdl run",
    "faulty": "mdl run",
}


def _counted(number: int, what: str) -> str:
    noun = "source" if what in ("sources", "faulty") else "file"
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _all(facts: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    staged, taken = facts["staged_files"], facts["events"]
    files = (staged["refused"], taken["refused"])
    return {
        "files": {
            "count": sum(one.get("count", 0) for one in files),
            "first": {name: why for one in files for name, why in one.get("first", {}).items()},
        },
        "lost": _NOTHING | staged["lost"],
        "unfit": _NOTHING | taken["unfit"],
        "rows": _NOTHING | taken["quarantined"],
        "sources": _NOTHING | staged["unanswered"],
        "faulty": _NOTHING | staged["faulty"],
    }
