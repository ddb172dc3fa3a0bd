"""Media types: which one a client prefers of those that a view can answer in."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from flask import request
from werkzeug.exceptions import NotAcceptable

from webapi.notes import note

JSON = "application/json"
CSV = "text/csv"
ARROW = "application/vnd.apache.arrow.stream"
TEXT = "text/plain"


def negotiated(formats: Sequence[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Choose before the view runs; the first format where the client does not mind.

    A view with a single format answers in it whatever is accepted, as most APIs do.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def chosen(*args: Any, **kwargs: Any) -> Any:
            noted = note()
            noted.media_type = formats[0]
            if len(formats) > 1 and request.headers.get("Accept", "*/*") not in ("", "*/*", formats[0]):
                best = request.accept_mimetypes.best_match(formats)
                if best is None:
                    raise NotAcceptable(f"this can be had as {', '.join(formats)}")
                noted.media_type = best
            return view(*args, **kwargs)

        return chosen

    return decorate


def media_type() -> str:
    """What the current request is answered in."""
    return note().media_type
