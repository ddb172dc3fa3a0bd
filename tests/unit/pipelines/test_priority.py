"""A run gives way to others on its machine."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(("before", "after"), [(0, 5), (15, 15)])
def test_a_process_that_gives_way_is_nicer_and_never_less_nice_than_it_was(before: int, after: int) -> None:
    text = "import os; from pipelines.priority import give_way; give_way(); print(os.getpriority(0, 0))"
    nicer = max(0, before - os.getpriority(os.PRIO_PROCESS, 0))
    command = ["nice", "-n", str(nicer), sys.executable, "-c", text]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) == max(after, os.getpriority(os.PRIO_PROCESS, 0))
