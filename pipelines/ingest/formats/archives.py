"""Zip archives: whether a stream is one, the files in it, and how one that is damaged is refused."""

import errno
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from core.errors import DataError

_MOST_MEMBERS = 10_000
# some writers leave the mark of archives in several parts before the only one
_SPAN_MARK = 4


@dataclass(frozen=True)
class Member:
    """A file in a zip archive; `problem` says why it cannot be read."""

    name: str
    size: int
    problem: str | None = None


def is_zip(stream: BinaryIO) -> bool:
    """Whether a stream, at its beginning, is meant as a zip archive."""
    return stream.read(2) == b"PK"


def members(stream: BinaryIO, pattern: str) -> list[Member]:
    """The files in a zip archive that match `pattern`, by default all that are not hidden, in order of name.

    Raises:
        DataError: the archive is damaged, empty, or too large to be listed.
    """
    with opened_archive(stream) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > _MOST_MEMBERS:
        raise DataError(f"it holds {len(infos):,} files, more than {_MOST_MEMBERS:,}")
    sizes: dict[str, list[int]] = {}
    for info in infos:
        if _is_meant(info.filename, pattern):
            sizes.setdefault(info.filename, []).append(info.file_size)
    if not sizes and not pattern:
        raise DataError("it holds no file to read")
    twice = "the zip archive holds more than one file of this name"
    return [
        Member(name, found[0], twice if len(found) > 1 else None) for name, found in sorted(sizes.items())
    ]


def _is_meant(name: str, pattern: str) -> bool:
    path = PurePosixPath(name)
    if pattern:
        return path.match(pattern)
    return not any(part.startswith((".", "__")) and part != ".." for part in path.parts)


@contextmanager
def _damage() -> Iterator[None]:
    """What a zip archive at fault makes `zipfile` raise becomes a DataError; what the store raises stays."""
    try:
        yield
    except DataError:
        raise
    except OSError as error:
        if error.errno not in (errno.EINVAL, None):  # a place before the beginning is the archive's mistake
            raise
        raise DataError(f"it cannot be unpacked: {error}") from error
    # a damaged directory leads zipfile into struct, Unicode, key and memory errors alike
    except Exception as error:
        raise DataError(f"it cannot be unpacked: {error or type(error).__name__}") from error


@contextmanager
def opened_archive(stream: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """The archive that a stream is, all of it: `zipfile` would pass over whatever stands before the last one."""
    with _damage(), zipfile.ZipFile(stream) as archive:
        before = min((info.header_offset for info in archive.infolist()), default=0)
        if before > _SPAN_MARK:
            raise DataError(
                f"it begins with {before:,} bytes that its own directory does not know: two archives in one "
                "file? Deliver each as a file of its own"
            )
        yield archive


def only_member(archive: zipfile.ZipFile) -> str:
    """The name of the only file in an archive.

    Raises:
        DataError: there is none, or more than one.
    """
    names = [
        info.filename for info in archive.infolist() if not info.is_dir() and _is_meant(info.filename, "")
    ]
    if len(names) != 1:
        raise DataError(
            f"it is a zip archive of {len(names):,} files; under a name that ends in .zip each of them is read"
        )
    return names[0]
