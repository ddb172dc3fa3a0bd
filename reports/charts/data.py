"""What charts are made of: numbers of the read models, and what is told beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from reports.contributions import Contribution
from reports.models import MetricEntry, MetricValue, Trust
from reports.scores.models import KeyResultStanding

_FAR = 3
Comparison = Literal["none", "previous_period", "previous_year"]


@dataclass(frozen=True)
class MetricBounds:
    """Where a metric should stand as its document said when it was published; `lower_is_worse` tells the bad side."""

    target: float | None = None
    warning: float | None = None
    critical: float | None = None
    lower_is_worse: bool = True

    def within_reach(self, values: Iterable[float]) -> "MetricBounds":
        """Those that are drawn: none where one is three times the largest value, and all would lie flat below it.

        So it is where bounds of months meet values of days.
        """
        largest = max(map(abs, values), default=0.0)
        is_far = bool(largest) and any(abs(bound) >= _FAR * largest for bound in self.named().values())
        return MetricBounds() if is_far else self

    def named(self) -> dict[str, float]:
        """Those that there are."""
        every = {"target": self.target, "warning": self.warning, "critical": self.critical}
        return {name: value for name, value in every.items() if value is not None}


@dataclass(frozen=True)
class Restatement:
    """A finished period that was published with another value first; `times` is how often it changed.

    Its start is in UTC.
    """

    period_start: datetime
    first_value: float | None
    times: int
    last_published_at: datetime


@dataclass(frozen=True)
class IncidentMark:
    """An incident of a metric; it is shown in the period that `at` falls in."""

    incident_id: int
    title: str
    severity: str
    state: str
    at: datetime


@dataclass(frozen=True)
class MetricSeries:
    """One metric at one grain and slice, oldest first; `slice` is "" for the total."""

    metric: MetricEntry
    grain: str
    slice: str
    rows: tuple[MetricValue, ...]
    trust: Trust
    bounds: MetricBounds = MetricBounds()
    incidents: tuple[IncidentMark, ...] = ()
    restatements: tuple[Restatement, ...] = ()


@dataclass(frozen=True)
class ComparedSeries:
    """A series and, for each of its periods in order, the one that it is compared with; None where there is none."""

    series: MetricSeries
    comparison: Comparison
    earlier: tuple[MetricValue | None, ...]


@dataclass(frozen=True)
class Breakdown:
    """The largest slices of a dimension, in order of size, and what is left of the total.

    rest: values of all other slices together, by the start of the period in UTC; None where these cannot be known,
    since the slices do not add up to the total. others: how many other slices there are.
    """

    metric: MetricEntry
    grain: str
    dimension: str
    slices: Mapping[str, tuple[MetricValue, ...]]
    rest: Mapping[datetime, float | None] | None
    others: int
    trust: Trust


@dataclass(frozen=True)
class PacePoint:
    """A value and the moment from which on it was true: the end of a period, or a check-in."""

    at: datetime
    value: float


@dataclass(frozen=True)
class Pace:
    """A key result on its way: start and end are the first and the last day of the timeframe.

    projected_range: where the trend may lead, see reports.charts.trend; None where there is no projection.
    """

    objective_name: str
    key_result: KeyResultStanding
    start: date
    end: date
    as_of: datetime
    points: tuple[PacePoint, ...]
    projected_range: tuple[float, float] | None
    trust: Trust


@dataclass(frozen=True)
class ChangeBySlice:
    """What the slices of a dimension contributed to the change of a total between two periods, gravest first."""

    metric: MetricEntry
    grain: str
    dimension: str
    before: MetricValue
    after: MetricValue
    contributions: tuple[Contribution, ...]
    top: int
    trust: Trust
