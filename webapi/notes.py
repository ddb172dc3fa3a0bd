"""What is noted of a request on its way: one plain object, looked up once where Flask's proxies would be many times."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

if TYPE_CHECKING:  # both note what they find here
    from webapi.identity import Principal
    from webapi.rates import Standing
    from webapi.services import Services

KEY = "mdl.note"
CLOSED_POLICY = "default-src 'none'; frame-ancestors 'none'"


@dataclass(slots=True)
class Note:
    """The note of one request.

    `begun` is an instant of time.perf_counter; `cache` says how the cache answered, `policy` what the answer may load
    if a browser shows it.
    """

    services: "Services"
    request_id: str
    begun: float
    route: str = "none"
    principal: "Principal | None" = None
    standing: "Standing | None" = None
    media_type: str = ""
    publication: str = ""
    cache: str | None = None
    policy: str = CLOSED_POLICY


def note() -> Note:
    """The note of the current request."""
    found: Note = request.environ[KEY]
    return found
