"""Aggregates of rows per slice and period, computed by pandas group by alone."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

Mask = Callable[[pd.DataFrame], pd.Series]


@dataclass
class Event:
    """Rows of one event in order of `occurred_at`; ties stay in order of delivery."""

    rows: pd.DataFrame
    _slices: dict[tuple[str, ...], pd.Categorical] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.rows = self.rows.sort_values("occurred_at", kind="stable", ignore_index=True)
        self.instants = self.rows.occurred_at.dt.as_unit("us")

    def slices(self, names: tuple[str, ...]) -> "pd.Categorical":
        """The slice of each row as MDL writes it; a dimension that the event lacks is `(none)`."""
        if names not in self._slices:
            parts = [self._labels(name) for name in sorted(names)]
            text = parts[0] if parts else pd.Series("", self.rows.index, dtype="str")
            for part in parts[1:]:
                text = text + "," + part
            self._slices[names] = pd.Categorical(text)
        return self._slices[names]

    def _labels(self, name: str) -> pd.Series:
        if name not in self.rows:
            return pd.Series(f"{name}=(none)", self.rows.index)
        values = self.rows[name]
        labels = {value: f"{name}={encode(value)}" for value in values.unique() if isinstance(value, str)}
        return values.map(labels).astype(object).fillna(f"{name}=(none)").astype("str")


def encode(value: str) -> str:
    """A dimension's value inside a slice."""
    return value.replace("%", "%25").replace(",", "%2C").replace("=", "%3D")


@dataclass
class Grid:
    """Every (slice, period) of one event: rows `low[i]:high[i]` of it belong to period `i`."""

    event: Event
    names: tuple[str, ...]
    slices: list[str]
    low: np.ndarray
    high: np.ndarray
    _cells: tuple[np.ndarray, np.ndarray] | None = field(default=None, init=False)

    @property
    def size(self) -> int:
        """Cells of the grid: slices times periods, periods inside."""
        return len(self.slices) * len(self.low)

    def _expand(self) -> tuple[np.ndarray, np.ndarray]:
        """Position of each row, once per period that holds it, and the cell that it falls in."""
        if self._cells is None:
            counts = self.high - self.low
            period = np.repeat(np.arange(len(self.low)), counts)
            position = (
                np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + self.low[period]
            )
            codes = self.event.slices(self.names).set_categories(self.slices).codes
            self._cells = position, codes[position].astype(np.int64) * len(self.low) + period
        return self._cells

    def _groups(self, column: str, where: Mask | None) -> "pd.api.typing.SeriesGroupBy":
        position, cell = self._expand()
        values = self.event.rows[column]
        if where is not None:
            keep = where(self.event.rows).to_numpy()[position]
            position, cell = position[keep], cell[keep]
        return values.iloc[position].reset_index(drop=True).groupby(cell, sort=False)

    def _spread(self, result: pd.Series) -> pd.Series:
        return result.reindex(range(self.size)).astype(float)

    def rows(self, where: Mask | None = None) -> pd.Series:
        """How many rows; 0 where none."""
        return self._spread(self._groups("occurred_at", where).size()).fillna(0)

    def count(self, column: str, where: Mask | None = None) -> pd.Series:
        """How many values; 0 where none."""
        return self._spread(self._groups(column, where).count()).fillna(0)

    def distinct(self, column: str, where: Mask | None = None) -> pd.Series:
        """How many different values; 0 where none."""
        return self._spread(self._groups(column, where).nunique()).fillna(0)

    def sum(self, column: str, where: Mask | None = None) -> pd.Series:
        """Sum of the values; null where none."""
        return self._spread(self._groups(column, where).sum(min_count=1))

    def mean(self, column: str, where: Mask | None = None) -> pd.Series:
        """Mean of the values; null where none."""
        return self._spread(self._groups(column, where).mean())

    def min(self, column: str, where: Mask | None = None) -> pd.Series:
        """Smallest value; null where none."""
        return self._spread(self._groups(column, where).min())

    def max(self, column: str, where: Mask | None = None) -> pd.Series:
        """Largest value; null where none."""
        return self._spread(self._groups(column, where).max())

    def std(self, column: str, where: Mask | None = None) -> pd.Series:
        """Sample standard deviation; null under two values."""
        return self._spread(self._groups(column, where).std())

    def quantile(self, column: str, q: float, where: Mask | None = None) -> pd.Series:
        """Quantile with linear interpolation; null where no value."""
        return self._spread(self._groups(column, where).quantile(q))

    def first(self, column: str, where: Mask | None = None) -> pd.Series:
        """Earliest value that is not null."""
        return self._spread(self._groups(column, where).first())

    def last(self, column: str, where: Mask | None = None) -> pd.Series:
        """Latest value that is not null."""
        return self._spread(self._groups(column, where).last())
