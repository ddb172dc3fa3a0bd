"""The rights of MDL_HOME, which holds events, secrets and a database: its owner's alone."""

import os
import stat
from pathlib import Path

from core.errors import ConfigurationError

# made before a umask was set, where the home is older; embedded PostgreSQL looks after its own
PARTS = (
    "backups",
    "catalog-applied.json",
    "computed",
    "dagster",
    "data_docs",
    "lake",
    "logs",
    "not-read.json",
    "secrets",
    "staging",
)


def keep_private(home: Path) -> None:
    """Make the folder, or take from all but its owner what rights they have; somebody else's is left alone.

    From here on this process and its children make every file for their owner alone, wherever a library puts it.
    As root the embedded PostgreSQL runs as a user of its own, who must get through to its folder: others may then pass,
    but neither list the folder nor enter any other part of it.

    Raises:
        ConfigurationError: the folder cannot be made or entered.
    """
    try:
        _keep_private(home)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError(
            f"MDL_HOME cannot be used: {error.filename or home}: {reason}; name a folder that can be written to"
        ) from error


def _keep_private(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.umask(0o077)
    for part in PARTS:
        if (home / part).exists():
            _tighten(home / part, 0o700)
    _tighten(home, 0o711 if os.geteuid() == 0 else 0o700)


def _tighten(path: Path, wanted: int) -> None:
    found = path.stat()
    # a folder such as /tmp is everybody's on purpose
    is_shared = found.st_mode & stat.S_ISVTX
    if found.st_uid == os.geteuid() and not is_shared and found.st_mode & 0o777 & ~wanted:
        path.chmod(stat.S_IMODE(found.st_mode) & (0o7000 | wanted))
