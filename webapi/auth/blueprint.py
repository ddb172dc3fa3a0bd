"""The blueprint of everything about identities."""

from flask import Response

from webapi.views.blueprint import Blueprint

blueprint = Blueprint("auth", __name__, url_prefix="/api/auth", description="Who may do what")


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    """Tokens, keys and passwords belong in no cache."""
    response.headers["Cache-Control"] = "no-store"
    return response
