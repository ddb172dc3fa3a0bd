"""What is noted of every request: its id, how long it took, a line in the log and a place in the metrics."""

import secrets
import time

from flask import Flask, Response, g, request

from webapi.telemetry import logs
from webapi.telemetry.metrics import Meters

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
_LONGEST = 64


def register(app: Flask) -> None:
    """Note every request of the app."""
    meters = Meters()
    meters.offer(app)
    app.before_request(_begin)

    @app.after_request
    def _end(response: Response) -> Response:
        seconds = time.perf_counter() - g.begun
        response.headers["X-Request-ID"] = g.request_id
        meters.count(response, seconds)
        logs.write(response, seconds)
        return response


def _begin() -> None:
    """Take the caller's id where it is harmless in a log, else make one."""
    g.begun = time.perf_counter()
    given = request.headers.get("X-Request-ID", "")
    is_plain = 0 < len(given) <= _LONGEST and _PLAIN.issuperset(given)
    g.request_id = given if is_plain else secrets.token_hex(16)
