"""What a metric's document says about comparison and status, in the form the publication applies it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipelines.calendar.steps import UNITS, Unit
from schemas.documents.documents import Metric
from schemas.documents.problems import Problem
from schemas.documents.thresholds import Thresholds, thresholds_of

Kind = Literal["computed", "observed", "documented"]


@dataclass(frozen=True)
class PublishedMetric:
    """A metric of the catalog as a publication states it.

    `reason` says why it is documented, `events` are those that it is computed from, `sources` may deliver them.
    """

    metric: Metric
    kind: Kind
    definition_version: str
    definition_hash: str
    reason: str | None = None
    events: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def metric_id(self) -> str:
        """Id of the document."""
        return self.metric.metric_id


@dataclass(frozen=True)
class Baseline:
    """What values are compared with: a number, the previous period, or the period `step` units earlier."""

    number: float | None = None
    is_previous: bool = False
    step: tuple[Unit, int] | None = None


@dataclass(frozen=True)
class StatusRule:
    """How one grain of one metric is compared and judged."""

    metric_id: str
    grain: Unit
    baseline: Baseline
    thresholds: Thresholds
    definition_version: str
    definition_hash: str


@dataclass(frozen=True)
class StatusRules:
    """Rules by (metric_id, grain) of every metric with numbers, and what was odd in the documents."""

    by_key: Mapping[tuple[str, str], StatusRule] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


_PREVIOUS = re.compile(r"(?:previous|prior|last)_(period|day|week|month|quarter|year)")
# weeks step by whole weeks, so that Mondays meet Mondays
_WEEKS = {"month": 4, "quarter": 13, "year": 52}


def build_rules(metrics: Iterable[PublishedMetric]) -> StatusRules:
    """Rules of all computed and observed metrics at every grain they offer."""
    by_key: dict[tuple[str, str], StatusRule] = {}
    problems: list[Problem] = []
    for published in metrics:
        if published.kind == "documented":
            continue
        metric = published.metric
        thresholds, baseline = thresholds_of(metric), metric.targets_and_alerts.comparison_baseline
        for grain in metric.grains:
            by_key[metric.metric_id, grain.value] = StatusRule(
                metric_id=metric.metric_id,
                grain=grain.value,
                baseline=parse_baseline(baseline, grain.value) or Baseline(),
                thresholds=thresholds,
                definition_version=published.definition_version,
                definition_hash=published.definition_hash,
            )
        problems.extend(_baseline_problems(metric))
    return StatusRules(by_key, tuple(problems))


def _baseline_problems(metric: Metric) -> list[Problem]:
    declared = metric.targets_and_alerts.comparison_baseline
    if declared is None or parse_baseline(declared, "day"):
        return []
    message = (
        f"{declared!r} is no baseline that values can be compared with; use previous_period, previous_day, "
        "previous_week, previous_month, previous_quarter, previous_year or a number"
    )
    path = "targets_and_alerts.comparison_baseline"
    return [Problem(message, severity="warning", document_id=metric.metric_id, path=path)]


def parse_baseline(declared: str | float | None, grain: Unit) -> Baseline | None:
    """Read `comparison_baseline` for a grain; None where there is none or it is not understood.

    A unit that is not longer than the grain means the previous period. At grain week a month is 4 weeks,
    a quarter 13 and a year 52.
    """
    if declared is None:
        return None
    try:
        return Baseline(number=float(declared))
    except ValueError:
        text = re.sub(r"[\s-]+", "_", str(declared).strip().lower())
    match = _PREVIOUS.fullmatch(text)
    return _previous(match[1], grain) if match else None


def _previous(name: str, grain: Unit) -> Baseline:
    unit = next((unit for unit in UNITS if unit == name), None)
    if unit is None or UNITS.index(unit) <= UNITS.index(grain):
        return Baseline(is_previous=True)
    return Baseline(step=("week", _WEEKS[unit]) if grain == "week" else (unit, 1))
