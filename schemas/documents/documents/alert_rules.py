"""Alert rules as metrics and objectives declare them."""

from typing import Literal

from pydantic import Field

from schemas.documents.documents.base import ChannelName, Number, Part, RuleName, WholeNumber


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
