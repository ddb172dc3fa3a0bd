"""Why an identity cannot be had, as one tree below core's.

core.errors.PermanentError
└── IdentityError
    ├── SignInRefusedError      unknown name, wrong password, locked or inactive: never says which
    ├── WrongPasswordError      the old password does not fit, or the user is locked for a while
    ├── PasswordDueError        a one-time password must be replaced first
    ├── RoleTooHighError        more than one's own role was asked for
    ├── RegistrationOffError    nobody may register by himself
    ├── UnknownIdentityError    there is no such user, or key
    ├── LastAdminError          nobody would be left to administer
    └── IdentityConflictError   the name is taken
"""

from core.errors import PermanentError


class IdentityError(PermanentError):
    """An identity cannot be had or changed; the message says why."""


class SignInRefusedError(IdentityError):
    """Sign-in failed; which of name, password or lock was at fault is not told."""


class WrongPasswordError(IdentityError):
    """The old password was not proved."""


class PasswordDueError(IdentityError):
    """Nothing else goes before the one-time password is replaced."""


class RoleTooHighError(IdentityError):
    """Nobody gives away more than he has."""


class RegistrationOffError(IdentityError):
    """Users are made by administrators here."""


class UnknownIdentityError(IdentityError):
    """There is no such user or key, or it is somebody else's."""


class LastAdminError(IdentityError):
    """The last active administrator cannot be removed."""


class IdentityConflictError(IdentityError):
    """Another identity has that name."""
