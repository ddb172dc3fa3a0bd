"""Why an identity cannot be had, as one tree below core's.

core.errors.PermanentError
└── IdentityError
    ├── SignInRefusedError     unknown name, wrong password, locked or inactive: never says which
    └── IdentityConflictError  the name is taken
"""

from core.errors import PermanentError


class IdentityError(PermanentError):
    """An identity cannot be had or changed; the message says why."""


class SignInRefusedError(IdentityError):
    """Sign-in failed; which of name, password or lock was at fault is not told."""


class IdentityConflictError(IdentityError):
    """Another identity has that name."""
