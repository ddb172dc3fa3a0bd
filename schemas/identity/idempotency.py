"""Writes that happen once, however often their request is sent: the answer is stored in the write's transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from core.errors import PermanentError
from schemas.locks import Lock, try_hold_one
from schemas.tables import idempotent_answers

KEPT_FOR = timedelta(days=1)


class KeyReusedError(PermanentError):
    """The key was used for another request."""


class RequestUnderWayError(PermanentError):
    """The first request with the key has not been answered yet."""


@dataclass(frozen=True)
class Asked:
    """A request as its sender names it: one key for all attempts, and the hash of what was sent."""

    actor: str
    key: str
    request_hash: str


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    body: str
    is_replayed: bool = False


def answer_once(connection: Connection, asked: Asked, now: datetime, write: Callable[[], Answer]) -> Answer:
    """The stored answer to the key, or that of `write`, stored. A write that fails leaves nothing behind.

    The key is locked until the transaction ends, so that a crash never leaves it taken.

    Raises:
        RequestUnderWayError: another transaction is at work on the key.
        KeyReusedError: the key belongs to another request.
    """
    if not try_hold_one(connection, Lock.ANSWERS, f"{asked.actor}\n{asked.key}"):
        raise RequestUnderWayError("the first request with this Idempotency-Key is still under way")
    table = idempotent_answers
    connection.execute(delete(table).where(table.c.created_at <= now - KEPT_FOR))
    known = select(table).where(table.c.actor == asked.actor, table.c.idempotency_key == asked.key)
    row = connection.execute(known).one_or_none()
    if row is not None:
        if row.request_hash != asked.request_hash:
            raise KeyReusedError("this Idempotency-Key was used for another request within the last day")
        return Answer(row.status, row.headers, row.body, is_replayed=True)
    answer = write()
    connection.execute(
        insert(table).values(
            actor=asked.actor,
            idempotency_key=asked.key,
            request_hash=asked.request_hash,
            status=answer.status,
            headers=dict(answer.headers),
            body=answer.body,
            created_at=now,
        )
    )
    return answer
