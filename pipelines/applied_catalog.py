"""Whether the catalog files are those that were applied last, told from their bytes without reading what they say."""

import hashlib
import json
from pathlib import Path

from core.settings import Settings

_NAME = "catalog-applied.json"


def fingerprint(catalog: Path) -> str:
    """A hash of the name and bytes of every file of the catalog."""
    files = [catalog] if catalog.is_file() else sorted(path for path in catalog.rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(catalog)}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def remember(settings: Settings, applied: str, version: int) -> None:
    """Note that the files of this fingerprint were accepted as this version of the catalog."""
    (settings.home / _NAME).write_text(json.dumps({"files": applied, "version": version}))


def is_applied(settings: Settings, present: str, version: int) -> bool:
    """Whether the files of this fingerprint are what stands as this version."""
    try:
        noted = json.loads((settings.home / _NAME).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return False
    return bool(noted == {"files": present, "version": version})
