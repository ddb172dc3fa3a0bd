"""Rate limits: fixed windows per user or address, counted in Redis where there is one, else in the process.

A process takes requests from Redis in portions, so that most requests cost no round trip and all processes together
never grant more than the limit. The last requests of a window may be refused while another process holds some unused.
"""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from core.settings import Settings
from webapi.process.redis_rests import RedisRests

_WINDOW_SECONDS = 60
_PORTIONS = 50
_REDIS_TIMEOUT_SECONDS = 0.1
_SWEEP_FROM = 10_000


class RateLimit(NamedTuple):
    """So many requests a minute; `portion` of them are taken from Redis at once."""

    name: str
    requests: int
    portion: int


class Allowance(NamedTuple):
    """What is left to a caller after a request; `reset` is seconds until the window ends."""

    is_allowed: bool
    limit: int
    remaining: int
    reset: int


@dataclass
class _Share:
    """What this process may grant a caller in one window."""

    ends_at: float
    granted: int = 0
    used: int = 0
    left_elsewhere: int = 0
    is_spent: bool = False

    def use(self) -> bool:
        """Take one request, if any is left."""
        if self.used >= self.granted:
            return False
        self.used += 1
        return True

    def add(self, portion: int, left_elsewhere: int) -> None:
        """Go on with another portion; an empty one is the last."""
        self.granted += portion
        self.left_elsewhere = left_elsewhere
        self.is_spent = portion == 0


@dataclass
class RateLimits:
    """The limits of one app."""

    general: RateLimit
    strict: RateLimit
    redis: "Redis | None" = None
    clock: Callable[[], float] = time.time
    _shares: dict[str, _Share] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    rests: RedisRests = field(default_factory=lambda: RedisRests("rate limits"))
    _sweep_at: int = _SWEEP_FROM

    @classmethod
    def of(cls, settings: Settings) -> "RateLimits":
        """The limits that the settings name; nothing connects yet."""
        general, strict = _limits(settings)
        if settings.redis_url is None:
            return cls(general, strict)
        redis = Redis.from_url(
            settings.redis_url.get_secret_value(),
            socket_timeout=_REDIS_TIMEOUT_SECONDS,
            socket_connect_timeout=_REDIS_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),  # by default it waits seconds before it gives up
        )
        return cls(general, strict, redis)

    def adopt(self, settings: Settings) -> None:
        """Go by changed settings from the next request on; who used up a limit gets more with the next minute."""
        self.general, self.strict = _limits(settings)

    def take(self, limit: RateLimit, who: str) -> Allowance:
        """Count a request."""
        now = self.clock()
        window, into = divmod(now, _WINDOW_SECONDS)
        key = f"{limit.name}:{who}:{window:.0f}"
        with self._lock:
            share = self._shares.get(key) or self._begin(key, now - into + _WINDOW_SECONDS)
            is_allowed = share.use()
        if not is_allowed and not share.is_spent:
            portion = self._portion(limit, key, share)
            with self._lock:
                share.add(*portion)
                is_allowed = share.use()
        remaining = share.granted - share.used + share.left_elsewhere
        return Allowance(is_allowed, limit.requests, remaining, math.ceil(_WINDOW_SECONDS - into))

    def _begin(self, key: str, ends_at: float) -> _Share:
        if len(self._shares) >= self._sweep_at:
            now = self.clock()
            self._shares = {key: share for key, share in self._shares.items() if share.ends_at > now}
            self._sweep_at = max(_SWEEP_FROM, 2 * len(self._shares))
        share = self._shares[key] = _Share(ends_at)
        return share

    def _portion(self, limit: RateLimit, key: str, share: _Share) -> tuple[int, int]:
        """Requests to grant, and how many are left to others; without Redis all that is left is ours."""
        if self.redis is not None and self.rests.are_over:
            try:
                pipeline = self.redis.pipeline(transaction=False)
                pipeline.incrby(f"mdl:rate:{key}", limit.portion)
                pipeline.expire(f"mdl:rate:{key}", 2 * _WINDOW_SECONDS)
                taken = int(pipeline.execute()[0])
            except (RedisError, OSError) as error:
                self.rests.begin(error)
            else:
                self.rests.end()
                return max(0, min(limit.portion, limit.requests - taken + limit.portion)), max(
                    0, limit.requests - taken
                )
        return max(0, limit.requests - share.granted), 0


def _limits(settings: Settings) -> tuple[RateLimit, RateLimit]:
    general = RateLimit("general", settings.rate_limit, max(1, settings.rate_limit // _PORTIONS))
    return general, RateLimit("strict", settings.strict_rate_limit, 1)


def allowance_headers(allowance: Allowance | None) -> tuple[tuple[str, str], ...]:
    """What a client is told of what is left to it."""
    if allowance is None:
        return ()
    return (
        ("RateLimit-Limit", str(allowance.limit)),
        ("RateLimit-Remaining", str(allowance.remaining)),
        ("RateLimit-Reset", str(allowance.reset)),
    )
