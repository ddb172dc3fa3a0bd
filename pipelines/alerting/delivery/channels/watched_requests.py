"""The module `requests` as services of Apprise get it: the same functions, and whoever sends learns what failed.

Apprise answers true or false. Whether to try again, and when, is in the answer that it read and dropped. `requests`
itself stays as it is: only the modules of the service that sends have this one under its name.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import ModuleType
from typing import Any

import requests

from pipelines.alerting.delivery.channels.http import failure_of, refusal
from pipelines.alerting.delivery.message import Failure

_SENDING = frozenset({"request", "get", "options", "head", "post", "put", "patch", "delete"})
_PLUGINS = "apprise.plugins."
_failures: ContextVar[list[Failure] | None] = ContextVar("failures", default=None)


class _WatchedRequests(ModuleType):
    """Whatever `requests` has; what sends notes its failures first."""

    def __getattr__(self, name: str) -> Any:
        if name not in _SENDING:
            return getattr(requests, name)

        def sent(*args: Any, **given: Any) -> requests.Response:
            return _noted(getattr(requests, name), *args, **given)

        return sent


_WATCHED = _WatchedRequests("requests")


def watch(service: type[Any]) -> None:
    """Let the modules of a service send through what notes failures."""
    parents = (each.__module__ for each in service.__mro__ if each.__module__.startswith(_PLUGINS))
    packages = tuple({".".join(name.split(".")[:3]) + "." for name in parents})
    for name, module in list(sys.modules.items()):
        if f"{name}.".startswith(packages) and vars(module).get("requests") is requests:
            module.requests = _WATCHED  # type: ignore[attr-defined]


@contextmanager
def failures_noted() -> Iterator[list[Failure]]:
    """What requests of watched services in this thread failed with, or were answered, while the block runs."""
    seen: list[Failure] = []
    token = _failures.set(seen)
    try:
        yield seen
    finally:
        _failures.reset(token)


def _noted(send: Callable[..., requests.Response], *args: Any, **given: Any) -> requests.Response:
    seen = _failures.get()
    if seen is None:
        return send(*args, **given)
    try:
        answer = send(*args, **given)
    except requests.RequestException as error:
        seen.append(failure_of(error))
        raise
    seen.append(refusal(answer))
    return answer
