"""What administrators change about users."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select, update

from schemas.identity.contacts import checked
from schemas.identity.errors import LastAdminError
from schemas.identity.places import forgive
from schemas.identity.roles import Role
from schemas.identity.sessions import end_sessions
from schemas.identity.snapshot import touch
from schemas.identity.users import User, hash_password, read_user
from schemas.tables import users


def change_user(
    connection: Connection,
    user_id: int,
    *,
    role: Role | None = None,
    is_active: bool | None = None,
    is_locked: bool | None = None,
    about: Mapping[str, str | None] | None = None,
    now: datetime,
) -> User:
    """Change what is given; `is_locked=False` lets a user try again at once, `is_active=False` ends all sessions.

    `about` has a new `team` or `email`, None for none any more.

    Raises:
        UnknownIdentityError: there is no such user.
        IdentityError: team or address does not meet the rules.
        LastAdminError: no active administrator would be left.
    """
    _keep_an_admin(connection, user_id, is_going=is_active is False or role not in (None, Role.ADMIN))
    values: dict[str, object] = {**checked(about or {})}
    if role is not None:
        values["role"] = role.value
    if is_active is not None:
        values["is_active"] = is_active
    if values:
        connection.execute(update(users).where(users.c.user_id == user_id).values(values))
    if is_locked is False:
        forgive(connection, user_id)
    if is_active is False:
        end_sessions(connection, user_id, "administrator", now)
    touch(connection)
    return read_user(connection, user_id)


def reset_password(connection: Connection, user_id: int, password: str, now: datetime) -> User:
    """Give a user a password that must be replaced first of all, unlock him and end his sessions; keys wait for it too.

    Raises:
        UnknownIdentityError: there is no such user.
        IdentityError: the password does not meet the rules.
    """
    values = {
        "password_hash": hash_password(read_user(connection, user_id).username, password),
        "must_change_password": True,
    }
    connection.execute(update(users).where(users.c.user_id == user_id).values(values))
    forgive(connection, user_id)
    end_sessions(connection, user_id, "administrator", now)
    return read_user(connection, user_id)


def _keep_an_admin(connection: Connection, user_id: int, *, is_going: bool) -> None:
    """Locks all administrators, so that of two who remove each other one is refused."""
    if not is_going:
        return
    admins = select(users.c.user_id).where(users.c.role == Role.ADMIN.value, users.c.is_active)
    left = set(connection.scalars(admins.order_by(users.c.user_id).with_for_update()))
    if left == {user_id}:
        raise LastAdminError("this is the last active administrator; make another one first")
