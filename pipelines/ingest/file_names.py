"""Names in the landing zone: which are looked at. One rule for runs and for the sensor, for patterns and folders."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

# hidden files, markers of other software, locks of office programs; rsync writes to `.name.csv.Ab12Cd`
_BEFORE = (".", "_", "~$")
# what browsers, SFTP servers, transfer programs and Hadoop call a file that is not all there, editors their copies,
# and what Windows leaves in folders
_AFTER = (
    *(".part", ".partial", ".crdownload", ".filepart", ".download", ".tmp"),
    *(".inprogress", ".incomplete", ".uploading", "._copying_", ".swp", "~", "desktop.ini", "thumbs.db"),
)


def is_looked_at(name: str, named: Sequence[str] = ()) -> bool:
    """Whether a file or folder of this name is a delivery, not hidden and not under way.

    `named` are the parts of a source's pattern: one that itself begins or ends so means what it says, `_*.csv` the
    names with an underscore.
    """
    meant = [part for part in named if fnmatchcase(name, part)]
    before = [mark for mark in _BEFORE if name.startswith(mark)]
    after = [mark for mark in _AFTER if name.lower().endswith(mark)]
    return all(any(part.startswith(mark) for part in meant) for mark in before) and all(
        any(part.lower().endswith(mark) for part in meant) for mark in after
    )


def escaped(name: str) -> str:
    r"""A name as text that can be printed and stored: bytes that are no UTF-8 as `\xe4`."""
    raw = name.encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "backslashreplace").replace("\0", "\\x00")


def named(names: Sequence[str]) -> str:
    """Names for a message, of bounded length: the first twenty, and of each the first two hundred characters."""
    more = f" and {len(names) - 20:,} more" if len(names) > 20 else ""
    return ", ".join(repr(name[:200]) for name in names[:20]) + more
