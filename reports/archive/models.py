"""What the archive answers: runs of reports, their files, and who was sent them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

RunState = Literal["waiting", "made", "sent", "withheld", "failed"]
STATES: tuple[RunState, ...] = get_args(RunState)


@dataclass(frozen=True)
class ArchivedFile:
    """A file of a report, without its bytes; `content_hash` is their sha256."""

    run_id: int
    name: str
    format: str
    media_type: str
    size_bytes: int
    content_hash: str


@dataclass(frozen=True)
class ReportDelivery:
    """Who is, was or could not be sent a report; targets are names, never the addresses behind them."""

    target: str
    state: str
    attempts: int
    created_at: datetime
    next_attempt_at: datetime
    ended_at: datetime | None
    last_error: str | None


@dataclass(frozen=True)
class ArchivedReport:
    """One report for one period: what became of it, and its files.

    name: of the report, as it was when this one was made, else as it is; None where neither is known. timezone: the
    report's, in which its period begins; None is the reporting zone. edition: 1 is the one that was due.
    deliveries: how many there are by their state. is_kept: its contents and files are there, or none were made yet.
    restricted: the reader may not see all that it shows: files and reason say nothing. why_restricted: whom to ask.
    """

    run_id: int
    report_id: str
    name: str | None
    timezone: str | None
    grain: str
    period_start: datetime
    period_end: datetime
    edition: int
    asked_by: str | None
    due_at: datetime
    wait_until: datetime
    state: RunState
    reason: str | None
    publication_id: int | None
    definition_hash: str | None
    audience: Mapping[str, Any] | None
    shows_restricted: bool
    made_at: datetime | None
    ended_at: datetime | None
    is_kept: bool
    restricted: bool
    why_restricted: str | None
    files: tuple[ArchivedFile, ...] = ()
    deliveries: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ArchivedReportDetail(ArchivedReport):
    """A run with all that it says, as it was stored, and all whom it goes to; None where that is not to be had."""

    contents: Mapping[str, Any] | None = None
    told: tuple[ReportDelivery, ...] = ()


@dataclass(frozen=True)
class RunQuery:
    """Which runs: those of which the period begins at `since` or later and before `until`, the newest first."""

    report_id: str | None = None
    state: RunState | None = None
    since: datetime | None = None
    until: datetime | None = None
    page: int = 1
    limit: int = 50
