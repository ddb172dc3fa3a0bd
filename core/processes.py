"""What the operating system says of processes."""

import psutil


def lives(pid: int) -> bool:
    """Whether there is such a process; one that ended and that its parent has not asked for yet is none."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
