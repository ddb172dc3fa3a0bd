"""What is told: a message of one or more incidents, or a report, to one target, and how telling it may fail."""

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
class SentFile:
    """A file of a report as the archive has it; `content` is None until a channel needs the bytes."""

    name: str
    format: str
    media_type: str
    content_hash: str
    size_bytes: int
    content: bytes | None = None


@dataclass(frozen=True)
class ToldReport:
    """A report as a message shows it.

    contents: all that it says, as its run keeps it.
    restricted: why the target's audience may not read it; `contents` then has its name and period alone.
    """

    run_id: int
    report_id: str
    edition: int
    grain: str
    period_start: datetime
    publication_id: int | None
    shows_restricted: bool
    contents: Mapping[str, Any]
    files: Sequence[SentFile] = ()
    restricted: str | None = None

    @property
    def cover(self) -> Mapping[str, Any]:
        """What stands on top of it."""
        return self.contents.get("cover") or {}


@dataclass(frozen=True)
class Message:
    """One message: its incidents, gravest first, or one report and no incident.

    key: its identity, the same at every attempt. event: firing, escalated, renotified, resolved or report.
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
    report: ToldReport | None = None


@dataclass(frozen=True)
class Failure:
    """Why a message was not delivered.

    may_have_arrived: nobody knows. retry_after: what the receiver asked for.
    """

    reason: str
    is_permanent: bool = False
    may_have_arrived: bool = False
    retry_after: timedelta | None = None
