"""Routes of the cache."""

from flask import Response

from schemas.identity.roles import Role
from webapi.views.blueprint import Blueprint
from webapi.views.server_control import forget_kept_answers

blueprint = Blueprint("cache", __name__, description="Kept answers")


@blueprint.delete("/cache", role=Role.ADMIN)
@blueprint.response(204)
def clear_cache() -> Response:
    """Forget every kept answer.

    Those shared through Redis and of this process at once, of other processes within a second. A new publication or
    edit needs no such thing.
    """
    forget_kept_answers()
    return Response(status=204)
