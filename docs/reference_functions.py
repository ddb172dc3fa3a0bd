"""Draws docs/reference/functions.md from the formula language and the words of functions.yaml; --check compares."""

import sys
from pathlib import Path

import yaml

from docs.drift import kept
from schemas.formula.whitelist import FUNCTIONS

_WORDS = Path(__file__).parent / "reference" / "functions.yaml"
_HEAD = """# Functions of formulas

Every function that a [formula](../formulas.md) may call; any other is refused by name and position. Examples read the
events of [Formulas](../formulas.md), and a test compiles each. Drawn from the code by `make docs`.

Formulas also take numbers and texts, `+ - * /`, brackets, `=`, `<>`, `<`, `<=`, `>`, `>=`, `AND`, `OR`, `NOT`, `IN`,
`BETWEEN`, `LIKE`, `IS NULL`, `CASE WHEN … THEN … ELSE … END`, `FILTER (WHERE …)` behind an aggregate, and the name
`time_period`: the days of the period.
"""


def words() -> dict[str, dict[str, str]]:
    """What the page says of each function."""
    found: dict[str, dict[str, str]] = yaml.safe_load(_WORDS.read_text())
    return found


def names() -> list[str]:
    """Every function, in the order in which the language names them."""
    return FUNCTIONS.split(", ")


def page() -> str:
    """The page."""
    said = words()
    rows = [
        f"| `{name}` | {said[name]['kind']} | {said[name]['meaning']} | `{said[name]['example']}` |"
        for name in names()
    ]
    return "\n".join([_HEAD, "| function | over | gives | example |", "| --- | --- | --- | --- |", *rows, ""])


if __name__ == "__main__":
    sys.exit(kept({"reference/functions.md": page()}))
