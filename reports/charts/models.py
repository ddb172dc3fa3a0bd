"""What a chart is: a specification, the same numbers as a table, and the same in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any, Literal

Theme = Literal["light", "dark", "print"]
Cell = str | float | None

DRAWING = Lock()
"""Altair looks whether pandas was imported, and fails where another thread is half-way: who imports it holds this."""


@dataclass(frozen=True)
class ChartLook:
    """How a chart is drawn; width and height are pixels of the area between the axes."""

    theme: Theme = "light"
    width: int = 720
    height: int = 280


@dataclass(frozen=True)
class ChartTable:
    """Every number of a chart, unrounded; None where there is none.

    moments: of each row the instant that it names in words, where rows are of periods or days.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    moments: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Chart:
    """One chart; `description` is what a reader who cannot see it is told. `drawing` makes the specification."""

    title: str
    description: str
    table: ChartTable
    drawing: Callable[[], dict[str, Any]]

    @cached_property
    def specification(self) -> dict[str, Any]:
        """Vega-Lite with its data inside and nothing to fetch; made when asked for, which takes 50 ms."""
        with DRAWING:
            return self.drawing()
