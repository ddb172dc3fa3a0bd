"""How long the current request may still take."""

import math
import time

from flask import has_request_context

from webapi.request.context import current_request


def seconds_left() -> float:
    """Seconds until the request in hand must end; endless outside of one."""
    if not has_request_context():
        return math.inf
    current = current_request()
    return current.begun + current.parts.settings.request_timeout - time.perf_counter()
