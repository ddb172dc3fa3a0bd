"""Sizes of the house: no room with too many doors, and modules and functions that fit a reader's eye."""

import ast
from collections import Counter
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("core", "schemas", "reports", "pipelines", "webapi")
PACKAGES = (*ROOMS, "cli")


def modules(*packages: str) -> list[Path]:
    return list(chain.from_iterable((ROOT / package).rglob("*.py") for package in packages))


def ninetieth(sizes: list[int]) -> int:
    """The size that nine of ten do not exceed."""
    return sorted(sizes)[len(sizes) * 9 // 10]


def functions(module: Path) -> list[int]:
    """Lines of each function, from its name to its end."""
    found = [node for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.FunctionDef)]
    return [(node.end_lineno or 0) - node.lineno + 1 for node in found]


def test_no_folder_holds_more_than_twenty_modules() -> None:
    counts = Counter(module.parent.relative_to(ROOT).as_posix() for module in modules(*ROOMS))
    assert {folder: count for folder, count in counts.items() if count > 20} == {}


def test_nine_of_ten_modules_have_fewer_than_200_lines() -> None:
    assert ninetieth([len(module.read_text().splitlines()) for module in modules(*PACKAGES)]) < 200


def test_nine_of_ten_functions_have_at_most_20_lines() -> None:
    assert ninetieth([lines for module in modules(*PACKAGES) for lines in functions(module)]) <= 20
