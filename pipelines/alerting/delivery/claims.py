"""Who sends which rows of the outbox next, and what came of it: claimed and committed before the network is touched."""

import random
import secrets
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, text

from pipelines.alerting.delivery.message import Failure, Message, ToldIncident
from pipelines.alerting.delivery.outbox import LONGEST_BACKOFF
from pipelines.alerting.delivery.report_outbox import REPORT, told_report
from schemas.alerting.vocabulary import SEVERITIES
from schemas.locks import Lock, hold_one, is_taken_sql, taken_pair

LARGEST_MESSAGE = 200
_FIRST_BACKOFF = timedelta(seconds=5)
# a sender whose session is gone may still have a message under way; longer than any send takes
_GRACE = timedelta(seconds=45)
_IS_DUE = f"""(
    (d.state = 'waiting' and d.next_attempt_at <= :now)
    or (d.state = 'sending'
        and not (d.sending_since between cast(:now as timestamptz) - :grace and :now)
        and not {is_taken_sql(Lock.SENDERS, "d.sender")})
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
# Alerts before reports, so that none waits behind many; those sent before go first, in the message that they were in.
_NEXT = f"""
select d.event, d.message_key from ops.deliveries d
where d.target = :target and d.state in ('waiting', 'sending') and {_IS_DUE}
order by d.report_run_id is not null, d.message_key is null, d.next_attempt_at, d.delivery_id
limit 1
"""
_MARK = f"""
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
    message_key = coalesce(d.message_key, :new_key)"""
_TAKE = f"""{_MARK},
    severity = case when d.is_repeat or d.state = 'sending' then d.severity else i.severity end
from taken, ops.incidents i
where taken.delivery_id = d.delivery_id and i.incident_id = d.incident_id
returning d.delivery_id, d.message_key, d.attempts, d.is_repeat, d.severity as told_severity, i.*, (
    select array_agg(distinct t.severity) from ops.deliveries t
    where t.incident_id = d.incident_id and t.target = d.target and t.attempts > 0) as told_severities
"""
_TAKE_REPORT = f"""{_MARK}
from taken where taken.delivery_id = d.delivery_id
returning d.delivery_id, d.message_key, d.attempts, d.is_repeat, d.report_run_id
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


@contextmanager
def sender(engine: Engine) -> Iterator[int]:
    """A number of this sender; while the block runs, and no longer, others see that what it sends is under way."""
    number = secrets.randbits(31)
    with taken_pair(engine, Lock.SENDERS, number):
        yield number


def due_targets(connection: Connection, now: datetime) -> list[str]:
    """Targets that something is to be sent to now, rate limits aside."""
    return list(connection.execute(text(_DUE_TARGETS), _clock(now)).scalars())


def claim(
    connection: Connection, target: str, number: int, now: datetime, rate: int, most: int = LARGEST_MESSAGE
) -> Message | None:
    """The next message for a target, marked as being sent by sender `number`; None where there is none.

    Commit before it is sent. What was never sent and is of the same kind goes out in one message of at most `most`
    incidents; what was sent before goes in its old message, with its old identity. A report is a message of its own.

    rate: messages a minute, all senders together.
    """
    given = {**_clock(now), "target": target}
    hold_one(connection, Lock.TARGETS, target)
    if connection.execute(text(_SENT_LATELY), {"target": target, "now": now}).scalar_one() >= rate:
        return None
    first = connection.execute(text(_NEXT), given).one_or_none()
    if first is None:
        return None
    kind = first.event.split(":")[0]
    given |= {"kind": kind, "message_key": first.message_key, "most": most}
    given |= {"sender": number, "new_key": str(uuid.uuid4())}
    if kind == REPORT:
        return _report_message(connection, given)
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
    return {"now": now, "grace": _GRACE}


def _message(target: str, event: str, number: int, rows: Sequence[RowMapping]) -> Message:
    ordered = sorted(rows, key=lambda row: (-SEVERITIES.index(row["told_severity"]), row["incident_id"]))
    return Message(
        key=rows[0]["message_key"],
        target=target,
        event=event,
        attempt=max(row["attempts"] for row in rows),
        is_repeat=any(row["is_repeat"] for row in rows),
        incidents=tuple(told_incident(row, row["told_severity"]) for row in ordered),
        delivery_ids=tuple(row["delivery_id"] for row in ordered),
        sender=number,
    )


def _report_message(connection: Connection, given: dict[str, Any]) -> Message | None:
    row = connection.execute(text(_TAKE_REPORT), {**given, "most": 1}).one_or_none()
    if row is None:
        return None
    return Message(
        key=row.message_key,
        target=given["target"],
        event=REPORT,
        attempt=row.attempts,
        is_repeat=row.is_repeat,
        incidents=(),
        delivery_ids=(row.delivery_id,),
        sender=given["sender"],
        report=told_report(connection, row.report_run_id),
    )


def told_incident(row: RowMapping, severity: str) -> ToldIncident:
    """An incident as messages tell of it, from a row of it."""
    names = {field.name for field in fields(ToldIncident)} - {"severity", "told_severities"}
    known = {name: value for name, value in row.items() if name in names}
    return ToldIncident(**known, severity=severity, told_severities=row["told_severities"] or ())
