"""How requests are sent: again where the API says when, and with an exception for every answer of no success."""

import time
from collections.abc import Mapping
from typing import Any

import httpx
from mdl_client.problems import TimedOutError, UnreachableError, error_of, retry_after

_READS = {"GET", "HEAD"}
_READ_BY_POST = "/api/v1/query"
_RENEWAL = "/api/auth/refresh"


class PatientClient(httpx.Client):
    """Waits up to `patience` seconds in all for each request that the API asks to repeat later."""

    def __init__(self, patience: float, **options: Any) -> None:
        super().__init__(**options)
        self._patience = patience

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send and, where it may help, send again.

        Raises:
            MdlError: there is no answer, or one of no success; see mdl_client.problems.
        """
        waited = 0
        while True:
            response = self._answer(request, **options)
            if response.is_success and not response.headers.get("Content-Type", "").startswith("text/html"):
                return response
            seconds = _seconds_to_wait(request, response)
            if seconds is None or waited + seconds > self._patience:
                raise error_of(response)
            time.sleep(seconds)
            waited += seconds

    def _answer(self, request: httpx.Request, **options: Any) -> httpx.Response:
        where = request.url.copy_with(query=None)
        try:
            return super().send(request, **options)
        except httpx.TimeoutException as error:
            raise TimedOutError(f"{where} did not answer in time") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise UnreachableError(f"{where} cannot be reached: {error}") from error


def _seconds_to_wait(request: httpx.Request, response: httpx.Response) -> int | None:
    """None where asking again does not help, or might do twice what was asked for once."""
    path = request.url.path
    is_repeatable = (
        response.status_code == 429  # refused before anything was done
        or request.method in _READS
        or path.endswith((_READ_BY_POST, _RENEWAL))
        or "Idempotency-Key" in request.headers
    )
    seconds = retry_after(response)
    if response.status_code not in (429, 503) or seconds is None or not is_repeatable:
        return None
    return max(seconds, 1)


def is_stale(headers: Mapping[str, str]) -> bool:
    """Whether it is the last good answer, since the database is away."""
    return headers.get("X-Cache") == "STALE"
