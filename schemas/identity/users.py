"""Users and their passwords."""

import re
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from schemas.identity.errors import IdentityConflictError, IdentityError
from schemas.identity.roles import Role
from schemas.identity.snapshot import touch
from schemas.tables import users

MIN_PASSWORD = 12
_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}")
# OWASP's second choice for argon2id: 19 MiB, two passes, one lane
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# of no password at all: trying it takes as long as trying somebody's
NOBODY_HASH = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5c19zYWx0XzE2$" + "A" * 43


def create_user(
    connection: Connection,
    username: str,
    password: str,
    role: Role,
    now: datetime,
    *,
    must_change_password: bool = False,
) -> int:
    """Add a user; the new id.

    Raises:
        IdentityError: the name or the password does not meet the rules.
        IdentityConflictError: the name is taken.
    """
    name = username.lower()
    if not _NAME.fullmatch(name):
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
    }
    try:
        user_id = connection.scalar(insert(users).values(values).returning(users.c.user_id))
    except IntegrityError as error:
        raise IdentityConflictError(f"there is already a user {name}") from error
    touch(connection)
    return int(user_id or 0)


def hash_password(username: str, password: str) -> str:
    """The argon2id hash of a password.

    Raises:
        IdentityError: the password does not meet the rules.
    """
    if len(password) < MIN_PASSWORD:
        raise IdentityError(f"a password needs at least {MIN_PASSWORD} characters")
    if len(password) > 1_024 or username in password.lower() or len(set(password)) < 5:
        raise IdentityError("a password must not hold the user name, nor repeat less than five characters")
    return _HASHER.hash(password)


def is_password(password_hash: str, password: str) -> bool:
    """Whether the password is the one behind the hash."""
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
