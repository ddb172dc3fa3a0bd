"""Dagster's code server as a process of its own, the way containers run it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import free_port

_PATIENCE = 60


def test_it_ends_when_it_is_asked_to_even_where_a_script_started_it_in_the_background(
    tmp_path: Path, database_url: str
) -> None:
    port = free_port()
    environment = os.environ | {"MDL_DATABASE_URL": database_url, "MDL_HOME": str(tmp_path / "home")}
    command = [
        sys.executable,
        "-m",
        "mdl",
        "dagster",
        "code-server",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as shells do to what ends in &
    try:
        server = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        asked = [sys.executable, "-m", "dagster", "api", "grpc-health-check", "--port", str(port)]
        deadline = time.monotonic() + _PATIENCE
        while subprocess.run(asked, env=environment, capture_output=True, check=False).returncode:
            assert server.poll() is None
            assert time.monotonic() < deadline
        server.terminate()
        assert server.wait(_PATIENCE) == 0
    finally:
        server.kill()
