"""The landing zone: which files a source has, and what tells them apart."""

import hashlib
import os
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fsspec
from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem

from core.errors import DataError, TransientError
from pipelines.ingest.file_names import escaped, is_looked_at
from pipelines.ingest.formats.archives import is_zip, members
from pipelines.ingest.formats.signatures import is_packed
from pipelines.ingest.http_sessions import direct_session, public_session
from pipelines.ingest.listing import fixed_part, list_local, within
from schemas.catalog.reach import Reach, is_url, leaves_landing, resolves_to_private
from schemas.documents.documents import Source

_MEMBER = "!"
# a pattern of archives, then one of members; in brackets the mark means "not these", and in other names nothing
_MEMBERS = re.compile(r"((?:\[!|[^!])*(?:\.zip|[*?\]]))!(.*)", re.DOTALL | re.IGNORECASE)
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
class SourceFile:
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
            is_local_filesystem(self.filesystem)
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


def find_files(
    source: Source, landing: str, reach: Reach | None = None, passed: dict[str, str] | None = None
) -> list[SourceFile]:
    """Every file of a source now, members of archives one by one, in order of path.

    With `reach` the source came over the API, and what it may reach is limited. What lies there and is no file is
    entered in `passed` with the reason, by path.

    Raises:
        DataError: the path is no pattern of a file system that is installed, or reaches what it may not.
        TransientError: the landing zone does not answer.
    """
    if source.path is None:
        return []
    _insist(source, reach)
    passed = {} if passed is None else passed
    archives = _MEMBERS.fullmatch(source.path)
    pattern, member_pattern = archives.groups() if archives else (source.path, None)
    url = pattern if is_url(pattern) else f"{landing.rstrip('/')}/{pattern}"
    try:
        filesystem, root, infos = _listed(source, landing, pattern, reach, passed)
    except (DataError, TransientError):
        raise
    except OSError as error:
        raise TransientError(f"source {source.source_id}: {url} cannot be listed: {_said(error)}") from error
    except Exception as error:  # a protocol of fsspec is code of anybody's, and knows any exception
        raise DataError(f"{url[:200]} cannot be listed: {_said(error)}") from error
    found: list[SourceFile] = []
    for path, info in sorted(infos.items()):
        known_as = path.removeprefix(root) if root else str(filesystem.unstrip_protocol(path))
        one = SourceFile(source.source_id, known_as, filesystem, path, info.get("size") or 0, _modified(info))
        inside = _within(one, member_pattern or "") if path.lower().endswith(".zip") else [one]
        if not inside:
            passed[escaped(known_as)] = f"no file in it matches {member_pattern!r}"
        found.extend(inside)
    return found


def _within(archive: SourceFile, pattern: str) -> list[SourceFile]:
    """The files in an archive; whatever is wrong with it stops no other file of its source."""
    try:
        return _members(archive, pattern)
    except Exception as error:  # noqa: BLE001  zipfile knows more kinds than it documents
        return [replace(archive, problem=f"the zip archive cannot be read: {_said(error)}")]


def local_root(landing: str) -> str | None:
    """The landing zone as a folder of this machine, None where it lies elsewhere."""
    if "://" not in landing:
        return landing.rstrip("/") or "/"
    is_here = landing.startswith(("file://", "local://"))
    return str(LocalFileSystem._strip_protocol(landing)) if is_here else None  # noqa: SLF001  fsspec has no other


def insist_below(landing: str, found: SourceFile) -> None:
    """Look once more where a file of the landing zone really lies, now that it is about to be opened.

    Raises:
        DataError: a link has come in its way that leads out of the landing root.
    """
    root = local_root(landing)
    if root is None or not is_local_filesystem(found.filesystem) or not within(found.location, root):
        return
    if not within(os.path.realpath(found.location), os.path.realpath(root)):
        raise DataError("a link leads out of the landing root")


def is_remote(source: Source, landing: str) -> bool:
    """Whether the files of a source lie elsewhere, and may keep whoever asks waiting."""
    return source.path is not None and local_root(source.path if is_url(source.path) else landing) is None


