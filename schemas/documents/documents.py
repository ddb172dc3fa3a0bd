"""The shapes of catalog documents after normalisation; canonical field names only."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _no_truth_value(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("expected a number, not true or false")  # noqa: TRY004  pydantic collects only ValueError
    return value


def _day(value: Any) -> Any:
    """The day of a date or timestamp as it was written, in its own offset."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(value.strip()).date()
    except (AttributeError, ValueError) as error:
        raise ValueError("expected a date such as 2026-03-31") from error


def _moment(value: Any) -> Any:
    if isinstance(value, date):
        return value
    try:
        text = value.strip()
        return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
    except (AttributeError, ValueError) as error:
        raise ValueError("expected a date or timestamp such as 2026-03-31T06:00") from error


Scalar = str | bool | int | float
Note = str | dict[str, Any]
"""Prose for people, or a mapping such as {name, url}; MDL keeps it and does not read it."""
Number = Annotated[float, BeforeValidator(_no_truth_value)]
WholeNumber = Annotated[int, BeforeValidator(_no_truth_value)]
Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[date | datetime, BeforeValidator(_moment)]
Identifier = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\s\x00]+$")]
Character = Annotated[str, Field(min_length=1, max_length=1)]
# indexes hold them, and an index of PostgreSQL holds 2,704 bytes
RuleName = Annotated[str, Field(max_length=200)]
ChannelName = Annotated[str, Field(max_length=500)]
# a slice is written `name=value,name=value`, with % for what is escaped
DimensionName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\s\x00=,%]+$")]


class Grain(StrEnum):
    """Lengths of period, finest first."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Direction(StrEnum):
    """Which way is better."""

    INCREASE = "increase"
    DECREASE = "decrease"
    MAINTAIN = "maintain"


class Part(BaseModel):
    """Base of everything inside a document; unknown fields are kept in `extra`."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    extra: dict[str, Any] = Field(default_factory=dict)


class Document(Part):
    """Base of the four kinds."""

    metadata: dict[str, Any] = Field(default_factory=dict)


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


class AlertRule(Part):
    """When an owner is told; what a condition may read is in docs/alerts.md.

    `critical_condition` raises the severity to critical while it holds. `slices` names what is judged: `total`, and
    `{by: carrier}` for every value of a dimension or breakdown. Durations are text such as `4 hours`. An incident ends
    after `recover_periods` in which the condition did not hold. `min_effect` is the least distance from the middle of
    the comparable periods, in the metric's unit, that `z_score` counts from. With `on_backfill` also old periods that a
    publication changed are judged, which otherwise nobody is told of. After `no_data_after` without any data a slice is
    gone, and its incident ends.
    """

    rule_id: RuleName | None = None
    description: str | None = None
    condition: str
    critical_condition: str | None = None
    severity: str = "warning"
    notify_channels: list[ChannelName] = Field(default_factory=list)
    evaluation_window: str | None = None
    evaluation_delay: str | None = None
    for_periods: WholeNumber = Field(default=1, ge=1)
    recover_periods: WholeNumber = Field(default=1, ge=1)
    slices: list[str | dict[str, str]] = Field(default_factory=list)
    min_effect: Number | None = Field(default=None, ge=0)
    renotify_every: str | None = None
    no_data_after: str | None = None
    on_backfill: bool = False


class OkrAlertRule(Part):
    """When somebody is told of an objective or one of its key results; judged on each as-of day's score."""

    rule_id: RuleName | None = None
    description: str | None = None
    condition: str
    critical_condition: str | None = None
    severity: str = "warning"
    applies_to: Literal["objective", "key_results", "both"] = "both"
    notify_channels: list[ChannelName] = Field(default_factory=list)
    for_periods: WholeNumber = Field(default=1, ge=1)
    recover_periods: WholeNumber = Field(default=1, ge=1)
    renotify_every: str | None = None


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


class KeyResult(Part):
    """A measurable outcome of an objective."""

    kr_id: Identifier
    name: str
    description: str | None = None
    baseline_value: Number | None = None
    target_value: Number | None = None
    current_value: Number | None = None
    unit: str | None = None
    direction: Direction | None = None
    # the good side of a target to maintain
    bound: Literal["at_least", "at_most"] | None = None
    metric_ids: list[str] = Field(default_factory=list)
    weight: Number = Field(default=1, ge=0)
    status: str | None = None
    progress_percentage: Number | None = None


class Timeframe(Part):
    """First and last day, both included."""

    start: Day | None = None
    end: Day | None = None


class Objective(Document):
    """What a team wants, with the key results that show it."""

    objective_id: Identifier
    name: str
    description: str | None = None
    timeframe: Timeframe = Field(default_factory=Timeframe)
    owner_team: str | None = None
    status: Literal["draft", "planning", "active", "on_hold", "at_risk", "completed", "cancelled"] = "active"
    priority: str | int | None = None
    strategic_pillar: str | None = None
    business_domain: str | None = None
    metric_ids: list[str] = Field(default_factory=list)
    key_results: list[KeyResult] = Field(default_factory=list)
    notify_channels: list[ChannelName] = Field(default_factory=list)
    alert_rules: list[OkrAlertRule] = Field(default_factory=list)


class Domain(Document):
    """A part of the business that owns objectives and metrics."""

    domain_id: Identifier
    name: str
    description: str | None = None
    owner_team: str | None = None
    contact_email: str | None = None
    stakeholders: list[Note] = Field(default_factory=list)
    tier_focus: list[str | int] = Field(default_factory=list)
    key_areas: list[Note] = Field(default_factory=list)
    objectives: list[str] = Field(default_factory=list)
    key_metrics: list[str] = Field(default_factory=list)
    color: str | None = None


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


class CatalogHeader(Part):
    """What a catalog file says of itself."""

    catalog_version: str | None = None
    catalog_name: str | None = None
    last_updated: str | None = None
    owner_team: str | None = None
    contacts: list[Note] | dict[str, Any] = Field(default_factory=list)


class Catalog(Part):
    """Every document, by id, in the order read."""

    sources: dict[str, Source] = Field(default_factory=dict)
    domains: dict[str, Domain] = Field(default_factory=dict)
    objectives: dict[str, Objective] = Field(default_factory=dict)
    metrics: dict[str, Metric] = Field(default_factory=dict)
    headers: list[CatalogHeader] = Field(default_factory=list)
