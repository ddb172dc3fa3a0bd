"""The page on formulas says what is so: its examples compile, its functions and limits are the real ones."""

import re
from pathlib import Path

import pytest

from schemas.formula import parse
from schemas.formula.whitelist import FUNCTIONS

from .build import compile_one

PAGE = (Path(__file__).parents[4] / "docs" / "formulas.md").read_text()
EXAMPLES = [line for block in re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]


@pytest.mark.parametrize("formula", EXAMPLES)
def test_every_example_compiles(formula: str) -> None:
    assert compile_one(formula).leaves


def test_every_function_is_in_an_example_or_explained() -> None:
    assert {name for name in FUNCTIONS.split(", ") if f"{name}" not in PAGE} == set()


def test_the_limits_are_the_real_ones() -> None:
    limits = re.sub(r"\s+", " ", PAGE[PAGE.index("Limits:") :])

    assert f"{parse.MAX_LENGTH:,} characters, {parse.MAX_TOKENS:,} words and signs" in limits
    assert f"{parse.MAX_NESTING} levels of nesting, chains of {parse.MAX_CHAIN} operators" in limits
    assert f"{parse.MAX_NODES} names, numbers and operators" in limits
