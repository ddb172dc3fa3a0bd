"""Processes that end, hang and are left behind, as `mdl up` looks after its own; real ones, with pauses made short."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import TransientError
from core.processes import lives
from core.supervised import read_restarts
from pipelines.orchestration.serving import endings, processes
from pipelines.orchestration.serving.endings import Endings
from pipelines.orchestration.serving.processes import Processes

# writes who it is and whom it started, then does as it is told
CHILD = """
import os, subprocess, sys, time
own = subprocess.Popen(["sleep", "600"])
with open(os.environ["CHILD_NOTES"], "a") as notes:
    notes.write(f"{os.getpid()} {own.pid}\\n")
print("these are my last words", flush=True)
time.sleep(float(sys.argv[1]))
"""
PARENT = """
import sys, time
from pathlib import Path
from pipelines.orchestration.serving.endings import Endings
from pipelines.orchestration.serving.processes import Processes
started = Processes(Path(sys.argv[1]), Endings(Path(sys.argv[1])))
started.start("child", lambda: True, 60, "child", "600")
time.sleep(600)
"""


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "child.py").write_text(CHILD)
    (tmp_path / "dagster").mkdir()
    path = f"{tmp_path}{os.pathsep}{Path(__file__).parents[4]}"
    monkeypatch.setenv("PYTHONPATH", path)
    monkeypatch.setenv("CHILD_NOTES", str(tmp_path / "notes"))
    return tmp_path / "notes"


@pytest.fixture
def watched(notes: Path) -> Processes:
    return Processes(notes.parent / "dagster", Endings(notes.parent))


def noted(notes: Path) -> list[int]:
    """Ids of children and of theirs, in turn."""
    return [int(number) for number in notes.read_text().split()] if notes.exists() else []


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def while_watched(watched: Processes, *, is_excused: bool, act: Callable[[], None]) -> None:
    """Act while another thread stands where the command watches, and let it stop then."""

    def then_stop() -> None:
        try:
            act()
        finally:
            watched.stopped.set()

    acting = threading.Thread(target=then_stop)
    acting.start()
    try:
        watched.watch(lambda: None, lambda: is_excused)
    finally:
        acting.join()
        watched.end()


def test_what_is_killed_starts_again_and_what_it_started_goes_with_it(
    watched: Processes, notes: Path
) -> None:
    watched.start("child", lambda: True, 60, "child", "600")
    until(lambda: len(noted(notes)) == 2)

    def kill() -> None:
        os.kill(noted(notes)[0], signal.SIGKILL)
        until(lambda: len(noted(notes)) == 4)

    while_watched(watched, is_excused=False, act=kill)
    first, grandchild, second, _ = noted(notes)
    assert first != second
    assert not lives(grandchild)
    told = read_restarts(notes.parent)["child"]
    assert (told.times, told.why) == (1, "ended with code -9")
    assert not lives(second), "and all end together"


def test_what_gives_no_sign_of_life_is_ended_and_starts_again(
    watched: Processes, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_START_SECONDS", 1)
    monkeypatch.setattr(processes, "_LOOK_SECONDS", 0.1)
    watched.start("child", lambda: len(noted(notes)) == 4, 1, "child", "600")
    while_watched(watched, is_excused=False, act=lambda: until(lambda: len(noted(notes)) == 4))
    assert not lives(noted(notes)[0])
    assert read_restarts(notes.parent)["child"].why == "gave no sign of life for 1 s"


def test_what_ends_again_and_again_ends_everything_with_its_last_words(
    watched: Processes, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endings, "MOST", 3)
    watched.start("other", lambda: True, 60, "child", "600")
    watched.start("child", lambda: True, 60, "child", "0")

    def given_up_of(times: int) -> bool:
        return read_restarts(notes.parent)["child"].times == times

    with pytest.raises(TransientError, match="child ended with code 0, the") as given_up:
        while_watched(watched, is_excused=False, act=lambda: until(lambda: given_up_of(3)))
    assert "these are my last words" in str(given_up.value)
    assert not any(map(lives, noted(notes)[::2]))


def test_pauses_grow_until_the_fifth_ending_within_ten_minutes_and_excused_ones_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    book = Endings(tmp_path)
    assert [book.note("api", "ended") for _ in range(4)] == [1, 2, 4, 8]
    assert [book.note("api", "ended", counts=False) for _ in range(9)] == [10] * 9
    assert book.note("daemon", "ended") == 1
    assert book.note("api", "ended") is None
    now += 600
    assert book.note("api", "ended") == 1
    assert read_restarts(tmp_path)["api"].times == 15


def test_while_postgresql_is_away_nothing_that_ends_is_given_up(
    watched: Processes, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endings, "MOST", 2)
    monkeypatch.setattr(endings, "_EXCUSED_PAUSE_SECONDS", 0.1)
    watched.start("child", lambda: True, 60, "child", "0")
    while_watched(watched, is_excused=True, act=lambda: until(lambda: len(noted(notes)) >= 6))


def test_nothing_outlives_a_parent_that_is_killed(notes: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(notes.parent / "dagster")]
    with subprocess.Popen(command) as parent:
        until(lambda: len(noted(notes)) == 2)
        assert all(map(lives, noted(notes)))
        parent.kill()
    until(lambda: not any(map(lives, noted(notes))))
