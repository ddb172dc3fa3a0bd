"""Where backups are kept: a folder, or a URL of any protocol that fsspec has; and one backup as a folder of files."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import fsspec
from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem
from pydantic import BaseModel, ConfigDict

from core.errors import ConfigurationError, DataError, TransientError

CHUNK = 1024 * 1024
MANIFEST = "manifest.json"
_NAME = re.compile(r"mdl-(\d{8}T\d{6})\d{6}Z")


class StoredFile(BaseModel):
    """What a file of a backup is known by."""

    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str


class Hashing:
    """Hands on what is written, and counts and hashes it."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target, self._hash, self._size = target, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        """Write, as files do."""
        self._target.write(data)
        self._hash.update(data)
        self._size += len(data)
        return len(data)

    @property
    def stored(self) -> StoredFile:
        """Size and hash of what was written until now."""
        return StoredFile(size=self._size, sha256=self._hash.hexdigest())


@dataclass(frozen=True)
class Folder:
    """One backup, whole or not: a folder of a file system, and how messages name it, without a password."""

    files: AbstractFileSystem
    path: str
    shown: str

    @property
    def name(self) -> str:
        """The last part of the path, which says when the backup was begun."""
        return self.path.rstrip("/").rpartition("/")[2]

    @property
    def begun_at(self) -> datetime:
        """When it was begun, by its name."""
        found = _NAME.fullmatch(self.name)
        if found is None:
            raise DataError(f"{self.shown}: not the name of a backup")
        return datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)

    def is_whole(self) -> bool:
        """Whether its manifest is there, which is written last."""
        self.files.invalidate_cache()
        return bool(self.files.exists(f"{self.path}/{MANIFEST}"))

    def write(self, name: str, content: IO[bytes]) -> StoredFile:
        """Store what `content` has left; its size and hash."""
        with self.writing(name) as target:
            while chunk := content.read(CHUNK):
                target.write(chunk)
        return target.stored

    @contextmanager
    def writing(self, name: str) -> Iterator[Hashing]:
        """A file to be written, which knows size and hash when it is closed; for its owner alone on a local disk.

        Raises:
            TransientError: it cannot be written; the reason is in the message.
        """
        path = f"{self.path}/{name}"
        try:
            self.files.makedirs(path.rpartition("/")[0], exist_ok=True)
            with self.files.open(path, "wb") as opened:
                if isinstance(self.files, LocalFileSystem):
                    Path(path).chmod(0o600)
                yield Hashing(opened)
                if isinstance(self.files, LocalFileSystem):
                    opened.flush()
                    os.fsync(opened.fileno())
        except OSError as error:
            raise TransientError(
                f"{self.shown}/{name} cannot be written: {error.strerror or error}"
            ) from error

    def seal(self, manifest: bytes) -> None:
        """Write the manifest, in one step: from then on it is a whole backup."""
        path = f"{self.path}/{MANIFEST}"
        with self.writing(f"{MANIFEST}.partial") as partial:
            partial.write(manifest)
        self.files.mv(f"{path}.partial", path)
        self.files.invalidate_cache()

    def read(self, name: str) -> bytes:
        """A small file.

        Raises:
            DataError: it is not there or cannot be read.
        """
        with self.reading(name) as opened:
            return bytes(opened.read())

    @contextmanager
    def reading(self, name: str) -> Iterator[IO[bytes]]:
        """A file to be read.

        Raises:
            DataError: it is not there or cannot be read.
        """
        try:
            with self.files.open(f"{self.path}/{name}", "rb") as opened:
                yield opened
        except FileNotFoundError as error:
            raise DataError(f"{self.shown}/{name} is missing") from error
        except OSError as error:
            raise DataError(f"{self.shown}/{name} cannot be read: {error.strerror or error}") from error

    def fetch(self, name: str, target: Path, expected: StoredFile) -> None:
        """Bring a file to the local disk, where it is exactly what is expected.

        Raises:
            DataError: it is missing, has another size or other bytes.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        with self.reading(name) as source, target.open("wb") as opened:
            copy = Hashing(opened)
            while chunk := source.read(CHUNK):
                copy.write(chunk)
        found = copy.stored
        if found.size != expected.size:
            raise DataError(
                f"{self.shown}/{name} is damaged: it has {found.size:,} bytes in place of {expected.size:,}"
            )
        if found.sha256 != expected.sha256:
            raise DataError(f"{self.shown}/{name} is damaged: its bytes are not those of the backup (sha256)")

    def remove(self) -> None:
        """Delete it, the manifest first: what is left by an interruption is no whole backup."""
        with suppress(FileNotFoundError):
            self.files.rm_file(f"{self.path}/{MANIFEST}")
        self.files.rm(self.path, recursive=True)
        self.files.invalidate_cache()


def folder_at(location: str) -> Folder:
    """The folder that a path or URL names.

    Raises:
        ConfigurationError: the protocol is unknown, or its package is not installed.
    """
    url = location if "://" in location else str(Path(location).expanduser().absolute())
    try:
        files, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise ConfigurationError(f"{_shown(url)} cannot be used for backups: {error}") from error
    return Folder(files, str(path).rstrip("/"), _shown(url).rstrip("/"))


def new_backup(location: str, now: datetime) -> Folder:
    """A folder for a backup that is begun now; nothing is made yet."""
    place = folder_at(location)
    return _below(place, now.astimezone(UTC).strftime("mdl-%Y%m%dT%H%M%S%fZ"))


def backups_at(location: str) -> list[Folder]:
    """Every backup below a path or URL, whole or not, newest first.

    Raises:
        TransientError: the place does not answer.
    """
    place = folder_at(location)
    place.files.invalidate_cache()
    try:
        paths = place.files.ls(place.path, detail=False) if place.files.exists(place.path) else []
    except OSError as error:
        raise TransientError(f"{place.shown} cannot be listed: {error.strerror or error}") from error
    names = {str(path).rstrip("/").rpartition("/")[2] for path in paths}
    return [_below(place, name) for name in sorted(filter(_NAME.fullmatch, names), reverse=True)]


def _below(place: Folder, name: str) -> Folder:
    return Folder(place.files, f"{place.path}/{name}", f"{place.shown}/{name}")


def _shown(url: str) -> str:
    """The URL without user and password, which may be in it, and without a query."""
    if "://" not in url:
        return url
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
