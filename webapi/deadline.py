"""How long the current request may still take."""

import math
import time

from flask import g, has_request_context

from webapi.services import services


def seconds_left() -> float:
    """Seconds until the request in hand must end; endless outside of one."""
    if not has_request_context():
        return math.inf
    left: float = g.begun + services().settings.request_timeout - time.perf_counter()
    return left
