"""What is told: a message of one or more incidents to one target, and how telling it may fail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True)
class ToldIncident:
    """An incident as a message shows it.

    severity: what it had when an attempt that may have arrived was made, so that a repeat says the same.
    told_severities: those that the target heard of before.
    restricted: the target's audience may not read its numbers; `evidence` says why.
    """

    incident_id: int
    subject_kind: str
    subject_id: str
    rule_id: str
    slice: str
    severity: str
    title: str
    opened_at: datetime
    fired_at: datetime | None
    resolved_at: datetime | None
    grain: str | None
    last_period_start: datetime | None
    evidence: Mapping[str, Any]
    playbooks: Sequence[str]
    told_severities: Sequence[str]
    restricted: bool = False

    @property
    def key(self) -> str:
        """Its identity to receivers; two installations that tell the same receiver have different ones."""
        return f"mdl-{self.incident_id}-{self.opened_at:%Y%m%d%H%M%S%f}"


@dataclass(frozen=True)
class Message:
    """One message: its incidents, gravest first.

    key: its identity, the same at every attempt. event: firing, escalated, renotified or resolved.
    attempt: from 1. is_repeat: an earlier attempt may have arrived.
    """

    key: str
    target: str
    event: str
    attempt: int
    is_repeat: bool
    incidents: tuple[ToldIncident, ...]
    delivery_ids: tuple[int, ...]
    sender: int


@dataclass(frozen=True)
class Failure:
    """Why a message was not delivered.

    may_have_arrived: nobody knows. retry_after: what the receiver asked for.
    """

    reason: str
    is_permanent: bool = False
    may_have_arrived: bool = False
    retry_after: timedelta | None = None
