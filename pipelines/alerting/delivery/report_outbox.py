"""Reports in the outbox: queued once per target, read when they are sent, and what became of them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, select, text

from pipelines.alerting.delivery.message import SentFile, ToldReport
from reports.alerting.redaction import without_addresses
from reports.archive.files import undamaged
from schemas.tables import report_archive, report_runs

REPORT = "report"
"""The event of a delivery that sends a report."""
_LONGEST_REASON = 1_000
_NOT_DELIVERED = "not delivered to"
_OF_FILES = ("name", "format", "media_type", "content_hash", "size_bytes")
_QUEUE = """
insert into ops.deliveries (report_run_id, event, target, state, created_at, next_attempt_at)
values (:run_id, 'report', :target, 'waiting', :now, :now)
on conflict (report_run_id, event, target) do nothing
"""
# What has ended and is to be sent again, or to one more target, has not ended; why it was not delivered is over.
_REOPEN = f"""
update ops.report_runs set state = 'made', ended_at = null,
    reason = nullif(regexp_replace(reason, '(; )?{_NOT_DELIVERED} [0-9]+ of .*$', ''), '')
where run_id = :run_id and state in ('made', 'sent', 'failed') and made_at is not null
"""
# Whoever makes a dead delivery due again holds the row of its run: what it ended as is judged before that or after.
_MADE = "select run_id from ops.report_runs where state = 'made' order by run_id for update skip locked"
_ENDED = """
select r.run_id, r.reason, count(d.delivery_id) as targets,
    coalesce(array_agg(d.target || ' (' || coalesce(d.last_error, 'no reason is known') || ')' order by d.delivery_id)
        filter (where d.state <> 'delivered'), '{}') as missed
from ops.report_runs r left join ops.deliveries d on d.report_run_id = r.run_id
where r.run_id = any(:run_ids)
group by r.run_id
having coalesce(bool_and(d.state not in ('waiting', 'sending')), true)
"""
_SETTLE = """
update ops.report_runs set state = :state, reason = :reason, ended_at = :now where run_id = :run_id
"""


def queue_report(connection: Connection, run_id: int, targets: Iterable[str], now: datetime) -> int:
    """Put a report that is in the archive into the outbox; doing so again changes nothing. Returns the rows added."""
    added = 0
    for target in dict.fromkeys(targets):
        given = {"run_id": run_id, "target": target, "now": now}
        added += connection.execute(text(_QUEUE), given).rowcount
    if added:
        reopen_report(connection, run_id)
    return added


def reopen_report(connection: Connection, run_id: int) -> None:
    """Let a run that was made wait for its deliveries again; nobody else ends it until the transaction does."""
    connection.execute(text(_REOPEN), {"run_id": run_id})


def settle_reports(connection: Connection, now: datetime) -> int:
    """End the runs of reports that are `made` and have nothing under way any more; returns how many ended.

    `sent` is what every target has, and what is for none; `failed` what one of them was not given, and the reason
    names it. May be repeated, and done by several at once.
    """
    run_ids = list(connection.execute(text(_MADE)).scalars())
    if not run_ids:
        return 0
    ended = connection.execute(text(_ENDED), {"run_ids": run_ids}).all()
    for row in ended:
        state = "failed" if row.missed else "sent"
        given = {"run_id": row.run_id, "state": state, "reason": _reason(row), "now": now}
        connection.execute(text(_SETTLE), given)
    return len(ended)


def _reason(row: Row[Any]) -> str | None:
    """What was said of it before stays: that it is late, or its data are not complete."""
    if not row.missed:
        return cast("str | None", row.reason)
    who = f"{_NOT_DELIVERED} {len(row.missed)} of {row.targets}: {without_addresses('; '.join(row.missed))}"
    return "; ".join([*([row.reason] if row.reason else []), who[:_LONGEST_REASON]])


def told_report(connection: Connection, run_id: int) -> ToldReport:
    """A report as messages tell of it, without the bytes of its files. Two statements."""
    run = connection.execute(select(report_runs).where(report_runs.c.run_id == run_id)).one()
    kept = (
        select(*(report_archive.c[name] for name in _OF_FILES))
        .where(report_archive.c.run_id == run_id)
        .order_by(report_archive.c.name)
    )
    return ToldReport(
        run_id=run_id,
        report_id=run.report_id,
        edition=run.edition,
        grain=run.grain,
        period_start=run.period_start,
        publication_id=run.publication_id,
        shows_restricted=run.shows_restricted,
        contents=run.contents or {},
        files=tuple(SentFile(**each) for each in connection.execute(kept).mappings()),
    )


def with_contents(connection: Connection, report: ToldReport) -> ToldReport:
    """The report with the bytes of its files, those that are still kept. One statement.

    Raises:
        DamagedFileError: one has not the bytes of its hash; none of them is to be sent.
    """
    archive = report_archive.c
    wanted = select(archive.name, archive.content).where(archive.run_id == report.run_id)
    found = {row.name: row.content for row in connection.execute(wanted)}
    files = [
        replace(one, content=undamaged(found[one.name], one.content_hash, one.name, report.run_id))
        for one in report.files
        if one.name in found
    ]
    return replace(report, files=tuple(files))
