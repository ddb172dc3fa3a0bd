"""Where finished answers are kept: first in the process, then in Redis, which may come and go."""

import time
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
from cachelib.serializers import BaseSerializer
from flask import Flask
from flask_caching import Cache
from redis.exceptions import RedisError

from core.settings import Settings

# answers beyond this are made anew each time, so that the entries together stay within bounds
MOST_BYTES = 1 << 20
_ENTRIES = 2_000
_STALE_SECONDS = 24 * 3600
_REDIS_REST_SECONDS = 5.0
_REDIS_TIMEOUT_SECONDS = 0.1


class Kept(NamedTuple):
    """A finished answer: its body as it goes out in one encoding, its ETag, and the headers that go with it."""

    body: bytes
    etag: str
    headers: tuple[tuple[str, str], ...]


class _AsItIs(BaseSerializer):
    """Answers do not change, so the process need not copy them."""

    def dumps(self, value: Any, *_: Any, **__: Any) -> Any:
        return value

    def loads(self, bvalue: Any) -> Any:
        return bvalue


class _Framed(BaseSerializer):
    """A line of JSON about the answer, then its body: what Redis holds is data, never code as with pickle."""

    def dumps(self, value: Kept, *_: Any, **__: Any) -> bytes:
        return orjson.dumps(value[1:]) + b"\n" + value.body

    def loads(self, bvalue: bytes | None) -> Kept | None:
        if bvalue is None:
            return None
        head, _, body = bvalue.partition(b"\n")
        try:
            etag, headers = orjson.loads(head)
        except ValueError:
            return None
        return Kept(body, etag, tuple((name, value) for name, value in headers))


@dataclass
class Stores:
    """Both stores as one; each answer is also kept as the last good one of its place, for when PostgreSQL is away."""

    ttl: int
    local: Cache
    shared: Cache | None
    _shared_rests_until: float = field(default=0.0)

    @classmethod
    def of(cls, app: Flask, settings: Settings) -> "Stores":
        """The stores of an app; nothing connects yet."""
        local = Cache(app, config={"CACHE_TYPE": "SimpleCache", "CACHE_THRESHOLD": _ENTRIES})
        local.cache.serializer = _AsItIs()
        if settings.redis_url is None:
            return cls(settings.cache_ttl, local, None)
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
        )
        shared.cache.serializer = _Framed()
        return cls(settings.cache_ttl, local, shared)

    @property
    def is_shared(self) -> bool:
        """Whether there is a Redis that answered last time."""
        return self.shared is not None and time.monotonic() >= self._shared_rests_until

    def get(self, key: str) -> Kept | None:
        """The answer kept in this process."""
        found: Kept | None = self.local.get(key)
        return found

    def get_shared(self, key: str) -> Kept | None:
        """The answer that another process kept, now kept here too."""
        kept: Kept | None = self._of_redis("get", key)
        if kept is not None:
            self.local.set(key, kept, timeout=self.ttl)
        return kept

    def last(self, place: str) -> Kept | None:
        """The last good answer of a place, whatever its versions."""
        return self.get(f"last:{place}") or self._of_redis("get", f"last:{place}")

    def put(self, key: str, place: str, kept: Kept) -> None:
        """Keep an answer."""
        if len(kept.body) > MOST_BYTES:
            return
        for name, seconds in ((key, self.ttl), (f"last:{place}", _STALE_SECONDS)):
            self.local.set(name, kept, timeout=seconds)
            self._of_redis("set", name, kept, timeout=seconds)

    def clear(self) -> None:
        """Forget everything, here and in Redis."""
        self.local.clear()
        self._of_redis("clear")

    def _of_redis(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        """What Redis says; None where there is none or it is away, and then it is left alone for a while."""
        if self.shared is None or not self.is_shared:
            return None
        try:
            return getattr(self.shared.cache, operation)(*args, **kwargs)
        except (RedisError, OSError):
            self._shared_rests_until = time.monotonic() + _REDIS_REST_SECONDS
            return None
