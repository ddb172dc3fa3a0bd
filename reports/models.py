"""What reports answer: plain, frozen values; instants are in the reporting zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

AsOf = date | int
"""Which publication: that which stood at the end of a day, or the one of that number."""


@dataclass(frozen=True)
class Delivered:
    """What sources had delivered and what of it was refused; rows are those of files that were not refused whole.

    files_lost: accepted once, gone with the lake and no longer there to be read again.
    """

    files: int
    files_refused: int
    files_lost: int
    rows: int
    rows_refused: int

    @property
    def state(self) -> str:
        """Critical where a file is refused or lost, warning where rows are refused, else ok."""
        if self.files_refused or self.files_lost:
            return "critical"
        return "warning" if self.rows_refused else "ok"

    @property
    def refusals(self) -> list[str]:
        """In words what is missing, such as `1 of 362,891 rows refused`; nothing where nothing is."""
        return [
            f"{number:,} of {total:,} {noun}{'' if total == 1 else 's'} {fate}"
            for number, total, noun, fate in (
                (self.files_refused, self.files, "file", "refused"),
                (self.files_lost, self.files, "file", "lost"),
                (self.rows_refused, self.rows, "row", "refused"),
            )
            if number
        ]


@dataclass(frozen=True)
class Trust:
    """What numbers rest on; every answer with numbers carries it.

    data_through: newest event that counted. as_of: the moment the numbers stand at. is_complete: no period of
    the answer is still running. quality: ok, warning or critical, of the deliveries when it was published,
    of the sources of the answer's metrics where it is about metrics; deliveries: the same in numbers, None where the
    publication is older than that was kept. held_back: those of the answer's metrics that the publication left out,
    with the reason; what stood of them stands. The definition is None where an answer covers several metrics.
    """

    publication_id: int
    published_at: datetime
    as_of: datetime
    data_through: datetime | None
    timezone: str
    is_complete: bool
    lake_version: int | None = None
    catalog_version: int | None = None
    quality: str | None = None
    definition_version: str | None = None
    definition_hash: str | None = None
    deliveries: Delivered | None = None
    held_back: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Publication:
    """One publication and how much it changed; `scope` is what was computed for it."""

    publication_id: int
    published_at: datetime
    created_at: datetime
    as_of: datetime
    data_through: datetime | None
    timezone: str
    lake_version: int | None
    catalog_version: int | None
    quality: str | None
    run_id: str | None
    values_changed: int
    values_computed: int
    scope: dict[str, Any]
    deliveries: dict[str, dict[str, int]] | None = None


@dataclass(frozen=True)
class MetricEntry:
    """A metric as last published; `kind` is computed, observed or documented (`reason` says why).

    restricted: the reader may not see its numbers, which are None.
    """

    metric_id: str
    name: str
    kind: str
    reason: str | None
    unit: str | None
    expected_direction: str | None
    grains: tuple[str, ...]
    slice_sets: tuple[tuple[str, ...], ...]
    current_grain: str
    target_value: float | None
    definition_version: str
    definition_hash: str
    status: str | None = None
    value: float | None = None
    period_start: datetime | None = None
    sources: tuple[str, ...] = ()
    restricted: bool = False


@dataclass(frozen=True)
class MetricValue:
    """One published value; `slice` is "" for the total, change_pct is in percent of |previous_value|."""

    metric_id: str
    grain: str
    slice: str
    period_start: datetime
    period_end: datetime
    is_complete: bool
    value: float | None
    numerator: float | None
    denominator: float | None
    sample_count: int
    is_carried: bool
    status: str
    previous_value: float | None
    change_pct: float | None
    baseline_value: float | None
    definition_version: str
    definition_hash: str
    publication_id: int


@dataclass(frozen=True)
class ValuesAnswer:
    """Values of one metric at one grain, by slice and time."""

    metric: MetricEntry
    grain: str
    rows: tuple[MetricValue, ...]
    trust: Trust


@dataclass(frozen=True)
class AlignedRow:
    """What several metrics show for one slice and period; None where a metric has no value."""

    slice: str
    period_start: datetime
    period_end: datetime
    is_complete: bool
    values: dict[str, float | None]


@dataclass(frozen=True)
class AlignedAnswer:
    """Values of several metrics side by side, by slice and time."""

    metrics: tuple[MetricEntry, ...]
    grain: str
    rows: tuple[AlignedRow, ...]
    trust: Trust


@dataclass(frozen=True)
class Summary:
    """Where a metric stands: its latest complete period, the running one, and the way there."""

    metric: MetricEntry
    grain: str
    latest: MetricValue | None
    running: MetricValue | None
    sparkline: tuple[float | None, ...]
    trust: Trust
