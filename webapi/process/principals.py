"""Who asks, once it is proven."""

from typing import NamedTuple

from schemas.identity.roles import Role


class Principal(NamedTuple):
    """Who asks; the role comes from the database, never from the token."""

    user_id: int
    username: str
    role: Role
    team: str | None = None
    must_change_password: bool = False
    session_id: str | None = None
    key_id: str | None = None

    @property
    def actor(self) -> str:
        """How the audit log names it."""
        user = f"user:{self.username}"
        return f"key:{self.key_id} of {user}" if self.key_id else user
