"""Readers and a writer that count what they meet."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

_WRITE_SECONDS = 0.5


@dataclass
class Load:
    """What readers and a writer met since they began: counts by name, and the words of what must not happen.

    While `is_restarting`, an API that takes no connection is no failure: whoever stands before it asks again.
    """

    address: str
    key: str
    paths: Sequence[str]
    readers: int = 4
    is_restarting: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0
    _ended: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Read and write while the block lasts."""
        threads = [threading.Thread(target=self._read, args=(number,)) for number in range(self.readers)]
        threads.append(threading.Thread(target=self._write))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()

    def ask(self, path: str, body: Mapping[str, object] | None = None) -> tuple[int, Mapping[str, str]]:
        """Status and headers of an answer.

        Raises:
            OSError: nobody answers.
        """
        data = None if body is None else json.dumps(body).encode()
        headers = {"X-API-Key": self.key, "Content-Type": "application/json"}
        request = urllib.request.Request(self.address + path, data, headers)  # noqa: S310  our own address
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                answer.read()
                return answer.status, answer.headers
        except urllib.error.HTTPError as refused:
            refused.read()
            return refused.code, refused.headers  # type: ignore[return-value]  # a message of headers

    def _read(self, number: int) -> None:
        while not self._ended.is_set():
            number += 1
            path, begun = self.paths[number % len(self.paths)], time.monotonic()
            try:
                status, headers = self.ask(path)
            except OSError as error:
                self._unreachable(f"GET {path}: {error}")
                continue
            self.slowest = max(self.slowest, time.monotonic() - begun)
            if status != 200:
                self.faults.append(f"GET {path}: {status}")
            self.counts["reads" if status == 200 else "reads failed"] += 1
            self.counts["reads marked"] += "MDL-Snapshot" in headers

    def _write(self) -> None:
        while not self._ended.wait(_WRITE_SECONDS):
            try:
                status, headers = self.ask("/api/v1/silences", SILENCE)
            except OSError as error:
                self._unreachable(f"POST: {error}")
                continue
            if status == 503 and headers.get("Retry-After"):
                self.counts["writes 503 with Retry-After"] += 1
            elif status == 201:
                self.counts["writes done"] += 1
            else:
                self.counts["writes otherwise"] += 1
                self.faults.append(f"POST: {status}")

    def _unreachable(self, words: str) -> None:
        if self.is_restarting:
            self.counts["not reached while the API restarts"] += 1
        else:
            self.counts["reads failed"] += 1
            self.faults.append(words)
        time.sleep(0.05)


SILENCE = {"duration": "1h", "reason": "a trial", "rule_id": "trial"}
