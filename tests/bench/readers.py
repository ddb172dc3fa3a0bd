"""Readers of the API at a steady pace, each with a connection of its own: how long they wait for answers."""

import http.client
import random
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.bench.api import PATHS

_METRICS = 1_000
_VALUES = 365
_PAUSE_SECONDS = {"kept": 0.02, "fresh": 0.1}


@dataclass
class Readers:
    """Two readers: one of what is kept, some 45 answers a second; one of what nobody asked for before, some 9."""

    port: int
    headers: dict[str, str]
    _fresh: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self._fresh = _never_asked()

    def measured(self, seconds: float, is_over: Callable[[], bool] = lambda: True) -> dict[str, list[float]]:
        """Milliseconds of each answer by kind, for so long and until it is over.

        Raises:
            ValueError: an answer was not 200.
        """
        ended, taken = threading.Event(), {kind: list[float]() for kind in _PAUSE_SECONDS}
        threads = [threading.Thread(target=self._read, args=(kind, taken[kind], ended)) for kind in taken]
        for thread in threads:
            thread.start()
        begun = time.monotonic()
        while time.monotonic() - begun < seconds or not is_over():
            time.sleep(1)
            if not all(thread.is_alive() for thread in threads):
                break
        ended.set()
        for thread in threads:
            thread.join()
        return taken

    def _read(self, kind: str, taken: list[float], ended: threading.Event) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        chosen = random.Random(0)
        while not ended.wait(_PAUSE_SECONDS[kind]):
            path = next(self._fresh) if kind == "fresh" else chosen.choice(list(PATHS.values()))
            begun = time.perf_counter()
            connection.request("GET", path, headers=self.headers)
            answer = connection.getresponse()
            answer.read()
            taken.append((time.perf_counter() - begun) * 1000)
            if answer.status != 200:
                raise ValueError(f"{path}: {answer.status}")
        connection.close()


def _never_asked() -> Iterator[str]:
    """Daily values of one metric after the other, ever other ones."""
    for limit in range(_VALUES, 0, -1):
        for number in range(_METRICS):
            yield f"/api/v1/metrics/SHOP-{number:04d}/values?grain=day&limit={limit}"


def p95(taken: list[float]) -> float:
    """Of 100 readers, five waited longer."""
    return statistics.quantiles(taken, n=20)[-1]
