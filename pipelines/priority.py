"""Batch work gives way to readers: a run takes the processor time that the API on the same machine leaves."""

import os

# a third of a core that somebody else wants, all of one that nobody does; more would starve runs on a busy machine
_NICENESS = 5


def give_way() -> None:
    """Lower the priority of this thread and of those it starts from now on, for good.

    For processes that do one run and end; call it when PostgreSQL is up, which would inherit it and serve readers too.
    """
    os.setpriority(os.PRIO_PROCESS, 0, max(_NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
