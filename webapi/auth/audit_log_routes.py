"""Route of the audit log."""

from typing import Any

from schemas.identity.audit import AuditQuery, read_audit
from schemas.identity.roles import Role
from webapi.auth.audit_log_schemas import AuditQuerySchema, AuditSchema
from webapi.auth.blueprint import blueprint
from webapi.request.context import app_parts
from webapi.views.pages import Page, paged


@blueprint.get("/audit", role=Role.ADMIN)
@blueprint.arguments(AuditQuerySchema, location="query")
@blueprint.response(200, AuditSchema)
def list_audit_entries(query: dict[str, Any]) -> Page:
    """Read the audit log.

    Every write and every attempt to sign in, newest first.
    """
    wanted = {name: value for name, value in query.items() if name not in ("page", "limit")}
    found = app_parts().database.write(read_audit, AuditQuery(**wanted), query["page"], query["limit"])
    return paged(found, query)
