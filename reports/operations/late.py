"""What is late: numbers by each metric's own promise, messages and reports that nobody has yet, backups."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from schemas.documents.documents import DataFacts
from schemas.documents.durations import tolerated_age
from schemas.identity.readers import MetricAccess, Readership

OTHER = "other"
REPORT_STATES = ("waiting", "made", "sent", "withheld", "failed")
# each name is a time series; what is beyond counts together
_MOST_NAMES = 200

# one index look-up per metric, at its finest grain
_NEWEST = text("""
    select p.metric_id, said.data ->> 'data_freshness' as stated, said.data ->> 'update_frequency' as every,
        said.governance, v.period_start, v.period_end
    from marts.published_metrics p
    join catalog.documents d on d.kind = 'metric' and d.document_id = p.metric_id and not d.is_deleted
    cross join lateral jsonb_to_record(d.content) as said (data jsonb, governance jsonb)
    join lateral (
        select period_start, period_end from marts.metric_values m
        where (m.metric_id, m.grain, m.slice) = (p.metric_id, p.grains ->> 0, '') and m.sample_count > 0
        order by m.period_start desc limit 1
    ) v on true
    where p.kind <> 'documented' order by p.metric_id
""")
_OUTBOX = text("""
    select split_part(target, ':', 1) as channel, count(*) filter (where attempts > 0) as retried,
        min(created_at) as oldest
    from ops.deliveries where state in ('waiting', 'sending') group by 1
""")
_REPORTS = text("""
    select state, count(*) as number, min(due_at) as due_at, min(wait_until) as wait_until
    from ops.report_runs where state in ('waiting', 'made') or ended_at > :since group by state
""")
_BACKUP = text("""
    select coalesce(max(begun_at) filter (where verified_at is not null and fault is null and deleted_at is null),
        min(begun_at)) from ops.backups
""")


@dataclass(frozen=True)
class Late:
    """Seconds and counts; nothing is late where it is 0 or less.

    overdue: by metric, since its next period should have been there; negative until then. Metrics that not everybody
    may read count together as `other`, by the worst of them; those that promise nothing are not there.
    oldest_message: since the oldest message under way was made. retried: messages that failed and wait, by channel.
    reports: by state, ended ones of a day. oldest_report: since the oldest open one was due; overdue_report: since it
    should have waited no longer. backup_age: since the newest backup that could be restored was begun, or the first
    where none could; None where none was ever begun.
    """

    overdue: Mapping[str, float]
    oldest_message: float
    retried: Mapping[str, float]
    reports: Mapping[str, float]
    oldest_report: float
    overdue_report: float
    backup_age: float | None


def late(connection: Connection, now: datetime, as_of: datetime, channels: tuple[str, ...]) -> Late:
    """Read it. Four statements.

    Args:
        connection: where to read.
        now: the wall clock, by which people wait.
        as_of: the instant that reports stand at, by which numbers are due.
        channels: kinds of channels that are named; messages to another kind count as `other`.
    """
    retried = dict.fromkeys((*channels, OTHER), 0.0)
    oldest = 0.0
    for row in connection.execute(_OUTBOX):
        retried[row.channel if row.channel in channels else OTHER] += row.retried
        oldest = max(oldest, _since(row.oldest, now))
    found = {row.state: row for row in connection.execute(_REPORTS, {"since": now - timedelta(days=1)})}
    backup: datetime | None = connection.scalar(_BACKUP)
    opened = [found[state] for state in ("waiting", "made") if state in found]
    return Late(
        overdue=_by_name(connection, as_of),
        oldest_message=oldest,
        retried=retried,
        reports={state: found[state].number if state in found else 0 for state in REPORT_STATES},
        oldest_report=max((_since(row.due_at, now) for row in opened), default=0.0),
        overdue_report=max((_since(row.wait_until, now) for row in opened), default=0.0),
        backup_age=None if backup is None else _since(backup, now),
    )


def overdue_seconds(
    period_start: datetime, period_end: datetime, tolerated: timedelta, as_of: datetime
) -> float:
    """Seconds since the period after the newest one with data should have been there; negative until then.

    It closes one period's length after the newest, and its data may then be as late as the metric says. Pure.
    """
    return (as_of - period_end - (period_end - period_start) - tolerated).total_seconds()


def _by_name(connection: Connection, as_of: datetime) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for row in connection.execute(_NEWEST):
        tolerated = tolerated_age(DataFacts(data_freshness=row.stated, update_frequency=row.every))
        if tolerated is not None:
            name = row.metric_id if _may_be_named(row) and len(found) < _MOST_NAMES else OTHER
            seconds = overdue_seconds(row.period_start, row.period_end, tolerated, as_of)
            found[name] = max(seconds, found.get(name, seconds))
    return found


def _may_be_named(row: Any) -> bool:
    return MetricAccess.of(row.governance or {}).readership is Readership.EVERYONE


def _since(moment: datetime, now: datetime) -> float:
    return (now - moment).total_seconds()
