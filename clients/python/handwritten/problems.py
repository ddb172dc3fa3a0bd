"""What can go wrong, as exceptions.

MdlError
├── ProblemError              the API refused, and says why (RFC 9457)
│   ├── NotSignedInError      401: the key or the session does not count, or no longer
│   ├── ForbiddenError        403: one may not
│   │   └── RestrictedError       … read this metric; the detail says whom to ask
│   ├── NotFoundError         404: no such metric, or nothing is published yet
│   └── BusyError             429, 503: later perhaps; the patience of the connection did not last
├── UnreachableError          no answer
│   └── TimedOutError             … in time
├── UnexpectedAnswerError     an answer that is none of the API's: another server, or a proxy
└── PublicationChangedError   numbers were published anew again and again while they were read
"""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

_STANDARD = {"type", "title", "status", "detail", "instance", "request_id", "errors"}
_TYPES = "urn:mdl:problem:"
_SHOWN = 200


class MdlError(Exception):
    """Everything that this client raises of itself, but for wrong arguments (ValueError)."""


class ProblemError(MdlError):
    """The API refused; `extra` holds what the problem says beyond the standard members."""

    def __init__(self, problem: Mapping[str, Any], status: int, retry_after: int | None = None) -> None:
        self.status = status
        self.type: str = problem["type"]
        self.title: str = problem.get("title", "")
        self.detail: str = problem.get("detail", "")
        self.request_id: str = problem.get("request_id", "")
        self.errors: Sequence[tuple[str, str]] = [
            (each["field"], each["message"]) for each in problem.get("errors", ())
        ]
        self.retry_after = retry_after
        self.extra = {name: value for name, value in problem.items() if name not in _STANDARD}
        super().__init__(problem, status, retry_after)

    def __str__(self) -> str:
        more = "".join(
            f"; {name}: {told}".replace("; :", ";") for name, told in (*self.errors, *self.extra.items())
        )
        return f"{self.title} ({self.status}): {self.detail}{more} [request {self.request_id}]"


class NotSignedInError(ProblemError):
    """The key or the session does not count, or no longer."""


class ForbiddenError(ProblemError):
    """One may not."""


class RestrictedError(ForbiddenError):
    """One may not read this metric; `detail`, or `extra`, says how it is classified and whom to ask."""


class NotFoundError(ProblemError):
    """No such thing."""


class BusyError(ProblemError):
    """Too many requests, or the database is away; `retry_after` is in seconds."""


class UnreachableError(MdlError):
    """No answer came."""


class TimedOutError(UnreachableError):
    """No answer came in time."""


class UnexpectedAnswerError(MdlError):
    """Something else answers at this address."""


class PublicationChangedError(MdlError):
    """Every attempt to read all pages met another publication; ask again."""


_KINDS: Mapping[int, type[ProblemError]] = {
    401: NotSignedInError,
    403: ForbiddenError,
    404: NotFoundError,
    429: BusyError,
    503: BusyError,
}


def error_of(response: httpx.Response) -> MdlError:
    """The exception that an answer of no success is."""
    try:
        problem = response.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict) or not str(problem.get("type")).startswith(_TYPES):
        return unexpected(response)
    kind = _KINDS.get(response.status_code, ProblemError)
    if kind is ForbiddenError and problem["type"] == f"{_TYPES}restricted":
        kind = RestrictedError
    return kind(problem, response.status_code, retry_after(response))


def unexpected(response: httpx.Response) -> UnexpectedAnswerError:
    """Of an answer that this API does not give."""
    leads_to = response.headers.get("Location", "")
    told = f"leads to {leads_to}" if leads_to else f"begins with {response.text[:_SHOWN]!r}"
    url = response.url.copy_with(query=None)
    return UnexpectedAnswerError(f"{url} is not answered by the API: status {response.status_code}, {told}")


def retry_after(response: httpx.Response) -> int | None:
    """Seconds until asking again may help, where the answer says so."""
    told = response.headers.get("Retry-After", "")
    return int(told) if told.isdecimal() and len(told) < 10 else None
