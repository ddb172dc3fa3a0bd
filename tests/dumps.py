"""Dumps of a database in a file, as older versions of MDL wrote them."""

from pathlib import Path

from schemas.backup import dump


def dumped(url: str, target: Path) -> None:
    """Write the whole database to a file."""
    with target.open("wb") as opened:
        dump(url, opened)
