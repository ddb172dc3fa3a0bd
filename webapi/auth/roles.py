"""How requests name a role."""

from typing import Any

from marshmallow import fields

from schemas.identity.roles import Role


def role_field(**options: Any) -> fields.Enum[Any]:
    """A role by its name."""
    return fields.Enum(Role, by_value=fields.String, **options)
