"""Where users sign in from, and how often in vain: a stranger's failures keep strangers out, not the user himself.

A place is locked from the fifth failure in a row under one name. From the twentieth failure in a row at places that the
user never signed in from, all such places are locked for that name, however many addresses a guesser has. Places that
the user did sign in from within 90 days know only their own lock, so that no stranger can close them.
"""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from schemas.tables import sign_in_places, users

KNOWN_FOR = timedelta(days=90)
_FREE_AT_A_PLACE = 4
_FREE_OF_STRANGERS = 19
_FIRST_LOCK = timedelta(seconds=30)
_LONGEST_LOCK = timedelta(hours=1)


def place_of(address: str | None) -> str:
    """The place of an address: itself, or the network of an IPv6 address, of which everybody has 2 to the 64th."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return address or ""
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))


def is_barred(connection: Connection, user: Row[Any], place: str, now: datetime) -> bool:
    """Whether even the right password is refused for now; the caller has locked the user's row."""
    row = _row(connection, user.user_id, place)
    if row is not None and _is_ahead(row.locked_until, now):
        return True
    return not _is_known(row, now) and _is_ahead(user.locked_until, now)


def note_failure(connection: Connection, user: Row[Any], place: str, now: datetime) -> None:
    """Count a wrong password that was tried where it may be."""
    row = _row(connection, user.user_id, place)
    failures = (row.failures if row else 0) + 1
    _write(
        connection,
        user.user_id,
        place,
        failures=failures,
        locked_until=_end_of_lock(failures - _FREE_AT_A_PLACE, now),
        last_failure_at=now,
    )
    if not _is_known(row, now):
        of_strangers = user.failed_sign_ins + 1
        locked_until = _end_of_lock(of_strangers - _FREE_OF_STRANGERS, now)
        values = {"failed_sign_ins": of_strangers, "locked_until": locked_until}
        connection.execute(update(users).where(users.c.user_id == user.user_id).values(values))


def note_success(connection: Connection, user: Row[Any], place: str, now: datetime) -> None:
    """Know the place from now on, forgive what went wrong, and forget places that nobody came from for long."""
    forgive(connection, user.user_id, place)
    _write(connection, user.user_id, place, failures=0, locked_until=None, last_sign_in_at=now)
    table = sign_in_places.c
    newest = func.greatest(table.last_failure_at, table.last_sign_in_at)
    old = (table.user_id == user.user_id) & (newest <= now - KNOWN_FOR)
    connection.execute(delete(sign_in_places).where(old))


def forgive(connection: Connection, user_id: int, place: str | None = None) -> None:
    """Let strangers try again, and those at all places; at one where one is given."""
    table = sign_in_places.c
    where = table.user_id == user_id if place is None else (table.user_id == user_id) & (table.place == place)
    connection.execute(update(sign_in_places).where(where).values(failures=0, locked_until=None))
    values = {"failed_sign_ins": 0, "locked_until": None}
    connection.execute(update(users).where(users.c.user_id == user_id).values(values))


def _row(connection: Connection, user_id: int, place: str) -> Row[Any] | None:
    table = sign_in_places
    wanted = select(table).where(table.c.user_id == user_id, table.c.place == place)
    return connection.execute(wanted).one_or_none()


def _write(connection: Connection, user_id: int, place: str, **values: object) -> None:
    statement = insert(sign_in_places).values(user_id=user_id, place=place, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["user_id", "place"], set_=values))


def _is_known(row: Row[Any] | None, now: datetime) -> bool:
    last = None if row is None else row.last_sign_in_at
    return last is not None and last > now - KNOWN_FOR


def _end_of_lock(beyond: int, now: datetime) -> datetime | None:
    """30 s with the first failure beyond those that are free, each time twice as long, an hour at most."""
    return now + min(_FIRST_LOCK * 2 ** min(beyond - 1, 10), _LONGEST_LOCK) if beyond > 0 else None


def _is_ahead(instant: datetime | None, now: datetime) -> bool:
    return instant is not None and instant > now
