"""Checks of the machine: versions, disk, memory, ports, fonts, time zones."""

import re
import shutil
import socket
import sys
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from os import sysconf
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from packaging.requirements import Requirement

from core.supervised import read_restarts
from pipelines.doctor.check import Check, Diagnosis, Patient, fault, ok, warning
from reports.documents.pdf.fonts import WHEELS

_PRODUCT = "metrics-definition-library"
OLDEST_PYTHON = (3, 11)
LEAST_FREE = 512 * 1024**2
SCARCE_SHARE = 0.1
_RECENT = timedelta(days=1)
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_SIZE = re.compile(r"\s*([\d.]+)\s*([KMGT]?)(i?)B?\s*", re.IGNORECASE)


def python(_patient: Patient) -> Diagnosis:
    """Whether this Python is one that MDL is made for."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        return fault(f"Python {found}", f"install MDL with Python {oldest} or newer")
    return ok(f"Python {found}")


def packages(_patient: Patient) -> Diagnosis:
    """Whether every package has a version that MDL was released for."""
    wrong = []
    for line in requires(_PRODUCT) or ():
        wanted = Requirement(line)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(wanted.name)
        except PackageNotFoundError:
            wrong.append(f"{wanted.name} is missing")
            continue
        if not wanted.specifier.contains(found, prereleases=True):
            wrong.append(f"{wanted.name} {found} is not {wanted.specifier}")
    if wrong:
        return fault("; ".join(wrong), "install MDL anew with its requirements.lock")
    return ok(f"{_PRODUCT} {version(_PRODUCT)} and all it needs")


def home_disk(patient: Patient) -> Diagnosis:
    """Whether the disk of MDL_HOME has room."""
    home = patient.settings.home
    if not home.exists():
        return warning(f"{home} is not there", "`mdl run` makes it; or set MDL_HOME to the right folder")
    free = shutil.disk_usage(home)
    said = f"{free.free / 10**9:.1f} GB of {free.total / 10**9:.1f} free at {home}"
    if free.free < LEAST_FREE:
        return fault(
            said, "free some space, or move MDL_HOME to a larger disk; MDL_KEEP_… bounds what is kept"
        )
    if free.free < SCARCE_SHARE * free.total:
        return warning(said, "free some space soon; MDL_KEEP_… bounds what is kept")
    return ok(said)


def memory(patient: Patient) -> Diagnosis:
    """Whether the machine has the memory that the engine may take."""
    total = sysconf("SC_PAGE_SIZE") * sysconf("SC_PHYS_PAGES")
    size = _SIZE.fullmatch(patient.settings.memory_limit)
    if size is None:
        return fault(f"MDL_MEMORY_LIMIT is {patient.settings.memory_limit!r}", "set a size such as 1GB")
    base = 1.024 if size[3] else 1.0
    power = "KMGT".find(size[2].upper()) + 1 if size[2] else 0
    limit = float(size[1]) * _UNITS[size[2].upper()] * base**power
    said = f"MDL_MEMORY_LIMIT is {patient.settings.memory_limit} of {total / 10**9:.1f} GB"
    if limit > total / 2:
        return warning(said, "let the engine have half of the machine's memory at most")
    return ok(said)


def ports(patient: Patient) -> Diagnosis:
    """Whether the ports of `mdl up` are free, or taken by an MDL that runs."""
    taken = [port for port in patient.ports if _is_taken(port)]
    strange = [str(port) for port in taken if not _is_ours(port)]
    if strange:
        return warning(
            f"taken by another program: {', '.join(strange)}", "end it, or `mdl up --port … --api-port …`"
        )
    return ok(f"{len(taken)} of {len(patient.ports)} in use, by MDL" if taken else "free")


def restarts(patient: Patient) -> Diagnosis:
    """Whether processes of `mdl up` ended by themselves within a day."""
    told = read_restarts(patient.settings.home)
    recent = {
        name: one
        for name, one in told.items()
        if one.last_at is not None and patient.now - one.last_at < _RECENT
    }
    if recent:
        said = (f"{name} {each.times} times, last it {each.why}" for name, each in recent.items())
        return warning(f"started again: {', '.join(said)}", "see why in MDL_HOME/dagster/NAME.log")
    return ok("none ended by itself" if told else "`mdl up` never ran here")


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _is_ours(port: int) -> bool:
    """Whether the API or Dagster's webserver answers there."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as asked:
            asked.sendall(b"GET /server_info HTTP/1.0\r\nHost: localhost\r\n\r\n")
            answer = asked.recv(65_536).lower()
    except OSError:
        return False
    return b"dagster" in answer or b"x-request-id" in answer


def fonts(_patient: Patient) -> Diagnosis:
    """Whether reports can be set as PDF."""
    missing = [name for name in ("typst", *WHEELS) if find_spec(name) is None]
    if missing:
        return fault(f"missing: {', '.join(missing)}", "install MDL anew: reports as PDF need them")
    return ok("typst and the fonts of reports")


def time_zone(patient: Patient) -> Diagnosis:
    """Whether the rules of the reporting zone are there."""
    name = patient.settings.timezone
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return fault(f"no data of {name}", "install the system's tzdata, or the package tzdata")
    return ok(f"{name}, now {patient.now.astimezone(zone):%Y-%m-%d %H:%M %Z}")


CHECKS = (
    Check("python", "version of Python", python),
    Check("packages", "versions of all packages that MDL needs", packages),
    Check("home_disk", "free space at MDL_HOME", home_disk),
    Check("memory", "`MDL_MEMORY_LIMIT` against the machine", memory),
    Check("ports", "whether `mdl up` can listen (`--port`, `--api-port`)", ports),
    Check("restarts", "processes of `mdl up` that ended by themselves within a day", restarts),
    Check("fonts", "typst and fonts for reports as PDF", fonts),
    Check("time_zone", "rules of `MDL_TIMEZONE`", time_zone),
)
