"""Objectives with their key results, and the domains that own them."""

from typing import Literal

from pydantic import Field

from schemas.documents.documents.alert_rules import OkrAlertRule
from schemas.documents.documents.base import (
    ChannelName,
    Day,
    Direction,
    Document,
    Identifier,
    Note,
    Number,
    Part,
)


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
