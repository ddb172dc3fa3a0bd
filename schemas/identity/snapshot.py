"""Who may do what at this moment, small enough for every process to hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from schemas.identity.roles import Role
from schemas.tables import api_keys, identity_state, sessions, users

# by then the access tokens of a revoked session (15 minutes) have expired by themselves, whatever clocks differ by
_ACCESS_OUTLIVED = timedelta(hours=1)


@dataclass(frozen=True)
class KnownUser:
    """An active user."""

    user_id: int
    username: str
    role: Role
    team: str | None
    must_change_password: bool


@dataclass(frozen=True)
class KnownKey:
    """A key that was not revoked; its role is never more than its owner's."""

    key_id: str
    owner: KnownUser
    role: Role
    expires_at: datetime


@dataclass(frozen=True)
class Snapshot:
    """Active users by id, keys by hash, and sessions whose access tokens no longer count."""

    users: Mapping[int, KnownUser]
    keys: Mapping[str, KnownKey]
    revoked_sessions: frozenset[str]


def read_snapshot(connection: Connection, now: datetime) -> Snapshot:
    """Read it whole; three statements."""
    found = {
        row.user_id: KnownUser(row.user_id, row.username, Role(row.role), row.team, row.must_change_password)
        for row in connection.execute(select(users).where(users.c.is_active))
    }
    keys = connection.execute(
        select(api_keys).where(api_keys.c.revoked_at.is_(None), api_keys.c.expires_at > now)
    )
    revoked = select(sessions.c.session_id).where(sessions.c.revoked_at > now - _ACCESS_OUTLIVED)
    return Snapshot(
        users=found,
        keys={
            row.key_hash: _key(row.key_id, found[row.user_id], Role(row.role), row.expires_at)
            for row in keys
            if row.user_id in found
        },
        revoked_sessions=frozenset(connection.scalars(revoked)),
    )


def touch(connection: Connection) -> None:
    """Let every process know, once the transaction commits, that its snapshot is out of date."""
    statement = insert(identity_state).values(id=1, version=1)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_={"version": identity_state.c.version + 1})
    )


def _key(key_id: str, owner: KnownUser, role: Role, expires_at: datetime) -> KnownKey:
    return KnownKey(key_id, owner, role if owner.role.covers(role) else owner.role, expires_at)
