"""What is known of the request in hand: one plain object, looked up once where Flask's proxies would be many times."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app, has_request_context, request

from core.errors import DatabaseAwayError
from schemas.identity.readers import Reader
from webapi.process.parts import AppParts
from webapi.process.principals import Principal
from webapi.process.rate_limits import Allowance
from webapi.process.serving_turns import ServingTurn

# where a WSGI environment holds it
KEY = "mdl.request"
_MIXED = "PostgreSQL went away, or came back, while this was read; try again"
CLOSED_POLICY = "default-src 'none'; frame-ancestors 'none'"


@dataclass(slots=True)
class CurrentRequest:
    """What is learned of one request on its way.

    `begun` is an instant of time.perf_counter; `turn` is of the thread that answers, where it has to have one; `cache`
    says how the cache answered, `policy` what the answer may load if a browser shows it. `snapshot_at` is the moment of
    the snapshot on disk that the answer was read from, where PostgreSQL is away; `read_from` has the moment of each
    read, None of PostgreSQL itself.
    """

    parts: AppParts
    request_id: str
    begun: float
    turn: ServingTurn | None = None
    route: str = "none"
    principal: Principal | None = None
    reader: Reader | None = None
    allowance: Allowance | None = None
    media_type: str = ""
    publication: str = ""
    snapshot_at: datetime | None = None
    read_from: set[datetime | None] = field(default_factory=set)
    cache: str | None = None
    policy: str = CLOSED_POLICY

    @property
    def is_mixed(self) -> bool:
        """Whether PostgreSQL went away, or came back, between two reads."""
        return len(self.read_from) > 1

    def give_up_turn(self) -> None:
        """Say that the answer takes its time: another thread answers what is quickly answered meanwhile."""
        if self.turn is not None:
            self.turn.give_up()


def current_request() -> CurrentRequest:
    """The request in hand."""
    found: CurrentRequest = request.environ[KEY]
    return found


def note_read(moment: datetime | None) -> None:
    """Mark the answer to the request in hand as read from the snapshot on disk of a moment, or from PostgreSQL.

    Raises:
        DatabaseAwayError: the request has read another moment: its answer would be a mixture.
    """
    if not has_request_context():
        return
    current = current_request()
    current.read_from.add(moment)
    if current.is_mixed:
        raise DatabaseAwayError(_MIXED)
    current.snapshot_at = moment


def app_parts() -> AppParts:
    """The parts of the app that answers."""
    found: AppParts = current_app.extensions["mdl"]
    return found


def asked_by() -> Mapping[str, str]:
    """Of which request a log line is; nothing outside of one."""
    if not has_request_context():
        return {}
    current = current_request()
    return {"request_id": current.request_id, "route": current.route}


def principal() -> Principal:
    """Who asks, in a view that requires a role."""
    found = current_request().principal
    assert found is not None, "the view requires no role"  # noqa: S101
    return found


def reader() -> Reader:
    """Who reads, in a view that requires a role: the same for the whole request, however it was proven who asks."""
    return reader_of(current_request())


def reader_of(current: CurrentRequest) -> Reader:
    """Who reads, of a request that is known who sent it."""
    if current.reader is None:
        who = current.principal
        assert who is not None, "the view requires no role"  # noqa: S101
        current.reader = current.parts.snapshot.reader(who.username, who.team, who.role)
    return current.reader


def media_type() -> str:
    """What the request is answered in."""
    return current_request().media_type
