"""Sources: where raw data lie, how they read, and what of them becomes events."""

from typing import Literal

from pydantic import Field

from schemas.documents.documents.base import (
    ChannelName,
    Character,
    Document,
    Identifier,
    Number,
    Part,
    WholeNumber,
)


class TimestampColumn(Part):
    """Where and how a source writes the time of an event."""

    column: str
    timezone: str = "UTC"
    format: str | None = None
    # which instant a wall time means that the clocks show twice
    ambiguous: Literal["earlier", "later"] = "earlier"


class Range(Part):
    """Inclusive bounds; None is unbounded."""

    min: Number | None = None
    max: Number | None = None


class Source(Document):
    """How raw data become events."""

    source_id: Identifier
    format: Literal["csv", "jsonl", "json", "parquet", "xlsx", "sql"]
    path: str | None = None
    encoding: str | None = None
    delimiter: Character | None = None
    quote: Character | None = None
    decimal: Literal[".", ","] = "."
    thousands: Character | None = None
    skip_rows: WholeNumber = Field(default=0, ge=0, le=10_000)
    skip_footer: WholeNumber = Field(default=0, ge=0, le=10_000)
    records: str | None = None
    sheet: str | None = None
    connection: str | None = None
    query: str | None = None
    cursor: str | None = None
    event: str | None = None
    event_column: str | None = None
    timestamp: TimestampColumn
    dimensions: dict[str, str] = Field(default_factory=dict)
    fields: dict[str, str] = Field(default_factory=dict)
    null_values: list[str] | dict[str, list[str]] = Field(default_factory=lambda: [""])
    unique_key: list[str] = Field(default_factory=list)
    max_bad_ratio: Number = Field(default=0.05, ge=0, le=1)
    ranges: dict[str, Range] = Field(default_factory=dict)
    expected_rows: Range = Field(default_factory=Range)
    owner_team: str | None = None
    notify_channels: list[ChannelName] = Field(default_factory=list)
