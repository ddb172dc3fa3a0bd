"""Refusals and faults as pages: the API's problems in the same words, for browsers."""

from contextlib import suppress

import orjson
from flask import Flask, Response, render_template, request
from werkzeug.exceptions import Unauthorized

from core.errors import TransientError
from webapi.pages.frame.rendering import frame
from webapi.pages.frame.route import POLICY
from webapi.pages.frame.session import by_cookie
from webapi.process.media_types import HTML
from webapi.request.context import app_parts, current_request
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
    if response.status_code == 404:
        _recognise()
    problem = orjson.loads(response.get_data())
    if problem["type"].endswith(":nothing-published") and _is_first_run():
        return _first_steps(response)
    errors = problem.get("errors", ())
    text = render_template("problem.html", title=problem["title"], problem=problem, errors=errors, **frame())
    response.set_data(text)
    response.content_type = f"{HTML}; charset=utf-8"
    response.headers.add("Vary", "Accept")
    return response


def _recognise() -> None:
    """Who asks for an address that there is not has no route that would know him; his menu is shown all the same."""
    current = current_request()
    if current.principal is None:
        with suppress(Unauthorized, TransientError):
            current.principal = by_cookie(current.parts, current.parts.snapshot.identities())


def _is_first_run() -> bool:
    """Whether nothing was ever published; else there is nothing only of the day that was asked for."""
    return app_parts().snapshot.versions().publication_id == 0


def _first_steps(response: Response) -> Response:
    """What to do until there are numbers: no problem, but how everybody begins."""
    has_catalog = app_parts().snapshot.versions().catalog_version > 0
    title = "Nothing is published yet"
    response.set_data(render_template("first-run.html", title=title, has_catalog=has_catalog, **frame()))
    response.status_code = 200
    response.content_type = f"{HTML}; charset=utf-8"
    response.headers.add("Vary", "Accept, Cookie")
    return response


def _wants_page() -> bool:
    return HTML in request.headers.get("Accept", "") and not request.path.startswith(_OF_PROGRAMS)
