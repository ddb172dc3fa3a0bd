"""Listing a local landing zone: the files that a pattern or folder means, and what lies there and is no file."""

import errno
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from fsspec.utils import glob_translate

from core.errors import DataError
from pipelines.ingest.file_names import escaped, is_looked_at

_GLOB = re.compile(r"[*?[]")
_KINDS = (
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@dataclass
class Listing:
    """Size and time of each file by its absolute path, and why others are passed over, by path below the root."""

    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    passed: dict[str, str] = field(default_factory=dict)


def fixed_part(pattern: str) -> tuple[list[str], list[str]]:
    """The parts of a pattern before the first with a glob letter, and those from it on."""
    parts = _parts(pattern)
    first = next((index for index, part in enumerate(parts) if _GLOB.search(part)), len(parts))
    return parts[:first], parts[first:]


def within(path: str, folder: str) -> bool:
    """Whether a real path is the folder or lies below it; both without links."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def list_local(root: str, pattern: str, suffixes: Sequence[str]) -> Listing:
    """What `pattern` means below `root`, which nothing may lead out of; a folder means its files with `suffixes`.

    Raises:
        DataError: the pattern leads out of the root, or is none.
    """
    fixed, globs = (_parts(pattern), []) if _lies(root, pattern) else fixed_part(pattern)
    base = str(Path(root, *fixed))
    is_one_file = not globs and not Path(base).is_dir()
    if is_one_file:
        globs, base = fixed[-1:], str(Path(base).parent)
    if not within(os.path.realpath(base), os.path.realpath(root)):
        raise DataError(f"{pattern} leads out of the landing root by a link; deliver below {root}")
    if globs:
        try:
            meant = re.escape(globs[0]) + r"\Z" if is_one_file else glob_translate("/".join(globs))
            shape = re.compile(meant)
        except (ValueError, re.error) as error:
            raise DataError(f"{pattern!r} is no pattern of files: {error}") from error
        walk = _Walk(root, base, globs, lambda place: shape.match(place) is not None)
    else:
        walk = _Walk(root, base, (), lambda place: place.lower().endswith(tuple(suffixes)))
    return walk.run()


def _parts(pattern: str) -> list[str]:
    return [part for part in pattern.split("/") if part not in ("", ".")]


def _lies(root: str, pattern: str) -> bool:
    """Whether there is a file of exactly this name, glob letters and all."""
    try:
        return os.path.lexists(Path(root, pattern))
    except ValueError:
        return False


class _Walk:
    """One walk below `base`; `globs` are the parts of a pattern, none for a whole folder."""

    def __init__(self, root: str, base: str, globs: Sequence[str], wanted: Callable[[str], bool]) -> None:
        self.root, self.base, self.globs, self.wanted = root, base, globs, wanted
        self.real_root, self.real_base = os.path.realpath(root), os.path.realpath(base)
        self.entered: set[str] = set()
        self.listing = Listing()

    def run(self) -> Listing:
        waiting: list[tuple[str, tuple[str, ...]]] = [(self.base, ())]
        while waiting:
            folder, parts = waiting.pop()
            waiting.extend(self._folder(folder, parts))
        return self.listing

    def _folder(self, folder: str, parts: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Look at what is in a folder; the folders to go on with."""
        try:
            with os.scandir(folder) as scanned:
                entries = sorted(scanned, key=lambda entry: entry.name)
        except FileNotFoundError:
            return
        except OSError as error:
            self._pass(folder, f"the folder cannot be read: {error.strerror}")
            return
        for entry in entries:
            below = (*parts, entry.name)
            if is_looked_at(entry.name, self.globs) and self._entry(entry, below):
                yield entry.path, below

    def _entry(self, entry: os.DirEntry[str], parts: tuple[str, ...]) -> bool:
        """Note a file, or why it is none; whether it is a folder to go on with."""
        place = "/".join(parts)
        if not (self.wanted(place) or self._descends(parts)):
            return False
        if escaped(entry.name) != entry.name:
            self._pass(entry.path, "its name is no UTF-8; rename it")
            return False
        try:
            status = entry.stat()
        except OSError as error:
            self._pass(entry.path, _unreadable(error))
            return False
        is_folder = stat.S_ISDIR(status.st_mode)
        if is_folder and not self._descends(parts):
            self._pass(entry.path, "it is a folder, not a file")
            return False
        reason = self._of_link(entry.path, is_folder=is_folder) if entry.is_symlink() else None
        if reason:
            if is_folder or self.wanted(place):
                self._pass(entry.path, reason)
            return False
        if not is_folder and self.wanted(place):
            self._file(entry.path, status)
        return is_folder

    def _file(self, path: str, status: os.stat_result) -> None:
        if stat.S_ISREG(status.st_mode):
            self.listing.files[path] = {"size": status.st_size, "mtime": status.st_mtime}
            return
        kind = next((name for is_kind, name in _KINDS if is_kind(status.st_mode)), "something else")
        self._pass(path, f"it is {kind}, not a file")

    def _descends(self, parts: Sequence[str]) -> bool:
        """Whether what the source means may lie below this folder."""
        if not self.globs or "**" in self.globs[: len(parts)]:
            return True
        return len(parts) < len(self.globs) and all(map(fnmatchcase, parts, self.globs))

    def _of_link(self, path: str, *, is_folder: bool) -> str | None:
        """Why a link is not followed: nothing outside the root is read, and nothing twice."""
        real = os.path.realpath(path)
        if not within(real, self.real_root):
            return "the link leads out of the landing root"
        if is_folder and (within(self.real_base, real) or real in self.entered):
            return "the link leads in a circle, or to a folder that another link leads to"
        self.entered.add(real)
        if not within(real, self.real_base):
            return None
        parts = os.path.relpath(real, self.real_base).split("/")
        is_read = self._descends(parts) if is_folder else self.wanted("/".join(parts))
        if is_read and all(is_looked_at(part, self.globs) for part in parts):
            return f"the link leads to {'/'.join(map(escaped, parts))}, which is read where it lies"
        return None

    def _pass(self, path: str, reason: str) -> None:
        self.listing.passed[escaped(os.path.relpath(path, self.root))] = reason


def _unreadable(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "the link leads in a circle"
    if error.errno == errno.ENOENT:
        return "the link leads nowhere"
    return f"it cannot be looked at: {error.strerror}"


def files_below(root: str) -> Iterator[str]:
    """Paths below the root of all files that are looked at, without following links."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if is_looked_at(name))
        for name in files:
            if is_looked_at(name):
                yield os.path.relpath(Path(folder, name), root)
