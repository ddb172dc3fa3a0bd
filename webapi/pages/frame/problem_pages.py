"""Refusals and faults as pages: the API's problems in the same words, for browsers."""

import orjson
from flask import Flask, Response, render_template, request

from webapi.pages.frame.rendering import frame
from webapi.pages.frame.route import POLICY
from webapi.process.media_types import HTML
from webapi.request.context import current_request
from webapi.request.problems import CONTENT_TYPE

# these speak JSON to whoever asks
_OF_PROGRAMS = ("/api/", "/health", "/assets/")


def register(app: Flask) -> None:
    """Show problems as pages to those who want pages."""
    app.after_request(_as_page)


def _as_page(response: Response) -> Response:
    if response.content_type != CONTENT_TYPE or not _wants_page():
        return response
    current_request().policy = POLICY
    problem = orjson.loads(response.get_data())
    errors = problem.get("errors", ())
    text = render_template("problem.html", title=problem["title"], problem=problem, errors=errors, **frame())
    response.set_data(text)
    response.content_type = f"{HTML}; charset=utf-8"
    response.headers.add("Vary", "Accept")
    return response


def _wants_page() -> bool:
    return HTML in request.headers.get("Accept", "") and not request.path.startswith(_OF_PROGRAMS)
