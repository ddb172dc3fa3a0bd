import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy import Engine, create_engine

from pipelines.locks import is_nobody_writing, writing

HOLD = """
import sys, time
import pytest
from sqlalchemy import create_engine
from pipelines.locks import writing
with writing(create_engine(sys.argv[1]), lambda: None):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_writer_waits_for_the_first_and_says_so(database: Engine, database_url: str) -> None:
    order: list[str] = []
    other = create_engine(database_url)

    def second() -> None:
        with writing(other, lambda: order.append("waiting")):
            order.append("second")

    with writing(database, lambda: order.append("never")):
        assert not is_nobody_writing(other)
        thread = threading.Thread(target=second)
        thread.start()
        while "waiting" not in order:
            time.sleep(0.01)
        order.append("first ends")
    thread.join()
    other.dispose()
    assert order == ["waiting", "first ends", "second"]
    assert is_nobody_writing(database)


def test_an_error_gives_the_lock_back(database: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(database, lambda: None):
        _ = 1 // 0
    assert is_nobody_writing(database)


def test_a_writer_that_is_killed_leaves_no_lock(database: Engine, database_url: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, database_url], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert not is_nobody_writing(database)
        holder.kill()
    deadline = time.monotonic() + 20
    while not is_nobody_writing(database):
        assert time.monotonic() < deadline
        time.sleep(0.05)
