"""Every advisory lock that MDL takes in PostgreSQL, and the only code that takes, asks for or frees one."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum, unique

from sqlalchemy import Connection, Engine, func, select


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
    BACKUP = 7_310_013
    """One backup of an installation is taken at a time, and none is deleted meanwhile."""
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


# ---- until the transaction ends ------------------------------------------------------------------------


def hold(connection: Connection, lock: Lock) -> None:
    """Wait for a lock and hold it until the transaction ends."""
    connection.execute(select(func.pg_advisory_xact_lock(lock.value)))


def try_hold(connection: Connection, lock: Lock) -> bool:
    """Hold a lock until the transaction ends, unless somebody else does."""
    return bool(connection.scalar(select(func.pg_try_advisory_xact_lock(lock.value))))


def hold_one(connection: Connection, lock: Lock, name: str) -> None:
    """Wait for the lock of one of many things, known by its name, and hold it until the transaction ends."""
    connection.execute(select(func.pg_advisory_xact_lock(lock.value, func.hashtext(name))))


def try_hold_one(connection: Connection, lock: Lock, name: str) -> bool:
    """Hold the lock of one of very many things until the transaction ends, unless somebody else does.

    All 64 bits are of the name, the lock being their seed: two names are not taken for one.
    """
    number = func.hashtextextended(name, lock.value)
    return bool(connection.scalar(select(func.pg_try_advisory_xact_lock(number))))


# ---- as long as a session lives ------------------------------------------------------------------------


@contextmanager
def session(engine: Engine) -> Iterator[Connection]:
    """A session for locks without a transaction: PostgreSQL frees them when the process ends, however it ends.

    A transaction left open for as long as that would keep PostgreSQL from cleaning up.
    """
    with engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


def try_take(connection: Connection, lock: Lock) -> bool:
    """Take a lock for the session, unless another one has it; give it back with `give_back`."""
    return bool(connection.scalar(select(func.pg_try_advisory_lock(lock.value))))


def give_back(connection: Connection, lock: Lock) -> None:
    """Give back a lock that the session took."""
    connection.execute(select(func.pg_advisory_unlock(lock.value)))


@contextmanager
def taken_pair(engine: Engine, lock: Lock, number: int) -> Iterator[None]:
    """Take the pair of a lock and a number in a session of its own while the block runs; `is_taken_sql` sees it."""
    with session(engine) as connection:
        connection.execute(select(func.pg_advisory_lock(lock.value, number)))
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(lock.value, number)))


def is_taken_sql(lock: Lock, number: str) -> str:
    """SQL of whether a session of this database has the pair of a lock and a number, which is SQL itself."""
    return f"""exists (
        select from pg_locks l
        where l.locktype = 'advisory' and l.classid = {lock.value} and l.objid = {number} and l.objsubid = 2
          and l.database = (select oid from pg_database where datname = current_database()))"""
