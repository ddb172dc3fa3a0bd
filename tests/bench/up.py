"""`mdl up` for a benchmark: started at free ports, and ended with the block."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import free_port

_PATIENCE_SECONDS = 180


@contextmanager
def up(folder: Path, environment: Mapping[str, str]) -> Iterator[int]:
    """`mdl up` while the block lasts; the port of its API. What it prints goes to `up.log` in the folder."""
    port = free_port()
    command = [sys.executable, "-c", "import mdl; mdl.main()", "up"]
    command += ["--port", str(free_port()), "--api-port", str(port)]
    with (folder / "up.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while b"Ctrl-C" not in (folder / "up.log").read_bytes():
            if process.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError((folder / "up.log").read_text())
            time.sleep(0.2)
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=90)
