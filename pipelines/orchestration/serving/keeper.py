"""A process that outlives `mdl up` where that is killed, and ends what it could not end: children and PostgreSQL.

It reads lines of process ids until its parent is gone; the last line says what ran then, and nothing after a good end.
Needs nothing of the operating system but sessions, which each child leads one of.
"""

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from core.processes import lives

_STOP_SECONDS = 30


def main() -> None:
    """Wait, then end what is left; arguments are homes whose embedded PostgreSQLs stop too."""
    left: list[int] = []
    for line in sys.stdin:
        left = [int(number) for number in line.split()]
    if not left:
        return
    _end(left)
    if sys.argv[1:]:
        from core.postgres import stop_embedded  # noqa: PLC0415  heavy, and of no use while the parent lives

        stop_embedded([Path(home) for home in sys.argv[1:]])


def _end(leaders: list[int]) -> None:
    for leader in reversed(leaders):
        with suppress(ProcessLookupError):
            os.kill(leader, signal.SIGINT)
    deadline = time.monotonic() + _STOP_SECONDS
    while any(map(lives, leaders)) and time.monotonic() < deadline:
        time.sleep(0.2)
    for leader in leaders:
        with suppress(ProcessLookupError):
            os.killpg(leader, signal.SIGKILL)


if __name__ == "__main__":
    main()
