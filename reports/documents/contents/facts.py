"""What the sentences of a report are made of: plain values, worked out before anything is worded."""

from dataclasses import dataclass

from reports.cells import PeriodCell

_GRAVITY = {"critical": 0, "warning": 1}


@dataclass(frozen=True)
class Cause:
    """The slice that contributed most to a change, and which share of the change that is."""

    dimension: str
    value: str
    share: float


@dataclass(frozen=True)
class Movement:
    """How a metric changed from the period before; `unusual` is the change over the usual one, which is 1.

    status: none where it is not judged. is_good: None where no direction is wanted.
    """

    metric_id: str
    name: str
    unit: str | None
    value: float
    before: float
    change_pct: float | None
    is_good: bool | None
    tier: float = float("inf")
    status: str | None = None
    status_before: str | None = None
    unusual: float = 1.0
    cause: Cause | None = None

    @property
    def is_turned(self) -> bool:
        """Whether it is judged otherwise than in the period before."""
        return (
            self.status is not None
            and None not in (self.status, self.status_before)
            and (self.status != self.status_before)
        )

    @property
    def rank(self) -> tuple[bool, int, float, float, str]:
        """What is judged otherwise comes first, the gravest of these first; then by tier, then what is most unusual."""
        gravity = _GRAVITY.get(self.status or "", 2) if self.is_turned else 0
        return (not self.is_turned, gravity, self.tier, -self.unusual, self.metric_id)


@dataclass(frozen=True)
class Aim:
    """A number and where it should stand."""

    name: str
    unit: str | None
    value: float
    target: float


@dataclass(frozen=True)
class KeyResultPace:
    """How far a key result has come, and how far it should have."""

    name: str
    status: str
    progress: float | None
    expected: float | None


@dataclass(frozen=True)
class Restated:
    """A period that was published with another value before."""

    name: str
    unit: str | None
    period: PeriodCell
    first: float | None
    now: float | None
