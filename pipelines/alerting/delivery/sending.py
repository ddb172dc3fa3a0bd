"""Sends what the outbox holds: one thread per target, so that no target waits for another."""

import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed

from core.settings import Settings
from core.tracing import span
from pipelines.alerting.delivery import claims, refreshes, report_outbox
from pipelines.alerting.delivery.audience import Audience, audience_of
from pipelines.alerting.delivery.channels import Channel, resolve, send
from pipelines.alerting.delivery.message import Failure, Message
from reports.errors import DamagedFileError

# whatever its receiver does; one that trickles bytes never times out by itself
SECONDS_PER_MESSAGE = 20.0
_CONNECTIONS = 8
_log = structlog.get_logger(__name__)
_Answer = TypeVar("_Answer")


@dataclass
class SendingReport:
    """What one call did, in messages; and the last error of each target that had one."""

    delivered: int = 0
    failed: int = 0
    dead: int = 0
    errors: dict[str, str] = field(default_factory=dict)


def deliver(engine: Engine, settings: Settings, now: datetime, seconds: float = 20.0) -> SendingReport:
    """Send what is due, until nothing is or `seconds` have passed; any number of processes may do so at once.

    No transaction is open while a receiver is waited for. Takes at most `seconds` and the 20 s of a message begun
    before. A process that ends while it sends leaves rows that a later call sends again, with the same identity.
    """
    with claims.sender(engine) as number:
        run = _Run(engine, settings, now, seconds, number)
        workers = [
            threading.Thread(target=run.serve, args=(target,), name=f"deliver {target}", daemon=True)
            for target in sorted(run.targets())
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(run.left())
    return run.done


class _Run:
    """One call of `deliver`: its clock, its database connections, its counts."""

    def __init__(
        self, engine: Engine, settings: Settings, now: datetime, seconds: float, number: int
    ) -> None:
        self.done = SendingReport()
        self._engine = engine
        self._settings = settings
        self._number = number
        self._began_at = now
        self._began = time.monotonic()
        self._seconds = seconds
        self._connections = threading.Semaphore(_CONNECTIONS)
        self._counting = threading.Lock()

    def targets(self) -> set[str]:
        """Who is to hear something."""
        now = self._now()
        due = self.in_transaction(lambda connection: claims.due_targets(connection, now))
        if not any(name.startswith("alertmanager") for name in self._settings.channels):
            return set(due)
        return {*due, *self.in_transaction(lambda connection: refreshes.standing_targets(connection, now))}

    def left(self) -> float:
        """Seconds that a worker may still take: one more message, and a little for PostgreSQL."""
        return max(0.0, self._seconds + SECONDS_PER_MESSAGE + 5 - self._elapsed())

    def serve(self, target: str) -> None:
        """Send one target's messages one after the other, until there is none or one fails."""
        channel = resolve(self._settings, target)
        known = None if isinstance(channel, Failure) else channel
        most = 1 if known and known.is_one_by_one else claims.LARGEST_MESSAGE
        try:
            audience = self.in_transaction(lambda connection: audience_of(connection, self._settings, target))
            while self._elapsed() < self._seconds and self._one_message(target, channel, audience, most):
                pass
            if known and known.kind == "alertmanager" and target not in self.done.errors:
                self._repeat_what_stands(known, audience)
        except SQLAlchemyError as error:
            # what was being sent is taken up by a later call
            self._count("failed", target, f"PostgreSQL: {type(error).__name__}")

    def in_transaction(self, work: Callable[[Connection], _Answer]) -> _Answer:
        """Do `work` in a short transaction of its own, three times where the connection is lost or it deadlocks."""
        again = Retrying(
            retry=retry_if_exception_type(OperationalError),
            stop=stop_after_attempt(3),
            wait=wait_fixed(0.3),
            reraise=True,
        )
        answer: _Answer = again(self._once, work)
        return answer

    def _once(self, work: Callable[[Connection], _Answer]) -> _Answer:
        with self._connections, self._engine.begin() as connection:
            return work(connection)

    def _one_message(self, target: str, channel: Channel | Failure, audience: Audience, most: int) -> bool:
        """Whether to go on with this target."""
        rate, number = self._settings.alert_rate, self._number
        message = self.in_transaction(
            lambda connection: claims.claim(connection, target, number, self._now(), rate, most)
        )
        if message is None:
            return False
        if isinstance(channel, Failure):
            return self._mark(message, channel)
        try:
            readable = self._readable(message, channel, audience)
        except DamagedFileError as error:
            return self._mark(message, Failure(str(error), is_permanent=True))
        return self._mark(message, self._sent(channel, readable))

    def _readable(self, message: Message, channel: Channel, audience: Audience) -> Message:
        """The message as its audience may read it; with the files of a report where the channel carries them."""
        message = audience.message(message)
        report = message.report
        if report is None or channel.kind != "mail":
            return message
        whole = self.in_transaction(lambda connection: report_outbox.with_contents(connection, report))
        return replace(message, report=whole)

    def _sent(self, channel: Channel, message: Message) -> Failure | None:
        with span("channel.send", channel=channel.name):
            return within(SECONDS_PER_MESSAGE, lambda: send(channel, message, self._settings, self._now()))

    def _repeat_what_stands(self, channel: Channel, audience: Audience) -> None:
        now = self._now()
        message = self.in_transaction(lambda connection: refreshes.standing(connection, channel.name, now))
        failure = self._sent(channel, audience.message(message)) if message else None
        if failure is not None:
            _log.warning("alerts not repeated", target=channel.name, reason=failure.reason)

    def _mark(self, message: Message, failure: Failure | None) -> bool:
        now = self._now()
        if failure is None:
            self.in_transaction(lambda connection: claims.mark_delivered(connection, message, now))
            self._count("delivered")
            return True
        attempts = self._settings.alert_attempts
        is_dead = self.in_transaction(
            lambda connection: claims.mark_failed(connection, message, failure, now, attempts)
        )
        self._count("dead" if is_dead else "failed", message.target, failure.reason)
        return failure.is_permanent

    def _count(self, what: str, target: str = "", error: str = "") -> None:
        with self._counting:
            setattr(self.done, what, getattr(self.done, what) + 1)
            if error:
                self.done.errors[target] = error
                _log.warning("message not delivered", target=target, outcome=what, reason=error)

    def _elapsed(self) -> float:
        return time.monotonic() - self._began

    def _now(self) -> datetime:
        return self._began_at + timedelta(seconds=self._elapsed())


def within(seconds: float, attempt: Callable[[], Failure | None]) -> Failure | None:
    """The outcome of an attempt, or a failure where it takes longer or ends unforeseen; it is not waited for then."""
    outcome: list[Failure | None] = []

    def run() -> None:
        try:
            outcome.append(attempt())
        except Exception as error:  # noqa: BLE001  a hundred kinds of receivers; one that crashes must not stop others
            # where, but not what it says: that may hold the channel's URL, and the URL a secret
            place = traceback.extract_tb(error.__traceback__)[-1]
            reason = f"{type(error).__name__} in {place.name}, line {place.lineno}"
            outcome.append(Failure(reason, may_have_arrived=True))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if outcome:
        return outcome[0]
    return Failure(f"the receiver did not finish within {seconds:.0f} s", may_have_arrived=True)
