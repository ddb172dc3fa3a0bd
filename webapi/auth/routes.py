"""The blueprint of identities with all its routes, in the order of the API document."""
# ruff: noqa: I001  as the document lists them

from webapi.auth.blueprint import blueprint
from webapi.auth import session_routes, user_routes, key_routes, audit_log_routes

__all__ = ["audit_log_routes", "blueprint", "key_routes", "session_routes", "user_routes"]
