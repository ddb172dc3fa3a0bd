"""Suites: what must hold of an asset, told apart from how Dagster shows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

Subject = TypeVar("Subject")

EXAMPLES = 10


@dataclass(frozen=True)
class SuiteVerdict:
    """How many rows, files or metrics break a suite, and the first of them; `facts` hold in either case.

    `metrics` are all that it is wrong about, where it is wrong about some and not about everything.
    """

    broken: int
    examples: tuple[Mapping[str, Any], ...] = ()
    facts: Mapping[str, int | float | str] | None = None
    metrics: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Suite(Generic[Subject]):
    """One thing that must hold; `examine` raises where it cannot tell, which is an error and no verdict."""

    name: str
    description: str
    examine: Callable[[Subject], SuiteVerdict]
    severity: Literal["warn", "error"] = "error"
    is_blocking: bool = False
