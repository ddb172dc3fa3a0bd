"""The outbox: which tellings follow from the state of incidents; who sends them stands in claims.py."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, text

from core.settings import Settings
from pipelines.alerting.delivery.report_outbox import reopen_report
from pipelines.alerting.delivery.report_wording import title_of_report
from schemas.alerting.silences import is_silenced_sql
from schemas.locks import Lock, hold

LONGEST_BACKOFF = timedelta(minutes=15)

_IS_SILENCED = is_silenced_sql("i")
_RANK = "array_position(array['info', 'warning', 'critical'], {})"

# A clock that went back: what is said to lie ahead happened by now, and nobody waits longer than the longest backoff.
_SET_CLOCK_BACK = (
    """
    update ops.deliveries set ended_at = :now where ended_at > :now and incident_id in (
        select incident_id from ops.incidents where state in ('firing', 'acknowledged'))
    """,
    """
    update ops.deliveries set next_attempt_at = cast(:now as timestamptz) + :longest
    where state = 'waiting' and next_attempt_at > cast(:now as timestamptz) + :longest
    """,
)

# What cannot have arrived yet and nobody needs any more. A silenced one comes back when the silence ends.
_WITHDRAW = f"""
update ops.deliveries d set state = 'withdrawn', ended_at = :now, last_error = case
    when d.event <> 'firing' and f.state in ('dead', 'withdrawn') then 'its firing message was not delivered'
    when i.state = 'resolved' then 'resolved before it was told'
    when i.state = 'acknowledged' then 'acknowledged' else 'silenced' end
from ops.incidents i, ops.deliveries f
where i.incident_id = d.incident_id and d.state = 'waiting'
  and f.incident_id = d.incident_id and f.target = d.target and f.event = 'firing'
  and ((d.event <> 'firing' and f.state in ('dead', 'withdrawn'))
       or (not d.is_repeat and d.event <> 'resolved'
           and (i.state = 'resolved' and i.fired_at is distinct from i.resolved_at or {_IS_SILENCED}))
       or (not d.is_repeat and d.event like 'renotified:%' and i.state = 'acknowledged'))
"""

# Open incidents by target with what was told there; a pair with something under way waits for it.
_OPEN = f"""
with told as (
    select i.incident_id, i.state, i.severity, i.renotify_seconds, channel as target,
        f.state as firing,
        coalesce(bool_or(d.state in ('waiting', 'sending')), false) as is_busy,
        max({_RANK.format("d.severity")}) filter (
            where d.state = 'delivered' or (d.state = 'dead' and d.event like 'escalated:%')) as told_rank,
        max(d.ended_at) filter (where d.state in ('delivered', 'dead')) as told_at,
        count(*) filter (where d.event like 'renotified:%') as renotified
    from ops.incidents i
    cross join lateral jsonb_array_elements_text(
        case when i.channels = '[]' then cast(:by_default as jsonb) else i.channels end) as channel
    left join ops.deliveries d on d.incident_id = i.incident_id and d.target = channel
    left join ops.deliveries f on f.incident_id = i.incident_id and f.target = channel and f.event = 'firing'
    where i.state in ('firing', 'acknowledged') and not {_IS_SILENCED}
    group by i.incident_id, channel, f.state
), wanted as (
    select incident_id, target, 'firing' as event from told where firing is null or firing = 'withdrawn'
    union all
    select incident_id, target, 'escalated:' || severity from told
    where firing = 'delivered' and not is_busy and {_RANK.format("severity")} > told_rank
    union all
    select incident_id, target, 'renotified:' || renotified + 1 from told
    where firing = 'delivered' and not is_busy and {_RANK.format("severity")} <= told_rank and state = 'firing'
      and told_at <= cast(:now as timestamptz) - make_interval(secs => renotify_seconds)
)
"""

# What began and was over within one evaluation, since a run brought many periods at once, is told all the same, once.
# It is marked until it is queued, so that nobody looks through all that ever ended.
_OVER = f"""
with untold as (
    update ops.incidents i set is_untold = false where i.is_untold returning i.*
), wanted as (
    select i.incident_id, channel as target, 'firing' as event from untold i
    cross join lateral jsonb_array_elements_text(
        case when i.channels = '[]' then cast(:by_default as jsonb) else i.channels end) as channel
    where not {_IS_SILENCED}
    group by i.incident_id, channel
)
"""

# Resolved incidents that some target was told of, or may have been. Closing those that nobody was told of costs nothing
# and keeps the number of open ones small.
_CLOSED = """
with ended as (
    select f.delivery_id, f.incident_id, f.target, f.state, f.is_repeat from ops.deliveries f
    join ops.incidents i on i.incident_id = f.incident_id and i.state = 'resolved'
    where f.event = 'firing' and not f.is_closed and not (f.state = 'waiting' and not f.is_repeat)
    for update of f
), closed as (
    update ops.deliveries d set is_closed = true from ended where d.delivery_id = ended.delivery_id
), wanted as (
    select incident_id, target, 'resolved' as event from ended where state in ('waiting', 'sending', 'delivered')
)
"""

_INSERT = """
insert into ops.deliveries as d (incident_id, event, target, state, created_at, next_attempt_at)
select incident_id, event, target, 'waiting', :now, :now from wanted order by incident_id, target, event
on conflict (incident_id, event, target) do update
    set state = 'waiting', next_attempt_at = :now, ended_at = null, last_error = null
    where d.state = 'withdrawn'
