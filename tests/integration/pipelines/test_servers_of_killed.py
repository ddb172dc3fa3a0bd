"""Embedded PostgreSQLs of processes that were killed, as the snapshot's is where the API does not end in time."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from core.postgres import running_embedded

# does not end when it is asked to, or ends without ado
STUBBORN = """
import os, signal, sys, time
from pathlib import Path
from core.postgres import start_embedded
signal.signal(signal.SIGINT, signal.SIG_IGN if sys.argv[2] == "ends" else lambda *_: os._exit(1))
start_embedded(Path(sys.argv[1]))
Path(sys.argv[1], "is-up").touch()
time.sleep(600)
"""
SUPERVISOR = """
import sys, time
from pathlib import Path
from pipelines.orchestration.serving import keeper, processes
from pipelines.orchestration.serving.endings import Endings
logs, home, how = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
processes._STOP_SECONDS = 1
watched = processes.Processes(logs, Endings(logs), [home])
watched.start("api", lambda: True, 60, "stubborn", str(home), how)
while not (home / "is-up").exists():
    time.sleep(0.1)
if how == "ends":
    watched.end()
else:
    time.sleep(600)
"""


def supervised(folder: Path, how: str) -> "subprocess.Popen[bytes]":
    logs, home = folder / "dagster", folder / "snapshot"
    logs.mkdir()
    home.mkdir()
    (folder / "stubborn.py").write_text(STUBBORN)
    path = f"{folder}:{Path(__file__).parents[3]}"
    command = [sys.executable, "-c", SUPERVISOR, str(logs), str(home), how]
    started = subprocess.Popen(command, env={"PYTHONPATH": path, "PATH": "/usr/bin:/bin"})
    until((home / "is-up").exists)
    return started


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_they_end_with_the_command_that_had_to_kill_them(tmp_path: Path) -> None:
    started = supervised(tmp_path, "ends")
    assert started.wait(60) == 0
    assert running_embedded(tmp_path / "snapshot") is None


def test_they_end_where_the_command_is_killed_itself(tmp_path: Path) -> None:
    started = supervised(tmp_path, "is killed")
    assert running_embedded(tmp_path / "snapshot") is not None
    started.kill()
    started.wait()
    until(lambda: running_embedded(tmp_path / "snapshot") is None)
