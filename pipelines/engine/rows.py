"""One event's rows as DuckDB sees them: cut into buckets of time, with dimensions, and joined to periods."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.calendar.periods import Instants, from_us
from pipelines.calendar.ranges import Range, Ranges, clip
from pipelines.duck import identifier
from pipelines.engine.buckets import Buckets, Frames
from pipelines.engine.sql import MISSING, bucket


class EventLake(Protocol):
    """What the engine reads events from; `files_read` counts the files that scans named."""

    files_read: int

    def scan(self, event: str, ranges: Sequence[Range] | None, columns: Iterable[str]) -> str:
        """SQL of the event's live rows within the ranges."""

    def extent(self, event: str) -> Range | None:
        """First and last `occurred_at` of the event, both included."""


@dataclass
class EventRows:
    """The rows of one event that count, and temporary tables made of them.

    `dimensions` are all that some slice set uses; in queries they are columns d0, d1, … in that order.
    """

    connection: duckdb.DuckDBPyConnection
    lake: EventLake
    event: str
    as_of: datetime
    dimensions: Sequence[str]
    buckets: Buckets
    prefix: str
    tables: list[str] = field(default_factory=list)
    serial: int = 0

    def select(self, ranges: Ranges, dimensions: Iterable[str], columns: Iterable[str]) -> str:
        """SQL of rows within `ranges`: bucket (start in microseconds), dimensions, columns of the lake by name."""
        named = {name: self.column(name) for name in dimensions}
        kept = sorted(set(columns))
        read = ["occurred_at", *sorted({*kept, *(f"dim_{name}" for name in named)} - {"occurred_at"})]
        start = bucket("us", self.buckets.unit, self.buckets.segments)
        selected = [
            f"{start} AS bucket",
            *(
                f"coalesce({identifier('dim_' + name)}, '{MISSING}') AS {alias}"
                for name, alias in named.items()
            ),
            *map(identifier, kept),
        ]
        scan = self.lake.scan(self.event, ranges, read)
        return f"SELECT {', '.join(selected)} FROM (SELECT *, epoch_us(occurred_at) AS us FROM ({scan}))"

    def column(self, dimension: str) -> str:
        """Alias of a dimension."""
        return f"d{self.dimensions.index(dimension)}"

    def columns(self, dimensions: Iterable[str]) -> list[str]:
        """Aliases of dimensions."""
        return [self.column(name) for name in dimensions]

    def span(self, wanted: Iterable[Frames]) -> Ranges:
        """Ranges of time that frames take rows from; none of it at or after as-of, whose events do not count."""
        spans: list[Range] = []
        for frame in wanted:
            if len(frame.begin):
                gaps = np.flatnonzero(frame.begin[1:] > np.maximum.accumulate(frame.end)[:-1])
                begins, ends = frame.begin[np.r_[0, gaps + 1]], frame.end[np.r_[gaps, len(frame.end) - 1]]
                spans += [(from_us(begin), from_us(end)) for begin, end in zip(begins, ends, strict=True)]
        return clip(spans, (min(spans)[0], self.as_of)) if spans else ()

    def create(self, query: str) -> str:
        """Keep a query's result as a temporary table; its name."""
        self.serial += 1
        name = f"{self.prefix}_{self.serial}"
        self.connection.execute(f"CREATE TEMP TABLE {name} AS {query}")
        self.tables.append(name)
        return name

    def load(self, table: pa.Table) -> str:
        """Copy an Arrow table into a temporary one; its name."""
        self.connection.register("incoming", table)
        try:
            return self.create("SELECT * FROM incoming")
        finally:
            self.connection.unregister("incoming")

    def drop(self, *names: str) -> None:
        """Give back temporary tables; all of them where none is named."""
        for name in names or tuple(self.tables):
            self.connection.execute(f"DROP TABLE {name}")
            self.tables.remove(name)


@dataclass(frozen=True)
class Histogram:
    """How many rows the event has per bucket that has any; two arrays, ascending."""

    bucket: Instants
    count: Instants

    def members(self, frame: Frames) -> pa.Table:
        """Pairs (bucket, period_start) of each frame and the buckets within it."""
        low = np.searchsorted(self.bucket, frame.begin)
        sizes = np.searchsorted(self.bucket, frame.end) - low
        offsets = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return pa.table(
            {
                "bucket": self.bucket[np.repeat(low, sizes) + offsets],
                "period_start": np.repeat(frame.period_start, sizes),
            }
        )

    def parts(self, frame: Frames, most_rows: int) -> Iterator[Frames]:
        """Cut frames into runs of at most `most_rows` rows, each frame's rows counted; one frame is never cut."""
        reached = np.concatenate([[0], np.cumsum(self.count)])
        rows = (
            reached[np.searchsorted(self.bucket, frame.end)]
            - reached[np.searchsorted(self.bucket, frame.begin)]
        )
        begin, held = 0, 0
        for position, size in enumerate(rows.tolist()):
            if position > begin and held + size > most_rows:
                yield frame.cut(begin, position)
                begin, held = position, 0
            held += size
        if begin < len(rows):
            yield frame.cut(begin, len(rows))
