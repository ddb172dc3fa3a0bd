"""Roles, from the least to the most: each may do what those before it may."""

from enum import StrEnum


class Role(StrEnum):
    """viewer reads, editor writes definitions, admin deletes and administers."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Whether this role may do what `needed` may."""
        order = list(Role)
        return order.index(self) >= order.index(needed)
