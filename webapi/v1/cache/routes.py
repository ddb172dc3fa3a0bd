"""Routes of the cache."""

from flask import Response

from schemas.identity.roles import Role
from webapi.request.context import app_parts
from webapi.views.blueprint import Blueprint

blueprint = Blueprint("cache", __name__, description="Kept answers")


@blueprint.delete("/cache", role=Role.ADMIN)
@blueprint.response(204)
def clear_cache() -> Response:
    """Forget every kept answer.

    Those of this process and those shared through Redis. A new publication or edit needs no such thing.
    """
    app_parts().cache.stores.clear()
    return Response(status=204)
