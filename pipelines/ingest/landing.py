"""The landing zone: which files a source has, what tells them apart, and their content as a local file."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import fsspec
from fsspec import AbstractFileSystem

from core.errors import DataError, TransientError
from pipelines.ingest.packing import is_packed, is_zip, members, plain_bytes
from schemas.catalog.documents import Source

_CHUNK = 4 * 1024 * 1024
_MEMBER = "!"
_PLAIN_SUFFIXES = {
    "csv": (".csv", ".tsv", ".txt"),
    "jsonl": (".jsonl", ".ndjson", ".json"),
    "json": (".json",),
    "parquet": (".parquet", ".pq"),
    "xlsx": (".xlsx", ".xlsm"),
}
_SUFFIXES = {
    kind: (*(plain + packed for plain in names for packed in ("", ".gz", ".bz2", ".xz", ".zst")), ".zip")
    for kind, names in _PLAIN_SUFFIXES.items()
}


@dataclass(frozen=True)
class Found:
    """A file of a source. `path` is what it is known by: relative to the landing root, or a URL.

    `member` names a file within the zip archive at `location`; `problem` says why an archive cannot be listed.
    """

    source_id: str
    path: str
    filesystem: AbstractFileSystem
    location: str
    size: int
    modified_at: datetime | None
    member: str | None = None
    problem: str | None = None

    @property
    def file_id(self) -> str:
        """Identity of the path within its source, whatever it holds."""
        return file_id(self.source_id, self.path)

    @property
    def is_local(self) -> bool:
        """Whether the plain content can be read where it lies."""
        return (
            "file" in _protocols(self.filesystem)
            and self.member is None
            and not is_packed(Path(self.location))
        )

    def unchanged(self) -> bool:
        """Whether the file still has the size and time that it was found with."""
        info = self.filesystem.info(self.location)
        same_time = self.modified_at is None or _modified(info) == self.modified_at
        return same_time and (self.member is not None or info.get("size") == self.size)


def file_id(source_id: str, path: str) -> str:
    """Identity of a path within a source: 16 hexadecimal digits."""
    return hashlib.sha256(f"{source_id}\n{path}".encode()).hexdigest()[:16]


def find_files(source: Source, landing: str) -> list[Found]:
    """Every file of a source now, members of archives one by one, in order of path.

    Raises:
        DataError: the path is no pattern of a file system that is installed.
        TransientError: the landing zone does not answer.
    """
    if source.path is None:
        return []
    pattern, _, member_pattern = source.path.partition(_MEMBER)
    url = pattern if "://" in pattern else f"{landing.rstrip('/')}/{pattern}"
    try:
        filesystem, location = fsspec.core.url_to_fs(url)
        infos = _matches(filesystem, location, source.format)
    except (ValueError, ImportError) as error:
        raise DataError(f"{url} cannot be listed: {error}") from error
    except OSError as error:
        raise TransientError(f"source {source.source_id}: {url} cannot be listed: {error}") from error
    root = "" if "://" in pattern else fsspec.core.url_to_fs(landing)[1].rstrip("/") + "/"
    found: list[Found] = []
    for path, info in sorted(infos.items()):
        known_as = path.removeprefix(root) if root else str(filesystem.unstrip_protocol(path))
        one = Found(source.source_id, known_as, filesystem, path, info.get("size") or 0, _modified(info))
        found.extend(_members(one, member_pattern) if path.lower().endswith(".zip") else [one])
    return found


def _matches(filesystem: AbstractFileSystem, location: str, kind: str) -> dict[str, dict[str, Any]]:
    if filesystem.isdir(location):
        infos = filesystem.find(location, detail=True)
        below = len(location.rstrip("/")) + 1
        return {
            path: info
            for path, info in infos.items()
            if path.lower().endswith(_SUFFIXES[kind])
            and not any(part.startswith((".", "_")) for part in PurePosixPath(path[below:]).parts)
        }
    infos = filesystem.glob(location, detail=True)
    return {path: info for path, info in infos.items() if info.get("type") == "file"}


def _members(archive: Found, pattern: str) -> list[Found]:
    """The files in a zip archive that match `pattern`, by default all that are not hidden."""
    try:
        with archive.filesystem.open(archive.location, "rb") as stream:
            if not is_zip(stream):
                return [archive]
            stream.seek(0)
            inside = members(stream, pattern)
    except (DataError, OSError) as error:
        return [_with(archive, problem=f"the zip archive cannot be read: {error}")]
    return [_with(archive, member=one.name, size=one.size, problem=one.problem) for one in inside]


def _with(archive: Found, *, member: str | None = None, size: int = 0, problem: str | None = None) -> Found:
    path = f"{archive.path}{_MEMBER}{member}" if member else archive.path
    return Found(
        archive.source_id,
        path,
        archive.filesystem,
        archive.location,
        size or archive.size,
        archive.modified_at,
        member,
        problem,
    )


def _protocols(filesystem: AbstractFileSystem) -> tuple[str, ...]:
    protocol = filesystem.protocol
    return (protocol,) if isinstance(protocol, str) else tuple(protocol)


def _modified(info: dict[str, Any]) -> datetime | None:
    """When the store says that a file was last written; the names differ from store to store."""
    for name in ("mtime", "LastModified", "last_modified", "updated", "created"):
        value = info.get(name)
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
    return None


def digest(found: Found) -> str:
    """sha256 of the plain content, unpacked where it is packed.

    Raises:
        DataError: it cannot be unpacked.
        TransientError: it cannot be read.
    """
    return _pour(found, None)


@contextmanager
def local_copy(found: Found, folder: Path) -> Iterator[Path]:
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


def _pour(found: Found, target: BinaryIO | None) -> str:
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


def _chunks(found: Found, stream: BinaryIO) -> Iterator[bytes]:
    if found.problem:
        return iter(lambda: stream.read(_CHUNK), b"")
    return plain_bytes(stream, found.member, found.size)


def raw_digest(found: Found) -> str:
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
