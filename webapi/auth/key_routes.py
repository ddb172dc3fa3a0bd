"""Routes of the own API keys."""

from datetime import timedelta
from typing import Any

from schemas.identity.keys import create_key, draw_key, list_keys, revoke_key
from schemas.identity.roles import Role
from webapi.auth.blueprint import blueprint
from webapi.auth.key_schemas import CreatedKeySchema, KeysSchema, NewKeySchema
from webapi.request.context import app_parts, principal
from webapi.views.audited_writes import Action, write
from webapi.views.identification import own_session
from webapi.views.pages import Page, PageQuerySchema, paged


@blueprint.get("/api-keys", role=Role.VIEWER)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, KeysSchema)
def list_api_keys(query: dict[str, int]) -> Page:
    """List the own API keys.

    Newest first; the keys themselves are not kept.
    """
    return paged(app_parts().database.read_primary(list_keys, principal().user_id, **query), query)


@blueprint.post("/api-keys", role=Role.VIEWER, is_strict=True, with_key=False, problems=("invalid",))
@blueprint.arguments(NewKeySchema)
@blueprint.response(201, CreatedKeySchema)
def create_api_key(given: dict[str, Any]) -> dict[str, Any]:
    """Create an API key.

    Shown only now. It has at most its owner's role, and loses what its owner loses. Needs a signed-in user.
    """
    now, (key_id, key) = app_parts().clock(), draw_key()
    created = write(
        Action("api_key.create", f"key:{key_id}", given),
        create_key,
        key_id,
        key,
        user_id=principal().user_id,
        name=given["name"],
        role=given["role"],
        expires_at=now + timedelta(days=given["expires_in_days"]),
        now=now,
    )
    return {"data": created, "key": key}


@blueprint.delete("/api-keys/<key_id>", role=Role.VIEWER, problems=("not-found",))
@blueprint.response(204)
def revoke_api_key(key_id: str) -> None:
    """Revoke an API key.

    One's own; an administrator anybody's. A key can revoke itself and no other.
    """
    who = principal()
    if who.key_id != key_id:
        own_session()
    owner = None if who.role is Role.ADMIN else who.user_id
    write(Action("api_key.revoke", f"key:{key_id}"), revoke_key, key_id, app_parts().clock(), owner)
