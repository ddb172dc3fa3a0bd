"""Every advisory lock that MDL takes in PostgreSQL: each number once, so that nothing waits for what it need not."""

from enum import IntEnum, unique

from sqlalchemy import Connection, func, select


@unique
class Lock(IntEnum):
    """What is locked; any numbers will do, as long as they differ."""

    MIGRATION = 7_310_001
    """Two processes that start at once must not migrate at once."""
    CATALOG = 7_310_002
    """Two processes must not change definitions at once."""
    ANSWERS = 7_310_003
    """Seed of the locks of single Idempotency-Keys."""
    PUBLICATION = 7_310_004
    """Publications of one database happen one after the other."""
    WRITER = 7_310_010
    """Lake, staging and marts of one installation have one writer at a time."""
    EVALUATION = 7_310_011
    """Alert rules are evaluated by one process at a time."""
    OPERATIONS = 7_310_012
    """Watchers of one database open incidents one after the other."""
    OUTBOX = 7_310_020
    """The outbox is brought in line with the incidents by one process at a time."""
    SENDERS = 7_310_021
    """First half of a pair, the second being the sender's number: who sends."""
    TARGETS = 7_310_022
    """First half of a pair, the second being a hash of the target: who picks for it."""


def hold(connection: Connection, lock: Lock) -> None:
    """Wait for a lock and hold it until the transaction ends."""
    connection.execute(select(func.pg_advisory_xact_lock(lock.value)))


def try_hold(connection: Connection, lock: Lock) -> bool:
    """Hold a lock until the transaction ends, unless somebody else does."""
    return bool(connection.scalar(select(func.pg_try_advisory_xact_lock(lock.value))))
