"""Reports in the outbox: queued once per target, and what became of them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, text

_QUEUE = """
insert into ops.deliveries (report_run_id, event, target, state, created_at, next_attempt_at)
values (:run_id, 'report', :target, 'waiting', :now, :now)
on conflict (report_run_id, event, target) do nothing
"""


def queue_report(connection: Connection, run_id: int, targets: Iterable[str], now: datetime) -> int:
    """Put a report that is in the archive into the outbox; doing so again changes nothing. Returns the rows added."""
    added = 0
    for target in dict.fromkeys(targets):
        given = {"run_id": run_id, "target": target, "now": now}
        added += connection.execute(text(_QUEUE), given).rowcount
    return added


_SETTLE = """
update ops.report_runs r set ended_at = :now,
    state = case when exists (select from ops.deliveries d where d.report_run_id = r.run_id and d.state = 'dead')
        then 'failed' else 'sent' end
where r.state = 'made' and not exists (
    select from ops.deliveries d where d.report_run_id = r.run_id and d.state in ('waiting', 'sending'))
"""


def settle_reports(connection: Connection, now: datetime) -> int:
    """End the runs whose deliveries have all ended. Returns how many."""
    return connection.execute(text(_SETTLE), {"now": now}).rowcount
