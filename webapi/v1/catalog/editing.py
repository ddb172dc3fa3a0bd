"""What edits of the catalog begin with: who edits, and the JSON that was sent."""

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from schemas.catalog.edit import Author
from schemas.catalog.reach import Reach
from webapi.request.context import app_parts, principal


def author() -> Author:
    """Who edits, when, and what sources may reach that come over the API."""
    return Author(principal().actor, app_parts().clock(), Reach.of(app_parts().settings))


def json_body() -> bytes:
    """The body of a request that sends JSON.

    Raises:
        UnsupportedMediaType: it says that it sends something else.
    """
    if not request.is_json:
        raise UnsupportedMediaType("expected a body of type application/json")
    return request.get_data()
