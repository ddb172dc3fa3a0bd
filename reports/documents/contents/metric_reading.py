"""What one metric of a report showed, and which of its periods and bounds are shown; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

from core.sums import mean
from reports.charts.data import MetricBounds, Restatement
from reports.charts.periods import instant
from reports.documents.periods import period_before
from reports.models import MetricValue
from schemas.documents.documents import Grain, Metric

_ALIKE = 1.4
_GRAINS = [grain.value for grain in Grain]


@dataclass(frozen=True)
class MetricReading:
    """One metric up to the end of a report's period, the newest 12 periods at one grain, the oldest first.

    current: the value of the report's period, see `current_of`; None where there is none. bounds: target and
    thresholds, none where they are not of such periods; is_judged tells.
    """

    metric: Metric
    grain: str
    rows: tuple[MetricValue, ...]
    current: MetricValue | None
    bounds: MetricBounds
    is_judged: bool
    restatements: tuple[Restatement, ...] = ()

    @property
    def tier(self) -> float:
        """The number in what the document calls its tier, 1 being the highest."""
        digits = "".join(each for each in str(self.metric.tier or "") if each in "0123456789")
        return float(digits[:9] or "inf")

    @property
    def status(self) -> str | None:
        """How the value stands; None where it is not judged."""
        if self.current is None:
            return "no_data"
        return self.current.status if self.is_judged or self.current.value is None else None

    @property
    def before(self) -> MetricValue | None:
        """The period right before the current one, which it is compared with."""
        if self.current is None or not self.current.is_complete or len(self.rows) < 2:
            return None
        found = self.rows[-2]
        return found if instant(found.period_end) == instant(self.current.period_start) else None

    @property
    def change_pct(self) -> float | None:
        """From the value before, as published; none of a period that still runs."""
        return self.current.change_pct if self.current and self.current.is_complete else None

    @property
    def is_good(self) -> bool | None:
        """Whether the change goes where the metric should; None where neither way is wanted."""
        return direction_of(self.metric, self.change_pct)

    @property
    def unusual(self) -> float:
        """By how many times its usual change from period to period the value changed; the usual one is their median."""
        # quarters, of which neither a difference nor the sum of two is more than a double holds
        values = [row.value / 4 for row in self.rows if row.value is not None]
        steps = [abs(after - before) for before, after in pairwise(values)]
        usual = median(steps[:-1]) if len(steps) > 1 else 0.0
        return steps[-1] / usual if usual else float(bool(steps))


def direction_of(metric: Metric, change: float | None) -> bool | None:
    """Whether a change goes the way that is wanted of a metric."""
    wanted = metric.definition.expected_direction
    if not change or wanted is None or wanted.value == "maintain":
        return None
    return (change > 0) == (wanted.value == "increase")


def grain_for(wanted: str, offered: Sequence[str]) -> str:
    """The grain itself where it is offered, else the coarsest finer one, else the finest coarser one."""
    rank = _GRAINS.index(wanted)
    finer = [each for each in offered if _GRAINS.index(each) <= rank]
    return finer[-1] if finer else offered[0]


def current_of(
    rows: Sequence[MetricValue], wanted: str, window: tuple[datetime, datetime], zone: ZoneInfo
) -> MetricValue | None:
    """The row that is shown for a report's period of the grain `wanted`, out of those that ended by its end.

    At that grain it is the period itself, at a finer one the last of those in it, at a coarser one the last that was
    over by its end. None where the newest row is an older one.
    """
    newest = rows[-1] if rows else None
    if newest is None:
        return None
    is_finer = _GRAINS.index(newest.grain) < _GRAINS.index(wanted)
    last = window[0] if is_finer else period_before(Grain(newest.grain), window[1], zone).start
    return newest if instant(newest.period_start) >= instant(last) else None


def alike(values: Iterable[float | None], others: Iterable[float | None]) -> bool:
    """Whether values at two grains are of about one size, so that bounds for the ones say something of the others."""
    sizes = [
        mean(known) if (known := [abs(each) for each in found if each is not None]) else None
        for found in (values, others)
    ]
    if None in sizes or not all(sizes):
        return False
    least, most = sorted(size for size in sizes if size is not None)
    return most <= _ALIKE * least
