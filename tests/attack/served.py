"""Installations to attack: a shop whose numbers a real run published, each with a database and a server of its own."""

import json
import os
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from tests.conftest import administer, copy_database, free_port
from tests.integration.webapi.conftest import AS_OF, PASSWORD

_START_SECONDS = 300
# an attack is meant to be answered, not to be put off
_ENVIRONMENT = {
    "MDL_AS_OF": AS_OF,
    "MDL_RATE_LIMIT": "1000000000",
    "MDL_STRICT_RATE_LIMIT": "1000000000",
    "MDL_REGISTRATION": "true",
    "MDL_LOG_LEVEL": "error",
}


@dataclass(frozen=True)
class Target:
    """A server and what it wrote of its errors."""

    base: str
    log: Path

    def token(self, role: str) -> str:
        """A bearer token of the user of that role."""
        body = json.dumps({"username": role, "password": PASSWORD}).encode()
        request = urllib.request.Request(  # noqa: S310  our own address
            f"{self.base}/api/auth/login", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  likewise
            token: str = json.loads(answer.read())["access_token"]
        return token

    def errors(self) -> list[str]:
        """What went wrong on the server that nobody had foreseen, each kind once."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if "unforeseen" in line]
        return sorted({line["exception"].strip().splitlines()[-1][:200] for line in lines})


@contextmanager
def target(folder: Path, shop_url: str) -> Iterator[Target]:
    """Serve a copy of the shop on a port of this machine."""
    name, server = f"attacked_{uuid.uuid4().hex[:12]}", make_url(shop_url).set(database="postgres")
    copy_database(server, name, make_url(shop_url).database)
    url = make_url(shop_url).set(database=name).render_as_string(hide_password=False)
    kept = {each: value for each, value in os.environ.items() if not each.startswith("MDL_")}
    home, port = folder / name, free_port()
    home.mkdir()
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", "import mdl; mdl.main()", "serve", "--port", str(port), "--workers", "1"],
            env=kept | _ENVIRONMENT | {"MDL_HOME": str(home / "home"), "MDL_DATABASE_URL": url},
            cwd=home, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait_for(f"http://127.0.0.1:{port}", process)
            yield Target(f"http://127.0.0.1:{port}", home / "log")
        finally:
            process.terminate()
            process.wait(timeout=60)
            administer(server, f"drop database {name} with (force)")


def _wait_for(base: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{base}/health/ready", timeout=5):  # noqa: S310  our own
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the server did not come up; it ended with {process.poll()}")
