"""A store of Flask-Caching in the process, bounded by the bytes of what it holds rather than by how many things."""

import threading
from collections.abc import Callable
from time import time
from typing import Any

from flask import Flask
from flask_caching.backends.base import BaseCache

# of an entry beside what is weighed of it: its place in the dictionary, its time, objects around bytes and texts
ENTRY_BYTES = 512


class BoundedStore(BaseCache):  # type: ignore[misc]  # ships no types
    """Values as they were given, which nobody may change; the oldest give way where all would be too many bytes."""

    def __init__(self, most_bytes: int, weigh: Callable[[Any], int], **options: Any) -> None:
        """Empty at first.

        Args:
            most_bytes: what all entries together may hold.
            weigh: the bytes of a value.
            options: as of any store of Flask-Caching.
        """
        super().__init__(**options)
        self._most_bytes = most_bytes
        self._weigh = weigh
        self._entries: dict[str, tuple[float, int, Any]] = {}
        self._bytes = 0
        self._lock = threading.Lock()
        self.on_change: Callable[[int], None] = lambda _bytes: None

    @classmethod
    def factory(
        cls,
        app: Flask,  # noqa: ARG003
        config: dict[str, Any],  # noqa: ARG003
        args: list[Any],
        kwargs: dict[str, Any],
    ) -> "BoundedStore":
        """As Flask-Caching makes its stores: from `CACHE_OPTIONS`."""
        return cls(*args, **kwargs)

    def get(self, key: str) -> Any:
        """The value, or None; no lock, since a dictionary is read in one step."""
        entry = self._entries.get(key)
        return None if entry is None or entry[0] <= time() else entry[2]

    def has(self, key: str) -> bool:
        """Whether there is a value that still counts."""
        entry = self._entries.get(key)
        return entry is not None and entry[0] > time()

    def set(self, key: str, value: Any, timeout: int | None = None) -> bool:
        """Keep a value as the newest for so many seconds; False of one that is too large by itself."""
        weight = ENTRY_BYTES + len(key) + self._weigh(value)
        with self._lock:
            self._remove(key)
            if weight > self._most_bytes:
                return False
            # 0 seconds are for ever
            ends_at = time() + seconds if (seconds := self._normalize_timeout(timeout)) else float("inf")
            self._entries[key] = (ends_at, weight, value)
            self._bytes += weight
            while self._bytes > self._most_bytes:
                self._remove(next(iter(self._entries)))
            self.on_change(self._bytes)
        return True

    def add(self, key: str, value: Any, timeout: int | None = None) -> bool:
        """Keep a value where there is none."""
        return not self.has(key) and self.set(key, value, timeout)

    def delete(self, key: str) -> bool:
        """Forget a value; whether there was one."""
        with self._lock:
            return self._remove(key)

    def clear(self) -> bool:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0
            self.on_change(0)
        return True

    def _remove(self, key: str) -> bool:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= entry[1]
        return entry is not None
