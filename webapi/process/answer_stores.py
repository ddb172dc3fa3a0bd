"""Finished answers and where they are kept: first in the process, then in Redis, which may come and go."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
from cachelib.base import BaseCache
from cachelib.serializers import BaseSerializer
from flask import Flask
from flask_caching import Cache
from redis.exceptions import RedisError

from core.settings import Settings
from core.tracing import span
from webapi.process.bounded_store import BoundedStore
from webapi.process.redis_rests import RedisRests

# answers beyond this are made anew each time, so that one does not drive out many
MOST_BYTES = 1 << 20
# of all that a process keeps: some 20,000 answers of a usual size, as they go out
_PROCESS_BYTES = 128 << 20
# of a header beside its letters: a pair and two texts
# they share one of Python's locks, so that more would only make each other slower
_MAKERS = 3
_PAIR_BYTES = 160
_STALE_SECONDS = 24 * 3600
_REDIS_TIMEOUT_SECONDS = 0.1


class FinishedAnswer(NamedTuple):
    """A finished answer: its body as it goes out in one encoding, and the headers that go with it.

    `publication` is the newest when it was made, `version` those versions that it depends on, `fresh_until` in seconds
    since 1970; after that, or under another version, it serves only while PostgreSQL is away.
    """

    body: bytes
    etag: str
    publication: str
    version: str
    fresh_until: float
    headers: tuple[tuple[str, str], ...]


class _Framed(BaseSerializer):
    """A line of JSON about the answer, then its body: what Redis holds is data, never code as with pickle."""

    def dumps(self, value: FinishedAnswer, *_: Any, **__: Any) -> bytes:
        return orjson.dumps(value[1:]) + b"\n" + value.body

    def loads(self, bvalue: bytes | None) -> FinishedAnswer | None:
        if bvalue is None:
            return None
        head, _, body = bvalue.partition(b"\n")
        try:
            etag, publication, version, fresh_until, headers = orjson.loads(head)
        except ValueError:  # also of too few: another version of MDL wrote it
            return None
        pairs = tuple((name, value) for name, value in headers)
        return FinishedAnswer(body, etag, publication, version, fresh_until, pairs)


@dataclass
class AnswerStores:
    """Both stores as one, with the newest answer of each place: path, query, readers, media type and encoding."""

    in_process: BoundedStore
    shared: BaseCache | None
    rests: RedisRests = field(default_factory=lambda: RedisRests("kept answers"))

    @classmethod
    def of(cls, app: Flask, settings: Settings) -> "AnswerStores":
        """The stores of an app; nothing connects yet."""
        in_process = Cache(
            app,
            config={
                "CACHE_TYPE": "webapi.process.bounded_store.BoundedStore",
                "CACHE_OPTIONS": {"most_bytes": _PROCESS_BYTES, "weigh": _weight},
            },
        ).cache
        if settings.redis_url is None:
            return cls(in_process, None)
        shared = Cache(
            app,
            config={
                "CACHE_TYPE": "RedisCache",
                "CACHE_REDIS_URL": settings.redis_url.get_secret_value(),
                "CACHE_KEY_PREFIX": "mdl:",
                "CACHE_OPTIONS": {
                    "socket_timeout": _REDIS_TIMEOUT_SECONDS,
                    "socket_connect_timeout": _REDIS_TIMEOUT_SECONDS,
                },
            },
        ).cache
        shared.serializer = _Framed()
        return cls(in_process, shared)

    def tell_bytes(self, told: Callable[[int], None]) -> None:
        """Tell how many bytes this process keeps, whenever that changes."""
        self.in_process.on_change = told

    @property
    def is_shared(self) -> bool:
        """Whether there is a Redis that answered last time; one that did not is asked again after a while."""
        if self.rests.outage is not None:
            self._of_redis("has", "")
        return self.shared is not None and self.rests.outage is None

    def ask_shared(self) -> bool:
        """Whether there is a Redis that answers now; it is asked, unless it did not a moment ago."""
        self._of_redis("has", "health")
        return self.is_shared

    def get(self, place: str, version: str) -> FinishedAnswer | None:
        """The fresh answer kept in this process."""
        return _fresh(self.in_process.get(place), version)

    def get_shared(self, place: str, version: str) -> FinishedAnswer | None:
        """The fresh answer that another process kept, now kept here too."""
        kept = _fresh(self._of_redis("get", place), version)
        if kept is not None:
            self.in_process.set(place, kept, timeout=_STALE_SECONDS)
        return kept

    def last(self, place: str) -> FinishedAnswer | None:
        """The last good answer of a place, whatever its version."""
        found: FinishedAnswer | None = self.in_process.get(place) or self._of_redis("get", place)
        return found

    def put(self, place: str, kept: FinishedAnswer) -> None:
        """Keep an answer in place of the one before."""
        if len(kept.body) <= MOST_BYTES:
            self.in_process.set(place, kept, timeout=_STALE_SECONDS)
            self._of_redis("set", place, kept, timeout=_STALE_SECONDS)

    def clear(self) -> None:
        """Forget everything, here and in Redis."""
        self.in_process.clear()
        self._of_redis("clear")

    def _of_redis(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        """What Redis says; None where there is none or it is away, and then it is left alone for a while."""
        if self.shared is None or not self.rests.are_over:
            return None
        try:
            with span(f"cache.{operation}"):
                found = getattr(self.shared, operation)(*args, **kwargs)
        except (RedisError, OSError) as error:
            self.rests.begin(error)
            return None
        self.rests.end()
        return found


@dataclass
class AnswerCache:
    """The stores, and one lock per answer that is being made."""

    stores: AnswerStores
    is_enabled: bool
    _making: dict[str, threading.Lock] = field(default_factory=dict)
    _makers: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_MAKERS))

    @contextmanager
    def making(self, key: str) -> Iterator[None]:
        """Only one request makes an answer, and few are made at once; those who want the same wait for it.

        After a publication all pages are made anew: threads that wait their turn hold nothing that kept answers need.
        """
        try:
            with self._making.setdefault(key, threading.Lock()), self._makers:
                yield
        finally:
            # who came meanwhile holds the lock itself; who comes later finds the answer
            self._making.pop(key, None)


def _weight(kept: Any) -> int:
    """Bytes of an answer; what else is kept for a second is small."""
    if not isinstance(kept, FinishedAnswer):
        return 0
    return len(kept.body) + sum(len(name) + len(value) + _PAIR_BYTES for name, value in kept.headers)


def _fresh(kept: FinishedAnswer | None, version: str) -> FinishedAnswer | None:
    is_fresh = kept is not None and kept.version == version and kept.fresh_until > time.time()
    return kept if is_fresh else None
