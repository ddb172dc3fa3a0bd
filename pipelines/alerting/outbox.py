"""The outbox: which tellings follow from the state of incidents, and who sends which of them next."""

import json
import random
import secrets
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, RowMapping, text

from core.settings import Settings
from pipelines.alerting.telling import Failure, Message, ToldIncident
from schemas.alerting.rules import SEVERITIES

LONGEST_BACKOFF = timedelta(minutes=15)
_FIRST_BACKOFF = timedelta(seconds=5)
# a sender whose session is gone may still have a message under way; longer than any send takes
GRACE = timedelta(seconds=45)
LARGEST_MESSAGE = 200
# any constants, apart from each other: who writes the outbox, who sends, who picks for a target
_ENQUEUE_LOCK = 7_310_020
_SENDER_LOCKS = 7_310_021
_TARGET_LOCKS = 7_310_022


# ---- what is to be told ----------------------------------------------------------------------------------

_IS_SILENCED = """exists (
    select from ops.silences s
    where s.starts_at <= :now and s.ends_at > :now
      and coalesce(s.subject_kind, i.subject_kind) = i.subject_kind
      and coalesce(s.subject_id, i.subject_id) = i.subject_id
      and coalesce(s.rule_id, i.rule_id) = i.rule_id
      and coalesce(s.slice, i.slice) = i.slice
)"""
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
       or (not d.is_repeat and d.event <> 'resolved' and (i.state = 'resolved' or {_IS_SILENCED}))
       or (not d.is_repeat and d.event like 'renotified:%' and i.state = 'acknowledged'))
