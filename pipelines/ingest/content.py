"""The content of a file that was found: its digest, and itself as a local file, unpacked."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from core.errors import TransientError
from pipelines.ingest.formats.packing import plain_bytes
from pipelines.ingest.landing import SourceFile

_CHUNK = 4 * 1024 * 1024


def digest(found: SourceFile) -> str:
    """sha256 of the plain content, unpacked where it is packed.

    Raises:
        DataError: it cannot be unpacked.
        TransientError: it cannot be read.
    """
    return _pour(found, None)


@contextmanager
def local_copy(found: SourceFile, folder: Path) -> Iterator[Path]:
    """The plain content as a local file: the file itself, or a copy in `folder` that is removed afterwards.

    Raises:
        DataError: it cannot be unpacked.
        TransientError: it cannot be read.
    """
    try:
        is_local = found.is_local
    except OSError as error:
        raise TransientError(f"{found.path} cannot be read: {error}") from error
    if is_local:
        yield Path(found.location)
        return
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / f"{found.file_id}.copy"
    try:
        with copy.open("wb") as target:
            _pour(found, target)
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def _pour(found: SourceFile, target: BinaryIO | None) -> str:
    """Read the plain content once; its sha256. Writes it to `target` on the way."""
    hashed = hashlib.sha256()
    try:
        with found.filesystem.open(found.location, "rb") as stream:
            for chunk in _chunks(found, stream):
                hashed.update(chunk)
                if target is not None:
                    target.write(chunk)
    except OSError as error:
        raise TransientError(f"{found.path} cannot be read: {error}") from error
    return hashed.hexdigest()


def _chunks(found: SourceFile, stream: BinaryIO) -> Iterator[bytes]:
    if found.problem:
        return iter(lambda: stream.read(_CHUNK), b"")
    return plain_bytes(stream, found.member, found.size)


def raw_digest(found: SourceFile) -> str:
    """sha256 of the bytes as they lie there, for what cannot be unpacked.

    Raises:
        TransientError: it cannot be read.
    """
    hashed = hashlib.sha256()
    try:
        with found.filesystem.open(found.location, "rb") as stream:
            while chunk := stream.read(_CHUNK):
                hashed.update(chunk)
    except OSError as error:
        raise TransientError(f"{found.path} cannot be read: {error}") from error
    return hashed.hexdigest()


def free_folder(folder: Path) -> None:
    """Remove what an earlier run that was killed left in `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
