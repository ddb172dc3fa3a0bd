"""HTTP as deliveries use it: short timeouts, no redirects, and answers told apart by what to do about them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import requests

from pipelines.alerting.delivery.message import Failure
from pipelines.alerting.delivery.plain_text import plain

TIMEOUTS = (4.0, 8.0)
"""Seconds to connect, and between two bytes."""
# refusals that pass by themselves: timeout, too early, too many
_PASSING = (408, 425, 429)
_LONGEST_ANSWER = 200


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Failure | None:
    """POST the body; anything but a 2xx is a failure."""
    try:
        # a redirect would turn the POST into a GET, and take the message to where nobody sent it
        answer = requests.post(url, data=body, headers=headers, timeout=TIMEOUTS, allow_redirects=False)
    except requests.RequestException as error:
        return failure_of(error)
    return None if answer.ok and not answer.is_redirect else refusal(answer)


def refusal(answer: requests.Response) -> Failure:
    """What an answer that is no success means for the next attempt."""
    status = answer.status_code
    said = plain(answer.text, _LONGEST_ANSWER)
    return Failure(
        f"HTTP {status} {plain(answer.reason)}" + (f": {said}" if said else ""),
        # an error of the receiver, or of a gateway before it, may come after it took the message; 503 says it did not
        may_have_arrived=status >= 500 and status != 503,
        is_permanent=300 <= status < 500 and status not in _PASSING,
        retry_after=_retry_after(answer.headers.get("Retry-After")),
    )


def failure_of(error: requests.RequestException) -> Failure:
    """What an exception means; its text stays out, for it holds the URL, and the URL may hold a secret."""
    never_sent = isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError) or (
        isinstance(error, requests.ConnectionError) and "NewConnectionError" in repr(error)
    )
    is_unusable = isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema)
    return Failure(
        "cannot connect" if never_sent else type(error).__name__,
        is_permanent=is_unusable,
        may_have_arrived=not (never_sent or is_unusable),
    )


def _retry_after(value: str | None) -> timedelta | None:
    """Seconds or a date, as RFC 9110 has it; anything else is no wish."""
    if value is None:
        return None
    try:
        if value.strip().isdecimal():
            return timedelta(seconds=min(int(value), 86_400))
        return max(parsedate_to_datetime(value) - datetime.now(UTC), timedelta(0))
    except (ValueError, TypeError):
        return None
