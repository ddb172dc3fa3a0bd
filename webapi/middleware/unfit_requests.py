"""What no view should see: requests that waited too long, are broken, too large or hold what PostgreSQL cannot keep."""

from flask import Flask, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, RequestURITooLarge

from core.errors import TookTooLongError
from webapi.middleware.rsgi_adapter import FAULT
from webapi.request.deadline import seconds_left

MAX_BODY = 5 * 1024 * 1024
MAX_PATH = 2_048
MAX_QUERY = 16_384


def register(app: Flask) -> None:
    """Refuse them before the views of an app."""
    app.before_request(_refuse_unfit)


def _refuse_unfit() -> None:
    """Refuse what waited too long, bodies that are broken or too large, and NUL, which PostgreSQL cannot keep."""
    if seconds_left() <= 0:
        raise TookTooLongError("the request waited too long for its turn; try again later")
    environ = request.environ
    if fault := environ.get(FAULT):
        raise fault
    if environ.get("CONTENT_LENGTH") and (request.content_length or 0) > MAX_BODY:
        raise RequestEntityTooLarge(f"the body has more than {MAX_BODY:,} bytes")
    if len(environ.get("QUERY_STRING", "")) > MAX_QUERY or len(environ["PATH_INFO"]) > MAX_PATH:
        raise RequestURITooLarge(
            f"the path has more than {MAX_PATH:,} characters, or the query more than {MAX_QUERY:,}"
        )
    if "%00" in environ.get("QUERY_STRING", "") or "\0" in environ["PATH_INFO"]:
        raise BadRequest("the address holds the character NUL")