"""

# Open incidents by target with what was told there; a pair with something under way waits for it.
_OPEN = f"""
with told as (
    select i.incident_id, i.state, i.severity, i.renotify_seconds, channel as target,
        f.state as firing,
        coalesce(bool_or(d.state in ('waiting', 'sending')), false) as is_busy,
        max({_RANK.format("d.severity")}) filter (where d.state = 'delivered') as told_rank,
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
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _ENQUEUE_LOCK})
    for statement in _SET_CLOCK_BACK:
        connection.execute(text(statement), {"now": now, "longest": LONGEST_BACKOFF})
    connection.execute(text(_WITHDRAW), {"now": now})
    given = {"now": now, "by_default": json.dumps(settings.told_by_default)}
    added = [
        *connection.execute(text(_OPEN + _INSERT), given),
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
select d.delivery_id, d.incident_id, d.event, d.target, d.state, d.attempts, d.created_at,
    case when d.state = 'waiting' then d.next_attempt_at end as next_attempt_at, d.ended_at, d.last_error, i.title
from ops.deliveries d join ops.incidents i using (incident_id)
where not :only_dead or d.state = 'dead'
order by d.delivery_id desc limit :limit
"""

_RETRY = """
update ops.deliveries set state = 'waiting', attempts = 0, next_attempt_at = :now, ended_at = null, is_closed = false
where delivery_id = :delivery_id and state = 'dead'
"""


def deliveries(connection: Connection, *, only_dead: bool, limit: int) -> list[dict[str, Any]]:
    """The newest rows of the outbox, newest first, with the titles of their incidents."""
    rows = connection.execute(text(_ROWS), {"only_dead": only_dead, "limit": limit}).mappings()
    return [dict(row) for row in rows]


def retry_dead(connection: Connection, delivery_id: int, now: datetime) -> bool:
    """Make a dead row due again, with all its attempts; whether there was such a row."""
    done = connection.execute(text(_RETRY), {"delivery_id": delivery_id, "now": now})
    return done.rowcount == 1


# ---- who sends what --------------------------------------------------------------------------------------

_IS_DUE = """(
    (d.state = 'waiting' and d.next_attempt_at <= :now)
    or (d.state = 'sending'
        and not (d.sending_since between cast(:now as timestamptz) - :grace and :now)
        and not exists (
            select from pg_locks l
            where l.locktype = 'advisory' and l.classid = :sender_locks and l.objid = d.sender and l.objsubid = 2
              and l.database = (select oid from pg_database where datname = current_database())))
) and not exists (
    select from ops.deliveries e
    where e.incident_id = d.incident_id and e.target = d.target
      and e.delivery_id < d.delivery_id and e.state in ('waiting', 'sending')
)"""

_DUE_TARGETS = f"""
select distinct d.target from ops.deliveries d where d.state in ('waiting', 'sending') and {_IS_DUE}
"""

_SENT_LATELY = """
select count(distinct message_key) from ops.deliveries
where target = :target and sending_since > cast(:now as timestamptz) - interval '1 minute' and sending_since <= :now
"""

# Those sent before go first, in the message that they were in.
_NEXT = f"""
select d.event, d.message_key from ops.deliveries d
where d.target = :target and d.state in ('waiting', 'sending') and {_IS_DUE}
order by d.message_key is null, d.next_attempt_at, d.delivery_id
limit 1
"""

_TAKE = f"""
with taken as (
    select d.delivery_id from ops.deliveries d
    where d.target = :target and d.state in ('waiting', 'sending') and {_IS_DUE}
      and split_part(d.event, ':', 1) = :kind
      and d.message_key is not distinct from cast(:message_key as text)
    order by d.delivery_id limit :most
    for update of d skip locked
)
update ops.deliveries d set
    state = 'sending', sending_since = :now, sender = :sender, attempts = d.attempts + 1,
    is_repeat = d.is_repeat or d.state = 'sending',
    message_key = coalesce(d.message_key, :new_key),
    severity = case when d.is_repeat or d.state = 'sending' then d.severity else i.severity end
from taken, ops.incidents i
where taken.delivery_id = d.delivery_id and i.incident_id = d.incident_id
returning d.delivery_id, d.message_key, d.attempts, d.is_repeat, d.severity as told_severity, i.*, (
    select array_agg(distinct t.severity) from ops.deliveries t
    where t.incident_id = d.incident_id and t.target = d.target and t.attempts > 0) as told_severities
"""

_DELIVERED = """
update ops.deliveries set state = 'delivered', ended_at = :now, last_error = null
where delivery_id = any(:ids) and state = 'sending' and sender = :sender
"""

_FAILED = """
update ops.deliveries set
    state = :state, last_error = :error, is_repeat = is_repeat or :may_have_arrived,
    next_attempt_at = :next_attempt_at, ended_at = case when :state = 'dead' then cast(:now as timestamptz) end
where delivery_id = any(:ids) and state = 'sending' and sender = :sender
"""

# What an Alertmanager was told and forgets when it restarts; ends for a while too, should one have been overtaken.
_STANDING = """
from ops.incidents i
join ops.deliveries f on f.incident_id = i.incident_id and f.event = 'firing' and f.state = 'delivered'
left join ops.deliveries r on r.incident_id = i.incident_id and r.target = f.target and r.event = 'resolved'
where (i.state in ('firing', 'acknowledged')
       or (i.state = 'resolved' and i.resolved_at > cast(:now as timestamptz) - interval '1 hour'
           and r.state = 'delivered' and r.ended_at > cast(:now as timestamptz) - interval '15 minutes'))
"""
_STANDING_TARGETS = f"select distinct f.target {_STANDING} and f.target like 'alertmanager%'"
_STANDING_ROWS = f"""
select i.*, (select array_agg(distinct t.severity order by t.severity) from ops.deliveries t
             where t.incident_id = i.incident_id and t.target = f.target and t.attempts > 0) as told_severities
{_STANDING} and f.target = :target order by i.incident_id
"""


@contextmanager
def sender(engine: Engine) -> Iterator[int]:
    """A number of this sender; while the block runs, and no longer, others see that what it sends is under way.

    The lock lives in a session without a transaction: PostgreSQL frees it when the process ends, however it ends.
    """
    number = secrets.randbits(31)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        key = {"locks": _SENDER_LOCKS, "number": number}
        connection.execute(text("select pg_advisory_lock(:locks, :number)"), key)
        try:
            yield number
        finally:
            connection.execute(text("select pg_advisory_unlock(:locks, :number)"), key)


def due_targets(connection: Connection, now: datetime) -> list[str]:
    """Targets that something is to be sent to now, rate limits aside."""
    return list(connection.execute(text(_DUE_TARGETS), _clock(now)).scalars())


def standing_targets(connection: Connection, now: datetime) -> list[str]:
    """Alertmanagers that were told of something that still stands, or did a moment ago."""
    return list(connection.execute(text(_STANDING_TARGETS), {"now": now}).scalars())


def standing(connection: Connection, target: str, now: datetime) -> Message | None:
    """All that an Alertmanager was told and that still stands, or did a moment ago; it has no rows of its own."""
    rows = connection.execute(text(_STANDING_ROWS), {"now": now, "target": target}).mappings().all()
    told = tuple(
        replace(_told(row, max(row["told_severities"], key=SEVERITIES.index)), told_severities=())
        for row in rows
    )
    return Message("standing", target, "firing", 1, False, told, (), 0) if told else None


def claim(
    connection: Connection, target: str, number: int, now: datetime, rate: int, most: int = LARGEST_MESSAGE
) -> Message | None:
    """The next message for a target, marked as being sent by sender `number`; None where there is none.

    Commit before it is sent. What was never sent and is of the same kind goes out in one message of at most `most`
    incidents; what was sent before goes in its old message, with its old identity.

    rate: messages a minute, all senders together.
    """
    given = {**_clock(now), "target": target}
    lock = {"locks": _TARGET_LOCKS, "target": target}
    connection.execute(text("select pg_advisory_xact_lock(:locks, hashtext(:target))"), lock)
    if connection.execute(text(_SENT_LATELY), {"target": target, "now": now}).scalar_one() >= rate:
        return None
    first = connection.execute(text(_NEXT), given).one_or_none()
    if first is None:
        return None
    kind = first.event.split(":")[0]
    given |= {"kind": kind, "message_key": first.message_key, "most": most}
    given |= {"sender": number, "new_key": str(uuid.uuid4())}
    rows = connection.execute(text(_TAKE), given).mappings().all()
    return _message(target, kind, number, rows) if rows else None


def mark_delivered(connection: Connection, message: Message, now: datetime) -> None:
    """The receiver has it."""
    given = {"ids": list(message.delivery_ids), "sender": message.sender, "now": now}
    connection.execute(text(_DELIVERED), given)


def mark_failed(
    connection: Connection, message: Message, failure: Failure, now: datetime, attempts: int
) -> bool:
    """The receiver has not got it, as far as is known; returns whether that was the last of `attempts` attempts."""
    is_dead = failure.is_permanent or message.attempt >= attempts
    given = {
        "ids": list(message.delivery_ids),
        "sender": message.sender,
        "now": now,
        "state": "dead" if is_dead else "waiting",
        "error": failure.reason,
        "may_have_arrived": failure.may_have_arrived,
        "next_attempt_at": now + backoff(message.attempt, failure.retry_after),
    }
    connection.execute(text(_FAILED), given)
    return is_dead


def backoff(attempt: int, asked: timedelta | None = None) -> timedelta:
    """How long to wait after the given attempt: doubling from 5 s, a random part less, never above 15 minutes.

    asked: what the receiver asked for; kept to where it is longer.
    """
    doubled = _FIRST_BACKOFF * (1 << min(attempt - 1, 10))
    wait = min(doubled, LONGEST_BACKOFF) * random.uniform(0.8, 1)  # noqa: S311  spreads load, guards nothing
    return min(max(wait, asked or timedelta(0)), LONGEST_BACKOFF)


def _clock(now: datetime) -> dict[str, Any]:
    return {"now": now, "grace": GRACE, "sender_locks": _SENDER_LOCKS}


def _message(target: str, event: str, number: int, rows: Sequence[RowMapping]) -> Message:
    ordered = sorted(rows, key=lambda row: (-SEVERITIES.index(row["told_severity"]), row["incident_id"]))
    return Message(
        key=rows[0]["message_key"],
        target=target,
        event=event,
        attempt=max(row["attempts"] for row in rows),
        is_repeat=any(row["is_repeat"] for row in rows),
        incidents=tuple(_told(row, row["told_severity"]) for row in ordered),
        delivery_ids=tuple(row["delivery_id"] for row in ordered),
        sender=number,
    )


def _told(row: RowMapping, severity: str) -> ToldIncident:
    names = {field.name for field in fields(ToldIncident)} - {"severity", "told_severities"}
    known = {name: value for name, value in row.items() if name in names}
    return ToldIncident(**known, severity=severity, told_severities=row["told_severities"] or ())
