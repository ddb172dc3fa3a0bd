"""Prometheus metrics of the processes that serve, of `mdl up` and of the disk under MDL_HOME, read with each scrape."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from core.supervised import read_restarts
from webapi.telemetry.gauges import Family, plain, single

_TICKS, _PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


def families(home: Path, *, has_workers: bool) -> Iterator[Family]:
    """One per metric; of a system without /proc only those of the disk.

    Args:
        home: MDL_HOME.
        has_workers: whether this process is one of several whose parent serves with them.
    """
    with suppress(OSError):
        disk = shutil.disk_usage(_existing(home))
        yield plain("mdl_disk_free_bytes", "Bytes left where MDL_HOME is", disk.free)
        yield plain("mdl_disk_size_bytes", "Bytes in all where MDL_HOME is", disk.total)
    if restarts := read_restarts(home):
        text = "Times that `mdl up` started the process again since it began"
        times = single({name: float(one.times) for name, one in restarts.items()})
        yield Family("mdl_up_restarts", text, ("process",), times)
    found = [seen for pid in _serving(has_workers=has_workers) if (seen := _process(pid))]
    if found:
        cpu, memory, begun = zip(*found, strict=True)
        yield plain(
            "mdl_process_cpu_seconds", "Seconds that the processes computed since they began", sum(cpu)
        )
        yield plain("mdl_process_resident_bytes", "Memory that the processes hold", sum(memory))
        text = "When the newest of the processes began, in seconds since 1970"
        yield plain("mdl_process_start_time_seconds", text, max(begun))
        yield plain("mdl_processes", "Processes that serve", len(found))


def _existing(path: Path) -> Path:
    return next((each for each in (path, *path.parents) if each.exists()), Path("/"))


def _serving(*, has_workers: bool) -> list[int]:
    if not has_workers:
        return [os.getpid()]
    parent = os.getppid()
    with suppress(OSError):
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        return [parent, *map(int, children.split())]
    return [os.getpid()]


def _process(pid: int) -> tuple[float, float, float] | None:
    """Seconds of CPU, bytes of memory, when it began; None where it has ended or there is no /proc."""
    with suppress(OSError, ValueError, IndexError):
        # the name of a process may hold blanks and brackets: what counts stands behind the last
        said = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        booted = next(
            line.split()[1] for line in Path("/proc/stat").read_text().splitlines() if "btime" in line
        )
        cpu = (int(said[11]) + int(said[12])) / _TICKS
        return cpu, int(said[21]) * _PAGE, int(booted) + int(said[19]) / _TICKS
    return None
