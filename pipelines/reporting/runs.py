"""The books of reports: a row per report and period, and what may become of it. Every step is one statement."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, and_, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from pipelines.reporting.due import SHORT, DueReport, due_periods, label_of, period_of
from reports.documents.model import Period
from schemas.documents.documents import Catalog, Grain, Report
from schemas.documents.durations import parse_duration
from schemas.tables import catalog_history, report_runs

State = Literal["waiting", "made", "sent", "withheld", "failed"]
MOST_ATTEMPTS = 3
LEASE = timedelta(minutes=10)
"""After so long an attempt to make a report counts as lost: its process was killed, or hangs."""
MOST_UNDER_WAY = 8
"""So many are requested at most before one has ended: none should wait in line for as long as its lease."""
KEPT_OPEN = timedelta(days=31)
"""So long after it was due a withheld report still goes out when its data come, and its incident stays open."""
BACKFILL = "backfill"
"""Who asked for a report of a period that was never due: made as of its day, and sent to nobody."""
GONE = "the report is not in the catalog any more"
"""Why a run is withheld of which nobody is told: it waits again once the report is back."""
_DEFAULT_WAIT = timedelta(hours=6)
_columns = report_runs.c


@dataclass(frozen=True)
class ReportRun:
    """A report for a period, as the books have it. reason: why it waits, was withheld or failed."""

    run_id: int
    report_id: str
    grain: str
    period_label: str
    period_start: datetime
    period_end: datetime
    edition: int
    asked_by: str | None
    due_at: datetime
    wait_until: datetime
    state: State
    reason: str | None
    attempts: int
    made_at: datetime | None

    def period(self, zone: ZoneInfo) -> Period:
        """What it covers by the clock of a zone: the same days where its report has had another zone since."""
        if self.grain in SHORT:
            return Period(self.grain, self.period_start.astimezone(zone), self.period_end.astimezone(zone))
        return period_of(Grain(self.grain), zone, date.fromisoformat(self.period_label))

    @property
    def is_open(self) -> bool:
        """Whether it can still be made: one that was made once is never made again, whatever became of it."""
        return self.made_at is None and self.state in ("waiting", "withheld", "failed")


FIELDS = [_columns[name] for name in ReportRun.__dataclass_fields__]
"""Columns of which a row makes a `ReportRun`."""


def enter_due(connection: Connection, catalog: Catalog, default_zone: ZoneInfo, at: datetime) -> int:
    """Enter every period that fell due by `at`; what is entered already stays as it is. Returns how many are new.

    A report is not made for what was before its schedule came into the catalog. Three statements at most.
    """
    scheduled = [each for each in catalog.reports.values() if each.schedule is not None]
    if not scheduled:
        return 0
    begun, last = _begun(connection), _last_due(connection, at)
    rows = [
        _row(report, due, None)
        for report in scheduled
        if report.report_id in begun
        for due in due_periods(
            report,
            default_zone,
            max(begun[report.report_id], last.get(report.report_id, begun[report.report_id])),
            at,
        )
    ]
    return enter(connection, rows)


def enter(connection: Connection, rows: list[dict[str, Any]]) -> int:
    """Enter rows that are not there yet. One statement at most."""
    if not rows:
        return 0
    statement = insert(report_runs).on_conflict_do_nothing(
        index_elements=["report_id", "grain", "period_label", "edition"]
    )
    return len(connection.execute(statement.values(rows).returning(_columns.run_id)).all())


def enter_asked(
    connection: Connection, report: Report, due: DueReport, asked_by: str, edition: int = 1
) -> ReportRun | None:
    """Enter what somebody asks for; None where that edition is there already, and theirs is not needed."""
    if not enter(connection, [_row(report, due, asked_by) | {"edition": edition}]):
        return None
    return newest_edition(connection, report.report_id, due.period)


def _row(report: Report, due: DueReport, asked_by: str | None) -> dict[str, Any]:
    return {
        "report_id": report.report_id,
        "grain": due.period.grain,
        "period_label": label_of(due.period),
        "period_start": due.period.start,
        "period_end": due.period.end,
        "asked_by": asked_by,
        "due_at": due.due_at,
        "wait_until": due.due_at + (parse_duration(report.wait) or _DEFAULT_WAIT),
        "state": "waiting",
    }


def _begun(connection: Connection) -> dict[str, datetime]:
    """Since when each report has the schedule that it has: what it did not have then is not made up for.

    Another zone is no other schedule: a period whose time passes by the change is made, and none comes again.
    """
    history = catalog_history.c
    fresh = or_(
        history.change.in_(["created", "restored"]),
        history.changed_fields.has_any(text("array['schedule', 'grain']")),
    )
    statement = (
        select(history.document_id, func.max(history.changed_at))
        .where(history.kind == "report", fresh)
        .group_by(history.document_id)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def _last_due(connection: Connection, at: datetime) -> dict[str, datetime]:
    """What fell due last by `at` and was entered: all before it was too. What a clock ahead entered does not count."""
    statement = (
        select(_columns.report_id, func.max(_columns.due_at))
        .where(_columns.due_at <= at, _columns.asked_by.is_(None))
        .group_by(_columns.report_id)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def read_run(connection: Connection, run_id: int) -> ReportRun | None:
    """A run by its number. One statement."""
    return _one(connection, select(*FIELDS).where(_columns.run_id == run_id))


def newest_edition(connection: Connection, report_id: str, period: Period) -> ReportRun | None:
    """The newest edition of a report for a period. One statement."""
    found = select(*FIELDS).where(
        _columns.report_id == report_id,
        _columns.grain == period.grain,
        _columns.period_label == label_of(period),
    )
    return _one(connection, found.order_by(_columns.edition.desc()).limit(1))


def newest_runs(connection: Connection) -> dict[str, ReportRun]:
    """The run of each report that came last. One statement."""
    newest = select(*FIELDS).ext(distinct_on(_columns.report_id))
    ordered = newest.order_by(_columns.report_id, _columns.period_start.desc(), _columns.edition.desc())
    return {row.report_id: _run(row) for row in connection.execute(ordered)}


def open_runs(connection: Connection, at: datetime) -> list[ReportRun]:
    """What may be made now, oldest first: what waits, and what was withheld not long ago. One statement."""
    withheld = and_(
        _columns.state == "withheld", _columns.asked_by.is_(None), _columns.due_at > at - KEPT_OPEN
    )
    chosen = select(*FIELDS).where(_columns.due_at <= at, or_(_columns.state == "waiting", withheld))
    return [_run(row) for row in connection.execute(chosen.order_by(_columns.due_at, _columns.run_id))]


def _one(connection: Connection, statement: Select[Any]) -> ReportRun | None:
    row = connection.execute(statement).one_or_none()
    return None if row is None else _run(row)


def _run(row: Row[Any]) -> ReportRun:
    return ReportRun(**row._asdict())


def wait_again(connection: Connection, report_ids: Collection[str], at: datetime) -> None:
    """Let what was due not long ago and was withheld without its report wait as before, now that the report is back."""
    statement = update(report_runs).where(
        _columns.state == "withheld",
        _columns.reason == GONE,
        _columns.asked_by.is_(None),
        _columns.due_at > at - KEPT_OPEN,
        _columns.report_id.in_(report_ids),
    )
    connection.execute(statement.values(state="waiting", reason=None, ended_at=None))


def keep_waiting(connection: Connection, run: ReportRun, reason: str) -> None:
    """Say what is missing."""
    _change(connection, run.run_id, ["waiting"], reason=reason)


def withhold(connection: Connection, run: ReportRun, reason: str, now: datetime) -> bool:
    """Give up waiting; whether it was waiting until then."""
    return _change(connection, run.run_id, ["waiting"], state="withheld", reason=reason, ended_at=now)


def fail(connection: Connection, run: ReportRun, reason: str, now: datetime) -> bool:
    """Give up making it."""
    values = {"state": "failed", "reason": reason, "ended_at": now}
    return _change(connection, run.run_id, ["waiting", "withheld", "failed"], **values)


def _change(connection: Connection, run_id: int, states: Iterable[State], **values: Any) -> bool:
    """Only what is still in one of the states, and was never made."""
    statement = update(report_runs).where(
        _columns.run_id == run_id, _columns.state.in_(list(states)), _columns.made_at.is_(None)
    )
    return connection.execute(statement.values(**values)).rowcount == 1


def under_way(connection: Connection, now: datetime) -> int:
    """How many attempts have begun and have neither ended nor been lost. One statement."""
    begun = select(func.count()).where(
        _columns.state.in_(["waiting", "withheld"]), _columns.next_attempt_at.between(now, now + LEASE)
    )
    return connection.execute(begun).scalar_one()


def claim(connection: Connection, run: ReportRun, now: datetime) -> int | None:
    """Begin an attempt to make it: which one, or None where another is under way or there were enough.

    now: of the wall clock; where it was set back, nobody waits longer than a lease.
    """
    lapsed = or_(
        _columns.next_attempt_at.is_(None),
        _columns.next_attempt_at <= now,
        _columns.next_attempt_at > now + LEASE,
    )
    statement = (
        update(report_runs)
        .where(_columns.run_id == run.run_id, _columns.state == run.state, _columns.made_at.is_(None))
        .where(_columns.attempts < MOST_ATTEMPTS, lapsed)
        .values(attempts=_columns.attempts + 1, next_attempt_at=now + LEASE)
        .returning(_columns.attempts)
    )
    return connection.execute(statement).scalar_one_or_none()


def give_up(connection: Connection, run: ReportRun, now: datetime) -> bool:
    """End a run whose last attempt was lost; whether it was."""
    statement = (
        update(report_runs)
        .where(_columns.run_id == run.run_id, _columns.state == run.state, _columns.made_at.is_(None))
        .where(_columns.attempts >= MOST_ATTEMPTS, _columns.next_attempt_at <= now)
        .values(
            state="failed",
            ended_at=now,
            reason=f"each of {MOST_ATTEMPTS} attempts to make it was lost; see the runs of the job `report`",
        )
    )
    return connection.execute(statement).rowcount == 1


def note_failure(connection: Connection, run: ReportRun, why: str, now: datetime) -> State:
    """Note that an attempt failed: it is tried again within minutes, or ends as failed; which state follows.

    What somebody asked for at a terminal has no attempts and ends at once: they see why.
    """
    if 0 < run.attempts < MOST_ATTEMPTS:
        reason = f"attempt {run.attempts} of {MOST_ATTEMPTS} failed: {why}"
        again = now + timedelta(minutes=2**run.attempts)
        _change(connection, run.run_id, ["waiting", "withheld"], reason=reason, next_attempt_at=again)
        return run.state
    fail(connection, run, f"it could not be made: {why}", now)
    return "failed"