def _insist(source: Source, reach: Reach | None) -> None:
    """Refuse a source that reaches what it may not."""
    refused = reach.refuses(source) if reach else None
    path = source.path or ""
    reason = refused[1] if refused else None if is_url(path) else leaves_landing(path)
    if _is_open(path, reach) and not reason and resolves_to_private(urlsplit(path).hostname or ""):
        reason = "its name leads to a private address; the operator grants such a host in MDL_SOURCE_URLS"
    if reason:
        raise DataError(f"{path[:200]!r}: {reason}")


def _is_open(path: str, reach: Reach | None) -> bool:
    """Whether a URL came over the API and its host is one of any."""
    return reach is not None and is_url(path) and not reach.names_host_of(path)


def _listed(
    source: Source, landing: str, pattern: str, reach: Reach | None, passed: dict[str, str]
) -> tuple[AbstractFileSystem, str, dict[str, dict[str, Any]]]:
    """The file system, what of a path its files are not known by, and the files with size and time."""
    suffixes = _SUFFIXES[source.format]
    here = local_root(pattern if is_url(pattern) else landing)
    if here is not None:
        root, below = ("/", here) if is_url(pattern) else (here, pattern)
        listing = list_local(root, below, suffixes)
        passed.update(listing.passed)
        return LocalFileSystem(), "" if is_url(pattern) else root.rstrip("/") + "/", listing.files
    # what the API may reach is what it names: no server may send it on to another, and no name to an inner address
    options: dict[str, Any] = {}
    if reach and urlsplit(pattern).scheme in ("http", "https"):
        session = public_session if _is_open(pattern, reach) else direct_session
        options = {"allow_redirects": False, "get_client": session}
    url = pattern if is_url(pattern) else f"{landing.rstrip('/')}/{pattern}"
    filesystem, location = fsspec.core.url_to_fs(url, **options)
    root = "" if is_url(pattern) else str(fsspec.core.url_to_fs(landing)[1]).rstrip("/") + "/"
    return filesystem, root, _matches(filesystem, location, suffixes)


def _matches(
    filesystem: AbstractFileSystem, location: str, suffixes: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    fixed, named = fixed_part(location)
    if filesystem.isdir(location):
        infos = filesystem.find(location, detail=True)
        infos = {path: info for path, info in infos.items() if path.lower().endswith(suffixes)}
    else:
        infos = filesystem.glob(location, detail=True)
    return {
        path: info
        for path, info in infos.items()
        if info.get("type") == "file"
        and all(is_looked_at(part, named) for part in [p for p in path.split("/") if p][len(fixed) :])
    }


def _said(error: Exception) -> str:
    """The words of an exception on one line, with its kind where they say little."""
    words = " ".join(str(error).split())[:500]
    if isinstance(error, ImportError):
        return f"{words or 'a library is missing'}: install what it names beside MDL, and run again"
    if isinstance(error, OSError | ValueError) and words:
        return words
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _members(archive: SourceFile, pattern: str) -> list[SourceFile]:
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


def _with(
    archive: SourceFile, *, member: str | None = None, size: int = 0, problem: str | None = None
) -> SourceFile:
    path = f"{archive.path}{_MEMBER}{member}" if member else archive.path
    return SourceFile(
        archive.source_id,
        path,
        archive.filesystem,
        archive.location,
        size or archive.size,
        archive.modified_at,
        member,
        problem,
    )


def is_local_filesystem(filesystem: AbstractFileSystem) -> bool:
    """Whether its files lie on this machine."""
    protocol = filesystem.protocol
    return "file" in ((protocol,) if isinstance(protocol, str) else tuple(protocol))


def _modified(info: dict[str, Any]) -> datetime | None:
    """When the store says that a file was last written; the names differ from store to store."""
    for name in ("mtime", "LastModified", "last_modified", "updated", "created"):
        value = info.get(name)
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
    return None
