"""`make load`: users with think time against a served API, while definitions are edited and new numbers published.

k6 runs the scenario of users.js on the same machine; what it found is printed. Thresholds that are not met exit with 1.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from cli.printing import print_rows
from examples.generate import Stream, write
from tests.bench.api import DAYS, PORT, START, Api
from tests.conftest import RedisServer

_TOKENS = 50
_EDIT_SECONDS = 5.0
_EDIT_SECONDS_OF_PAGES = 15.0
_METRICS = 1_000
_SCRIPT = Path(__file__).parent / "users.js"


@click.command()
@click.option(
    "--scenario",
    type=click.Choice(["steady", "spike", "stress", "soak", "pages"]),
    default="steady",
    show_default=True,
)
@click.option("--minutes", default=1.0, show_default=True, help="How long the scenario takes.")
def main(scenario: str, minutes: float) -> None:
    """Run a scenario and print what its users met."""
    k6 = shutil.which("k6", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if k6 is None:
        raise click.ClickException("k6 is not installed; requirements-dev.lock has it")
    with tempfile.TemporaryDirectory(prefix="mdl-load-") as folder:
        api = Api(Path(folder))
        api.prepare(_METRICS)
        with _shared_answers(api, folder) if scenario == "pages" else nullcontext(), api.serving():
            sign_in = api.cookie if scenario == "pages" else api.token
            tokens = [sign_in() for _ in range(_TOKENS)]
            every = _EDIT_SECONDS_OF_PAGES if scenario == "pages" else _EDIT_SECONDS
            with _disturbed(api, api.token(), minutes, every):
                failed = _run(k6, Path(folder), tokens, scenario, minutes)
    sys.exit(failed)


@contextmanager
def _shared_answers(api: Api, folder: str) -> Iterator[None]:
    """A Redis, so that a page is made once for all workers."""
    redis = RedisServer(folder)
    redis.start()
    api.environment["REDIS_URL"] = redis.url
    try:
        yield
    finally:
        redis.stop()


@contextmanager
def _disturbed(api: Api, token: str, minutes: float, every: float) -> Iterator[None]:
    """Edit a definition `every` so many seconds, and publish a new day in the middle."""
    ended = threading.Event()
    daily = Stream(2_000, seed=1, start=START + timedelta(days=DAYS), days=1)

    def publish() -> None:
        if not ended.wait(minutes * 30):
            write(daily, api.folder / "landing" / "shop" / "new")
            for file in (api.folder / "landing" / "shop" / "new").iterdir():
                file.rename(api.folder / "landing" / "shop" / f"new-{file.name}")
            api.environment["MDL_AS_OF"] = f"{START + timedelta(days=DAYS + 1)}T00:00:00Z"
            api.mdl("run")

    def edit() -> None:
        number = 0
        while not ended.wait(every):
            number += 1
            _patch(token, f"SHOP-{number % _METRICS:04d}", {"description": f"edit {number}"})

    threads = [threading.Thread(target=publish), threading.Thread(target=edit)]
    for thread in threads:
        thread.start()
    yield
    ended.set()
    for thread in threads:
        thread.join()


def _patch(token: str, metric_id: str, change: dict[str, Any]) -> None:
    url = f"http://127.0.0.1:{PORT}/api/v1/metrics/{metric_id}"
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/merge-patch+json",
        "If-Match": "*",
    }
    request = urllib.request.Request(url, json.dumps(change).encode(), headers, method="PATCH")
    with urllib.request.urlopen(request, timeout=60):  # noqa: S310  our own address
        pass


def _run(k6: str, folder: Path, tokens: list[str], scenario: str, minutes: float) -> int:
    (folder / "tokens.json").write_text(json.dumps(tokens))
    (folder / "metrics.json").write_text(json.dumps([f"SHOP-{number:04d}" for number in range(50)]))
    environment = os.environ | {
        "BASE": f"http://127.0.0.1:{PORT}",
        "TOKENS": str(folder / "tokens.json"),
        "METRICS": str(folder / "metrics.json"),
        "SCENARIO": scenario,
        "MINUTES": str(minutes),
    }
    summary = folder / "summary.json"
    command = [k6, "run", "--quiet", "--no-usage-report", "--summary-export", str(summary), str(_SCRIPT)]
    done = subprocess.run(command, env=environment, check=False)
    found = json.loads(summary.read_text())["metrics"]
    taken = found["http_req_duration{scenario:readers}"]
    thought = "3 to 9" if scenario == "pages" else "1 to 3"
    row = {
        "scenario": scenario,
        "requests": found["http_reqs"]["count"],
        "per second": round(found["http_reqs"]["rate"]),
        "median ms": round(taken["med"], 2),
        "p95 ms": round(taken["p(95)"], 2),
        "p99 ms": round(taken["p(99)"], 2),
        "failed": found["http_req_failed"]["passes"],
        "hits %": round(found["cache_hits"]["value"] * 100, 2),
        "old after new": found.get("publication_went_back", {}).get("count", 0),
    }
    print_rows([row], "table", f"users with {thought} seconds of thought, k6 on the same machine")
    return done.returncode


if __name__ == "__main__":
    main()
