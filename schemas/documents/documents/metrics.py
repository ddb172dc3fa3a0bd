"""Metrics: what each is, arithmetically and to people, where it should stand, and how it is tried."""

from typing import Any, Literal

from pydantic import Field

from schemas.documents.documents.alert_rules import AlertRule
from schemas.documents.documents.base import (
    ChannelName,
    DimensionName,
    Direction,
    Document,
    Grain,
    Identifier,
    Moment,
    Note,
    Number,
    Part,
    Scalar,
    WholeNumber,
)


class Filter(Part):
    """One condition on a row of an event."""

    field: str
    operator: Literal["eq", "ne", "in", "not_in", "gt", "gte", "lt", "lte", "contains", "is_null"] = "eq"
    value: Scalar | list[Scalar] | None = None


class EventSelection(Part):
    """Rows of one event that pass every filter."""

    event_name: str
    filters: list[Filter] = Field(default_factory=list)


class Measure(Part):
    """A named aggregate that a formula may use as an identifier."""

    event: str
    aggregate: str = "count"
    field: str | None = None
    filters: list[Filter] = Field(default_factory=list)


class Window(Part):
    """Trailing window that ends with each period."""

    trailing: WholeNumber = Field(ge=1)
    unit: Literal["minute", "hour", "day", "week", "month", "quarter", "year"] = "day"


class Definition(Part):
    """What a metric is, arithmetically."""

    formula: str | None = None
    formula_detail: str | None = None
    measures: dict[str, Measure] = Field(default_factory=dict)
    numerator: EventSelection | None = None
    denominator: EventSelection | None = None
    unit: str | None = None
    expected_direction: Direction | None = None
    window: Window | None = None
    null_policy: Literal["unknown", "zero", "carry"] = "unknown"
    example_calculation: dict[str, Any] = Field(default_factory=dict)


class Alignment(Part):
    """How a metric serves the strategy."""

    strategic_pillar: str | None = None
    primary_objective_ids: list[str] = Field(default_factory=list)
    related_okr_ids: list[str] = Field(default_factory=list)
    why_it_matters: str | None = None


class DataFacts(Part):
    """Where a metric's data come from and how often."""

    primary_sources: list[Note] = Field(default_factory=list)
    secondary_sources: list[Note] = Field(default_factory=list)
    data_freshness: str | None = None
    update_frequency: str | None = None
    time_grain: list[str] = Field(default_factory=list)
    data_retention: str | None = None


class Governance(Part):
    """Who answers for a metric and under which rules."""

    data_classification: str | None = None
    pii_involved: bool | None = None
    regulatory_constraints: list[Note] = Field(default_factory=list)
    owner_team: str | None = None
    technical_owner: str | None = None
    business_owner: str | None = None
    version: str | None = None
    status: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


class Dimension(Part):
    """One way to slice a metric."""

    name: DimensionName
    allowed_values: list[Scalar] = Field(default_factory=list)
    required: bool = False


class Targets(Part):
    """Where a metric should stand, and when to worry."""

    target_value: Number | None = None
    warning_threshold: Number | None = None
    critical_threshold: Number | None = None
    comparison_baseline: str | Number | None = None
    notify_channels: list[ChannelName] = Field(default_factory=list)
    alert_rules: list[AlertRule] = Field(default_factory=list)


class Relationships(Part):
    """Metrics above, below and in tension."""

    upstream_metric_ids: list[str] = Field(default_factory=list)
    downstream_metric_ids: list[str] = Field(default_factory=list)
    tradeoffs: list[Note] = Field(default_factory=list)


class OperationalUsage(Part):
    """What people do with a metric."""

    decision_use_cases: list[Note] = Field(default_factory=list)
    review_cadence: str | None = None
    linked_playbooks: list[Note] = Field(default_factory=list)


class ExpectedValue(Part):
    """One expected row of a metric test; period_start is wall time of the reporting zone."""

    period_start: Moment
    slice: str = ""
    value: Number | None


class MetricTest(Part):
    """Events and the values that a metric must show over them; run by `mdl catalog test`.

    Each event is {event, occurred_at, <dimension or field>: value, …}.
    """

    name: str
    events: list[dict[str, Any]]
    grain: Grain = Grain.DAY
    expect: list[ExpectedValue]


class Metric(Document):
    """One number, defined once."""

    metric_id: Identifier
    name: str
    short_name: str | None = None
    description: str | None = None
    category: str | None = None
    tier: int | str | None = None
    business_domain: str | None = None
    metric_type: str | None = None
    tags: list[str] = Field(default_factory=list)
    alignment: Alignment = Field(default_factory=Alignment)
    definition: Definition = Field(default_factory=Definition)
    data: DataFacts = Field(default_factory=DataFacts)
    governance: Governance = Field(default_factory=Governance)
    dimensions: list[Dimension] = Field(default_factory=list)
    breakdowns: list[list[str]] = Field(default_factory=list)
    targets_and_alerts: Targets = Field(default_factory=Targets)
    visualization: dict[str, Any] = Field(default_factory=dict)
    relationships: Relationships = Field(default_factory=Relationships)
    operational_usage: OperationalUsage = Field(default_factory=OperationalUsage)
    tests: list[MetricTest] = Field(default_factory=list)

    @property
    def grains(self) -> list[Grain]:
        """Offered grains, finest first; unknown names are left out, none at all means day, week and month."""
        named = set(self.data.time_grain)
        known = [grain for grain in Grain if grain.value in named]
        return known or [Grain.DAY, Grain.WEEK, Grain.MONTH]

    @property
    def current_grain(self) -> Grain:
        """The grain that "the latest value" means: the coarsest offered up to month, else the finest."""
        upto_month = [
            grain for grain in self.grains if list(Grain).index(grain) <= list(Grain).index(Grain.MONTH)
        ]
        return upto_month[-1] if upto_month else self.grains[0]

    @property
    def slice_sets(self) -> list[tuple[str, ...]]:
        """Sorted dimension names of each published slice set; the empty tuple is the total."""
        single = [(dimension.name,) for dimension in self.dimensions]
        return list(dict.fromkeys([(), *single, *(tuple(sorted(names)) for names in self.breakdowns)]))
