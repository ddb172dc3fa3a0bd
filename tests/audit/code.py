"""The product's code as bandit sees it; pyproject.toml says which of its tests ruff's twins judge instead."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path


def found_in_code(root: Path, places: Iterable[str]) -> list[str]:
    """Bandit's finds in these files and folders of the project at `root`."""
    command = [
        sys.executable,
        "-m",
        "bandit",
        "-q",
        "-r",
        "-f",
        "json",
        "-c",
        root / "pyproject.toml",
        *places,
    ]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"bandit did not run: {done.stderr.strip()}")
    told = json.loads(done.stdout)
    unread = [f"{each['filename']}: {each['reason']}" for each in told["errors"]]
    return unread + [
        f"{each['filename']}:{each['line_number']}: {each['test_id']} {each['issue_text']}"
        for each in told["results"]
    ]
