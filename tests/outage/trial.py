"""The trial itself: PostgreSQL crashes, the API is restarted while it is away, and PostgreSQL comes back."""

import json
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.errors import TransientError
from tests.outage.load import SILENCE, Load
from tests.outage.servers import Primary, Served

_LONGEST_SECONDS = 300


@dataclass(frozen=True)
class Outcome:
    """What the load met, and seconds: until the snapshot was whole, the API was back, and reads and writes were."""

    load: Load
    first_copy: float
    restart: float
    back_reading: float
    back_writing: float


def run_trial(
    primary: Primary, served: Served, paths: Sequence[str], user: tuple[str, str], seconds: float
) -> Outcome:
    """Let PostgreSQL be away for so many seconds; the API is restarted after a third of them."""
    served.start()
    try:
        return _tried(primary, served, paths, user, seconds)
    finally:
        served.stop()


def _tried(
    primary: Primary, served: Served, paths: Sequence[str], user: tuple[str, str], seconds: float
) -> Outcome:
    load = Load(served.address, _key(served.address, *user), paths)
    first_copy = _until(lambda: "snapshot" in _parts(served) and _parts(served)["snapshot"]["status"] == "ok")
    # what was made a moment ago, such as the key, is in it with the next look or two
    time.sleep(5)
    with load.running():
        time.sleep(1)
        primary.crash()
        time.sleep(seconds / 3)
        load.is_restarting, begun = True, time.monotonic()
        code = served.stop()
        if code:
            raise TransientError(f"the API ended with {code}")
        served.start()
        load.is_restarting, restart = False, time.monotonic() - begun
        time.sleep(seconds * 2 / 3)
        primary.start()
        reading = _until(lambda: "MDL-Snapshot" not in load.ask(paths[0])[1])
        writing = reading + _until(lambda: load.ask("/api/v1/silences", SILENCE)[0] == 201)
    return Outcome(load, first_copy, restart, reading, writing)


def _until(holds: Callable[[], bool]) -> float:
    begun = time.monotonic()
    while not holds():
        if time.monotonic() - begun > _LONGEST_SECONDS:
            raise TransientError("it did not happen within five minutes")
        time.sleep(0.1)
    return time.monotonic() - begun


def _parts(served: Served) -> dict[str, dict[str, str]]:
    with urllib.request.urlopen(f"{served.address}/health", timeout=30) as answer:  # noqa: S310  our own
        found: dict[str, dict[str, str]] = json.load(answer)["parts"]
    return found


def _key(address: str, username: str, password: str) -> str:
    token = _post(f"{address}/api/auth/login", {"username": username, "password": password})["access_token"]
    return str(_post(f"{address}/api/auth/api-keys", {"name": "trial", "role": "admin"}, str(token))["key"])


def _post(url: str, body: dict[str, str], token: str = "") -> dict[str, object]:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310  our own address
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        found: dict[str, object] = json.load(answer)
    return found
