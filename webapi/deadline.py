"""How long the current request may still take."""

import math
import time

from flask import has_request_context

from webapi.notes import note


def seconds_left() -> float:
    """Seconds until the request in hand must end; endless outside of one."""
    if not has_request_context():
        return math.inf
    noted = note()
    return noted.begun + noted.services.settings.request_timeout - time.perf_counter()
