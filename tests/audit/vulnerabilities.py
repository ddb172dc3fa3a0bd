"""Known vulnerabilities of what the lock pins, as pip-audit's source knows them, where it can be reached."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

_UNREACHABLE = "its source of advisories cannot be reached from here"


class NotAuditedError(Exception):
    """Nothing is known of vulnerabilities, which is not to be taken for there being none."""


def found_in_lock(lock: Path, ignored: Mapping[str, Mapping[str, Any]], today: date) -> list[str]:
    """Vulnerabilities of pinned distributions, and what is ignored without a reason or for longer than was said.

    Args:
        lock: of pip's form.
        ignored: by name of the advisory, with `reason` and `until`, the last day that it holds.

    Raises:
        NotAuditedError: the source does not answer, or knows none of them.
    """
    # one is asked for first: a mirror that has no advisories would be asked for all others in vain
    with tempfile.TemporaryDirectory(prefix="mdl-audit-") as folder:
        first = Path(folder) / "first.txt"
        first.write_text(next(line for line in lock.read_text().splitlines() if "==" in line).rstrip(" \\"))
        _asked(first)
    return judged(_asked(lock), ignored, today)


def judged(told: list[dict[str, Any]], ignored: Mapping[str, Mapping[str, Any]], today: date) -> list[str]:
    """What of pip-audit's answer is to be mended."""
    found = [f"{name} is ignored without a reason" for name, why in ignored.items() if not why.get("reason")]
    for each in told:
        if "skip_reason" in each:
            found.append(f"{each['name']}: {each['skip_reason']}")
        for known in each.get("vulns", ()):
            names = {known["id"], *known.get("aliases", ())}
            ends = [ignored[name]["until"] for name in names & set(ignored)]
            if not ends or max(ends) < today:
                fixed = ", ".join(known.get("fix_versions", ())) or "no version"
                said = f" (ignored until {max(ends)})" if ends else ""
                found.append(f"{each['name']} {each['version']}: {known['id']}, mended in {fixed}{said}")
    return found


def _asked(lock: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--progress-spinner", "off"]
    done = subprocess.run(
        [*command, "-f", "json", "-r", lock], capture_output=True, text=True, check=False, timeout=300
    )
    if not done.stdout.strip():
        said = done.stderr.strip().splitlines()
        raise NotAuditedError(f"{_UNREACHABLE}: {said[-1] if said else 'it says nothing'}")
    told: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    if all("skip_reason" in each for each in told):
        raise NotAuditedError(f"{_UNREACHABLE}: {told[0]['skip_reason']}")
    return told
