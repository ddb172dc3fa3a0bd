"""Makes a report in a process of its own that is killed at one of its steps, as `kill -9` does."""

import multiprocessing
import os
import signal
from datetime import datetime
from typing import Any

from sqlalchemy import event

from core.database import connect
from core.settings import load_settings
from pipelines.reporting.make import make_report

# one process that has imported everything, from which each is forked
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])


def make_until(url: str, place: int, run_id: int, now: datetime) -> tuple[int | None, int]:
    """Make a report in a child that is killed at its step `place`, 0 being none: how it ended, and how far it came."""
    steps = _CONTEXT.Value("i", 0)
    child = _CONTEXT.Process(target=_make, args=(url, place, run_id, now, steps))
    child.start()
    child.join()
    return child.exitcode, steps.value


def _make(url: str, place: int, run_id: int, now: datetime, steps: Any) -> None:
    settings = load_settings(database_url=url)
    engine = connect(settings)

    def step(*_: object) -> None:
        steps.value += 1
        if steps.value == place:
            os.kill(os.getpid(), signal.SIGKILL)

    # after each statement, before each commit and at the end: nothing lies between that outlasts the process
    event.listen(engine, "after_cursor_execute", step)
    event.listen(engine, "commit", step)
    make_report(engine, settings, run_id, now)
    step()
