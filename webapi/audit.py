"""Writes through the API: each is noted in the audit log, in the same transaction, with who did it and from where."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Concatenate, ParamSpec, TypeVar

from flask import request

from core.errors import PermanentError
from schemas.identity.audit import ANONYMOUS, Doer, record
from webapi.notes import note
from webapi.services import services

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


def doer() -> Doer:
    """Who sends the current request."""
    noted = note()
    actor = noted.principal.actor if noted.principal else ANONYMOUS.actor
    return Doer(actor, request.remote_addr, noted.request_id)


def write(
    action: str,
    target: str,
    function: Callable[Concatenate[Any, _Given], _Answer],
    *args: _Given.args,
    **kwargs: _Given.kwargs,
) -> _Answer:
    """As `write_with`, where action and target say it all."""
    return write_with({}, action, target, function, *args, **kwargs)


def write_with(
    detail: Mapping[str, object],
    action: str,
    target: str,
    function: Callable[Concatenate[Any, _Given], _Answer],
    *args: _Given.args,
    **kwargs: _Given.kwargs,
) -> _Answer:
    """Call `function(connection, …)` in one transaction with its entry in the audit log; a refusal is noted as well.

    What was written is seen by the next request to this process.

    Args:
        detail: what else is worth knowing, never a secret.
        action: such as metric.update.
        target: such as metric:revenue.
        function: raises what is wrong as a PermanentError.
        args: given to the function.
        kwargs: given to the function.
    """
    at_work, who, now = services(), doer(), services().clock()

    def noted(connection: Any) -> _Answer:
        answer = function(connection, *args, **kwargs)
        record(connection, who, action, target, "done", detail, now)
        return answer

    with refusals_noted(action, target, detail):
        answer = at_work.database.write(noted)
    at_work.state.forget()
    return answer


@contextmanager
def refusals_noted(
    action: str, target: str, detail: Mapping[str, object] = MappingProxyType({})
) -> Iterator[None]:
    """Note it in the audit log where what is tried is refused."""
    try:
        yield
    except PermanentError as error:
        reason = {**detail, "reason": str(error).splitlines()[0]}
        at_work = services()
        at_work.database.write(record, doer(), action, target, "refused", reason, at_work.clock())
        raise
