"""Writes through the API: each in one transaction with its entry in the audit log, and seen by the next request."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

import marshmallow as ma
from flask import Response, request

from core.errors import PermanentError
from schemas.identity.audit import ANONYMOUS, Doer, Outcome, record
from schemas.identity.idempotency import Answer, Asked, answer_once
from webapi.process.json_text import to_json
from webapi.request.context import app_parts, current_request

_Given = ParamSpec("_Given")
_Written = TypeVar("_Written")


@dataclass(frozen=True)
class Action:
    """What the audit log says of a write.

    name: such as metric.update. target: such as metric:revenue. detail: what else is worth knowing, never a secret.
    """

    name: str
    target: str
    detail: Mapping[str, object] = field(default_factory=dict)


def write(
    action: Action,
    function: Callable[Concatenate[Any, _Given], _Written],
    *args: _Given.args,
    **kwargs: _Given.kwargs,
) -> _Written:
    """Call `function(connection, …)` in one transaction with its entry in the audit log; a refusal is noted as well.

    Args:
        action: what the entry says.
        function: raises what is wrong as a PermanentError.
        args: given to the function.
        kwargs: given to the function.
    """
    now = app_parts().clock()

    def noted(connection: Any) -> _Written:
        written = function(connection, *args, **kwargs)
        _note(connection, action, "done", now)
        return written

    return _committed(action, noted)


def write_once(
    action: Action,
    render: Callable[[_Written], Answer],
    function: Callable[Concatenate[Any, _Given], _Written],
    *args: _Given.args,
    **kwargs: _Given.kwargs,
) -> Response:
    """As `write`, answered as `render` says; with an Idempotency-Key, again and again, but done only once."""
    key, now = request.headers.get("Idempotency-Key"), app_parts().clock()

    def perform(connection: Any) -> Answer:
        def answer() -> Answer:
            written = function(connection, *args, **kwargs)
            _note(connection, action, "done", now)
            return render(written)

        if key is None:
            return answer()
        return answer_once(connection, Asked(_doer().actor, key, _request_hash()), now, answer)

    answered = _committed(action, perform)
    response = Response(answered.body, status=answered.status, content_type="application/json")
    response.headers.update(answered.headers)
    if answered.is_replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def write_noting_itself(function: Callable[..., _Written], *args: Any) -> _Written:
    """Call `function(connection, …, now, doer)`, which writes its entries: its refusals change something, and stay."""
    parts = app_parts()
    return parts.database.write(function, *args, parts.clock(), _doer())


def rendered(status: int, schema: type[ma.Schema], value: Any, **headers: str) -> Answer:
    """An answer in the shape of a schema; `_` in the names of headers stands for `-`."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, named, to_json(schema().dump(value)).decode())


def _committed(action: Action, perform: Callable[[Any], _Written]) -> _Written:
    parts = app_parts()
    with _refusals_noted(action):
        written = parts.database.write(perform)
    parts.snapshot.forget()
    return written


@contextmanager
def _refusals_noted(action: Action) -> Iterator[None]:
    try:
        yield
    except PermanentError as error:
        parts, reason = app_parts(), {"reason": str(error).splitlines()[0]}
        refused = replace(action, detail={**action.detail, **reason})
        parts.database.write(_note, refused, "refused", parts.clock())
        raise


def _note(connection: Any, action: Action, outcome: Outcome, now: datetime) -> None:
    record(connection, _doer(), action.name, action.target, outcome, action.detail, now)


def _doer() -> Doer:
    """Who sends the current request, and from where."""
    current = current_request()
    actor = current.principal.actor if current.principal else ANONYMOUS.actor
    return Doer(actor, request.remote_addr, current.request_id)


def _request_hash() -> str:
    parts = (request.method, request.full_path, request.mimetype)
    return hashlib.sha256("\n".join(parts).encode() + b"\n" + request.get_data()).hexdigest()