returning incident_id, event, target
"""

_NOTE_RENOTIFIED = """
insert into ops.incident_events (incident_id, event, happened_at, actor, detail)
values (:incident_id, 'renotified', :now, 'mdl', jsonb_build_object('targets', cast(:targets as text[])))
"""


def enqueue(connection: Connection, settings: Settings, now: datetime) -> int:
    """Bring the outbox in line with the incidents; doing so again changes nothing. Returns how many rows it added.

    now: the wall clock. It may go back or forth: nothing is told twice for it.
    """
    hold(connection, Lock.OUTBOX)
    for statement in _SET_CLOCK_BACK:
        connection.execute(text(statement), {"now": now, "longest": LONGEST_BACKOFF})
    connection.execute(text(_WITHDRAW), {"now": now})
    given = {"now": now, "by_default": json.dumps(settings.told_by_default)}
    added = [
        *connection.execute(text(_OPEN + _INSERT), given),
        *connection.execute(text(_OVER + _INSERT), given),
        *connection.execute(text(_CLOSED + _INSERT), {"now": now}),
    ]
    _note_renotified(connection, added, now)
    return len(added)


def _note_renotified(connection: Connection, added: Iterable[Row[Any]], now: datetime) -> None:
    targets: dict[int, list[str]] = {}
    for row in added:
        if row.event.startswith("renotified:"):
            targets.setdefault(row.incident_id, []).append(row.target)
    if targets:
        rows = [{"incident_id": one, "now": now, "targets": told} for one, told in targets.items()]
        connection.execute(text(_NOTE_RENOTIFIED), rows)


_ROWS = """
select d.delivery_id, d.incident_id, d.report_run_id, d.event, d.target, d.state, d.attempts, d.created_at,
    case when d.state = 'waiting' then d.next_attempt_at end as next_attempt_at, d.ended_at, d.last_error, i.title,
    r.report_id, r.grain, r.period_start, r.contents -> 'cover' as cover, r.contents -> 'locale' as locale
from ops.deliveries d
left join ops.incidents i using (incident_id)
left join ops.report_runs r on r.run_id = d.report_run_id
where not :only_dead or d.state = 'dead'
order by d.delivery_id desc limit :limit
"""

COLUMNS = (
    *("delivery_id", "incident_id", "report_run_id", "event", "target", "state", "attempts", "created_at"),
    *("next_attempt_at", "ended_at", "last_error", "title"),
)

_REPORT_OF = "select report_run_id from ops.deliveries where delivery_id = :delivery_id and state = 'dead'"
_RETRY = """
update ops.deliveries set state = 'waiting', attempts = 0, next_attempt_at = :now, ended_at = null, is_closed = false
where delivery_id = :delivery_id and state = 'dead'
"""


def deliveries(connection: Connection, *, only_dead: bool, limit: int) -> list[dict[str, Any]]:
    """The newest rows of the outbox, newest first, with the titles of their incidents and reports."""
    rows = connection.execute(text(_ROWS), {"only_dead": only_dead, "limit": limit}).mappings()
    return [{name: row[name] for name in COLUMNS} | {"title": _title(row)} for row in rows]


def _title(row: RowMapping) -> str:
    if row["report_run_id"] is None:
        return str(row["title"])
    return title_of_report(row["report_id"], row["grain"], row["period_start"], dict(row))


def retry_dead(connection: Connection, delivery_id: int, now: datetime) -> bool:
    """Make a dead row due again, with all its attempts; whether there was such a row."""
    run_id = connection.execute(text(_REPORT_OF), {"delivery_id": delivery_id}).scalar()
    if run_id is not None:
        # before the delivery: what its run ended as is judged with this, or not at all
        reopen_report(connection, run_id)
    done = connection.execute(text(_RETRY), {"delivery_id": delivery_id, "now": now})
    return done.rowcount == 1
