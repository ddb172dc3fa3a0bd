"""Requests per second of the API beside a bare view on the same server, and what its reads cost in the database."""

import json
import os
import random
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import create_engine

from core.clock import wall_now
from core.postgres import start_embedded
from examples.generate import Stream, catalog, write
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.bench.http import measure

START = date(2024, 1, 1)
DAYS = 365
PASSWORD = "correct horse battery staple"  # noqa: S105
METRIC = "SHOP-0002"
PATHS = {
    "list of 50 metrics (gzip)": "/api/v1/metrics?limit=50",
    "one metric": f"/api/v1/metrics/{METRIC}",
    "365 daily values": f"/api/v1/metrics/{METRIC}/values?grain=day",
    "scorecard": "/api/v1/scorecard",
    "/health": "/health",
}
_SECONDS = 4.0
_COLD_READS = 200
PORT, BARE_PORT = 8391, 8392


class Api:
    """A home with a thousand metrics and a year of daily values, and the server over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("MDL_")}
        self.environment |= {
            "MDL_HOME": str(folder / "home"),
            "MDL_CATALOG": str(folder / "catalog.yaml"),
            "MDL_LANDING": str(folder / "landing"),
            "MDL_AS_OF": f"{START + timedelta(days=DAYS)}T00:00:00Z",
            "MDL_HISTORY_START": str(START),
            "MDL_RATE_LIMIT": "1000000000",
            "MDL_STRICT_RATE_LIMIT": "1000000000",
        }

    @property
    def as_of(self) -> datetime:
        """When it is."""
        return datetime.combine(START + timedelta(days=DAYS), datetime.min.time(), UTC)

    def prepare(self, metrics: int = 1_000, events: int = 200_000) -> None:
        """Publish a year of daily totals."""
        documents = catalog(metrics, "shop/*.parquet", keyed=False)
        for metric in documents["metrics"]:
            metric["data"] = {"time_grain": ["day"]}
            metric["dimensions"] = []
        (self.folder / "catalog.yaml").write_text(yaml.safe_dump(documents))
        write(Stream(events, start=START, days=DAYS), self.folder / "landing" / "shop")
        self.mdl("run")
        engine = create_engine(start_embedded(self.folder / "home"))
        with engine.begin() as connection:
            create_user(connection, "bench", PASSWORD, Role.EDITOR, wall_now())
        engine.dispose()

    def mdl(self, *arguments: str) -> None:
        """Run a command to its end."""
        command = [sys.executable, "-c", "import mdl; mdl.main()", *arguments]
        subprocess.run(command, env=self.environment, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    @contextmanager
    def serving(self, workers: int = 2) -> Iterator[None]:
        """`mdl serve`, until it is ready and while the block lasts."""
        command = [sys.executable, "-c", "import mdl; mdl.main()", "serve", "--port", str(PORT)]
        command += ["--workers", str(workers)]
        with (self.folder / "serve.log").open("wb") as log:
            process = subprocess.Popen(command, env=self.environment, cwd=self.folder, stdout=log, stderr=log)
        try:
            _wait(lambda: urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health/ready", timeout=5))
            yield
        finally:
            process.terminate()
            process.wait()

    def token(self, port: int = PORT) -> str:
        """An access token."""
        body = json.dumps({"username": "bench", "password": PASSWORD}).encode()
        url = f"http://127.0.0.1:{port}/api/auth/login"
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            found: str = json.load(answer)["access_token"]
        return found

    def cookie(self) -> str:
        """What a signed-in browser sends as its cookies."""
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar := CookieJar()))
        with opener.open(f"http://127.0.0.1:{PORT}/sign-in", timeout=30) as answer:
            token = answer.read().decode().split('name="csrf_token" value="')[1].split('"')[0]
        form = urllib.parse.urlencode({"csrf_token": token, "username": "bench", "password": PASSWORD})
        with opener.open(f"http://127.0.0.1:{PORT}/sign-in", form.encode(), timeout=30):
            return "; ".join(f"{each.name}={each.value}" for each in jar)


def kept_answers(api: Api) -> list[dict[str, Any]]:
    """Every path of PATHS as `beside_bare` measures it."""
    with api.serving():
        headers = {"Authorization": f"Bearer {api.token()}", "Accept-Encoding": "gzip"}
        return beside_bare(PATHS, headers, "0.4 of the bare view")


def beside_bare(paths: Mapping[str, str], headers: dict[str, str], bar: str) -> list[dict[str, Any]]:
    """Requests per second of each path beside the bare view, which is measured before and after each."""
    rows = []
    with _bare():
        bare = [measure(BARE_PORT, "/", {}, _SECONDS).per_second]
        for what, path in paths.items():
            rate = measure(PORT, path, headers, _SECONDS)
            bare.append(measure(BARE_PORT, "/", {}, _SECONDS).per_second)
            rows.append(
                {
                    "what": what,
                    "requests/s": round(rate.per_second),
                    "bytes": rate.bytes,
                    "ratio": round(rate.per_second / statistics.mean(bare[-2:]), 3),
                    "bar": bar,
                }
            )
        whole = {"what": "bare Flask view", "requests/s": round(statistics.mean(bare))}
        rows.insert(0, {**dict.fromkeys(rows[0]), **whole})
    return rows


def cold_reads(api: Api) -> list[dict[str, Any]]:
    """Milliseconds that answers take which nobody has kept, one at a time, HTTP included."""
    api.environment["ENABLE_CACHE"] = "false"
    chosen = random.Random(0)
    some = [f"SHOP-{chosen.randrange(1_000):04d}" for _ in range(_COLD_READS)]
    asked = {
        "365 daily values": [f"/api/v1/metrics/{metric}/values?grain=day" for metric in some],
        "one metric": [f"/api/v1/metrics/{metric}" for metric in some],
        "list of 50 metrics": [
            f"/api/v1/metrics?limit=50&page={1 + number % 20}" for number in range(_COLD_READS)
        ],
        "scorecard": ["/api/v1/scorecard"] * 20,
    }
    with api.serving():
        headers = {"Authorization": f"Bearer {api.token()}"}
        rows = [{"what": what, **percentiles(paths, headers, 50)} for what, paths in asked.items()]
    del api.environment["ENABLE_CACHE"]
    return rows


def percentiles(paths: list[str], headers: dict[str, str], bar: int) -> dict[str, Any]:
    """Milliseconds that paths take, one after the other; `bar` is for the 95th percentile."""
    taken = []
    for path in paths:
        request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", headers=headers)
        begun = time.perf_counter()
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            answer.read()
        taken.append((time.perf_counter() - begun) * 1000)
    cuts = statistics.quantiles(taken, n=20)
    return {
        "median ms": round(statistics.median(taken), 1),
        "p95 ms": round(cuts[-1], 1),
        "bar": f"p95 {bar} ms",
    }


@contextmanager
def _bare() -> Iterator[None]:
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--workers",
        "2",
        "--blocking-threads",
        "2",
    ]
    command += ["--backlog", "4096", "--no-ws", "--port", str(BARE_PORT), "tests.bench.bare:app"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(lambda: urllib.request.urlopen(f"http://127.0.0.1:{BARE_PORT}/", timeout=5))
        yield
    finally:
        process.terminate()
        process.wait()


def _wait(is_ready: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            is_ready()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)
        else:
            return
