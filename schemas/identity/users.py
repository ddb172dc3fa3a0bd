"""Users and their passwords."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from core.database import Database
from schemas.identity.audit import Doer, record
from schemas.identity.contacts import checked
from schemas.identity.errors import IdentityConflictError, IdentityError, UnknownIdentityError
from schemas.identity.roles import Role
from schemas.identity.snapshot import touch
from schemas.paging import page_of
from schemas.tables import users

MIN_PASSWORD = 12
MAX_PASSWORD = 1_024
_FEWEST_CHARACTERS = 5
# shorter names stand in too many words by chance
_SHORTEST_NAME_TO_AVOID = 4
_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}")
# OWASP's second choice for argon2id: 19 MiB, two passes, one lane
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# of no password at all: trying it takes as long as trying somebody's
NOBODY_HASH = "$argon2id$v=19$m=19456,t=2,p=1$dGhlX3NhbHRfb2Zfbm9uZQ$" + "A" * 43


@dataclass(frozen=True)
class User:
    """A user as administrators see it."""

    user_id: int
    username: str
    role: str
    team: str | None
    email: str | None
    is_active: bool
    must_change_password: bool
    failed_sign_ins: int
    locked_until: datetime | None
    created_at: datetime
    last_sign_in_at: datetime | None


_SHOWN = [users.c[field.name] for field in fields(User)]


def create_user(
    connection: Connection,
    username: str,
    password: str,
    role: Role,
    now: datetime,
    *,
    must_change_password: bool = False,
    about: Mapping[str, str | None] | None = None,
) -> int:
    """Add a user, `about` says of which `team` and `email`; the new id.

    Raises:
        IdentityError: name, password, team or address does not meet the rules.
        IdentityConflictError: the name is taken.
    """
    name = username.lower()
    if not is_name(name):
        raise IdentityError(
            "a user name has 2 to 64 of the characters a-z 0-9 . _ @ + -, the first a letter or digit"
        )
    values = {
        "username": name,
        "role": role.value,
        "password_hash": hash_password(name, password),
        "must_change_password": must_change_password,
        "is_active": True,
        "failed_sign_ins": 0,
        "created_at": now,
        **checked(about or {}),
    }
    try:
        user_id = connection.scalar(insert(users).values(values).returning(users.c.user_id))
    except IntegrityError as error:
        raise IdentityConflictError(f"there is already a user {name}") from error
    touch(connection)
    return int(user_id or 0)


def first_admin(database: Database, now: datetime) -> str | None:
    """Where there are no users at all, make the administrator `admin`; its one-time password, else None."""
    password = one_time_password("admin")
    return password if database.write(_create_first_admin, password, now) else None


def _create_first_admin(connection: Connection, password: str, now: datetime) -> bool:
    # of two that start at once, the second must wait and then find a user
    connection.execute(text("lock table identity.users in share row exclusive mode"))
    if connection.scalar(select(func.count()).select_from(users)):
        return False
    create_user(connection, "admin", password, Role.ADMIN, now, must_change_password=True)
    record(connection, Doer("command line"), "user.create", "user:admin", "done", {"role": "admin"}, now)
    return True


def read_user(connection: Connection, user_id: int) -> User:
    """One user.

    Raises:
        UnknownIdentityError: there is no such user.
    """
    row = connection.execute(select(*_SHOWN).where(users.c.user_id == user_id)).one_or_none()
    if row is None:
        raise UnknownIdentityError(f"there is no user {user_id}")
    return User(*row)


def find_user(connection: Connection, username: str) -> User:
    """The user of a name.

    Raises:
        UnknownIdentityError: nobody has it.
    """
    row = connection.execute(select(*_SHOWN).where(users.c.username == username.lower())).one_or_none()
    if row is None:
        raise UnknownIdentityError(f"there is no user {username}")
    return User(*row)


def list_users(connection: Connection, page: int, limit: int) -> tuple[list[User], int]:
    """One page of the users by name, and how many there are."""
    statement = select(*_SHOWN).order_by(users.c.username)
    total = connection.scalar(select(func.count()).select_from(users))
    return [User(*row) for row in connection.execute(page_of(statement, page, limit))], total or 0


def is_name(username: str) -> bool:
    """Whether a user can have that name."""
    return _NAME.fullmatch(username) is not None


def hash_password(username: str, password: str) -> str:
    """The argon2id hash of a password.

    Raises:
        IdentityError: the password does not meet the rules; the message names all that it breaks.
    """
    if broken := broken_rules(username, password):
        raise IdentityError("a password " + ", and ".join(broken))
    return _HASHER.hash(password)


def broken_rules(username: str, password: str) -> list[str]:
    """The rules that a password breaks; length counts for more than kinds of characters (NIST SP 800-63B)."""
    holds_name = len(username) >= _SHORTEST_NAME_TO_AVOID and username in password.lower()
    rules = {
        f"needs at least {MIN_PASSWORD} characters": len(password) < MIN_PASSWORD,
        f"may have at most {MAX_PASSWORD} characters": len(password) > MAX_PASSWORD,
        f"needs at least {_FEWEST_CHARACTERS} different characters": len(set(password)) < _FEWEST_CHARACTERS,
        "must not hold the user name": holds_name,
    }
    return [rule for rule, is_broken in rules.items() if is_broken]


def one_time_password(username: str) -> str:
    """A random password (120 bits) that meets the rules."""
    while broken_rules(username, password := secrets.token_urlsafe(15)):
        pass
    return password


def is_password(password_hash: str, password: str) -> bool:
    """Whether the password is the one behind the hash."""
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
