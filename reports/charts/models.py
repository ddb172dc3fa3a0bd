"""What a chart is: a specification, the same numbers as a table, and the same in words."""

from dataclasses import dataclass
from typing import Any, Literal

Theme = Literal["light", "dark", "print"]
Cell = str | float | None


@dataclass(frozen=True)
class ChartLook:
    """How a chart is drawn; width and height are pixels of the area between the axes."""

    theme: Theme = "light"
    width: int = 720
    height: int = 280


@dataclass(frozen=True)
class ChartTable:
    """Every number of a chart, unrounded; None where there is none."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Chart:
    """One chart.

    specification: Vega-Lite with its data inside and nothing to fetch. description: what a reader who cannot see the
    chart is told.
    """

    title: str
    description: str
    table: ChartTable
    specification: dict[str, Any]
