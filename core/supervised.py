"""What `mdl up` tells of its processes, in a file of MDL_HOME: how often each was started again, and why."""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import orjson


@dataclass(frozen=True)
class Restarts:
    """Of one process since `mdl up` began."""

    times: int = 0
    last_at: datetime | None = None
    why: str = ""


def write_restarts(home: Path, of: dict[str, Restarts]) -> None:
    """Tell of all processes, in place of what was told before."""
    path = _path(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(".new")
    written.write_bytes(orjson.dumps({name: asdict(one) for name, one in of.items()}))
    written.replace(path)


def read_restarts(home: Path) -> dict[str, Restarts]:
    """What was told last, by process; nothing where `mdl up` never ran."""
    try:
        told = orjson.loads(_path(home).read_bytes())
        return {name: _restarts(**one) for name, one in told.items()}
    except (OSError, ValueError, TypeError, AttributeError):  # none, or of another version
        return {}


def _restarts(times: int, last_at: str | None, why: str) -> Restarts:
    return Restarts(times, datetime.fromisoformat(last_at) if last_at else None, why)


def _path(home: Path) -> Path:
    return home / "dagster" / "restarts.json"
