"""Files that are packed: what they are packed as, told by their first bytes, and the plain bytes within.

gz, bz2, xz, zst and zip are read, also one within another; every other packing is refused by its name.
"""

import bz2
import errno
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import zstandard

from core.errors import DataError

_CHUNK = 4 * 1024 * 1024
# zstd writes 128 KiB for four bytes, and its library takes no limit: 128 MiB at once at the most
_ZST_CHUNK = 4 * 1024
_HEAD = 512
# memory that a packing may ask for to unpack; `xz -9` asks for 65 MiB
_MEMORY = 256 * 1024 * 1024
# deflate gives at most 1,032 bytes for one; tables of real values stay far below
_MOST_RATIO = 500
_ALWAYS_ALLOWED = 1024**3
_MOST_LAYERS = 3
_MOST_MEMBERS = 10_000

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_SIGNATURES = {
    b"\x1f\x8b": "gz",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zst",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"\x04\x22\x4d\x18": "lz4",
    b"\x02\x21\x4c\x18": "lz4",
    b"\xff\x06\x00\x00sNaPpY": "snappy",
    b"\x1f\x9d": "Z (compress)",
    b"LZIP\x01": "lzip",
    b"\x5d\x00\x00": "lzma",
    b"\x89LZO\x00": "lzop",
    b"MSCF\x00": "cab",
    **dict.fromkeys(_ZIP, "zip"),
}
_BZ2_BLOCKS = (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")
_CUT = ("gz", "xz", "zst")
# the first member of a workbook of Excel or LibreOffice, which are zip archives by build and no packings
_OFFICE = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"customXml/", b"xl/", b"mimetype")
# the first bytes of Office files before 2007, and of encrypted ones ever since
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# other kinds of files that come under the names of tables
_OTHERS = {
    b"%PDF-": "a PDF document",
    b"\x89PNG\r\n": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF87a": "a GIF picture",
    b"GIF89a": "a GIF picture",
    b"{\\rtf": "an RTF document",
    b"SQLite format 3\0": "an SQLite database",
    b"Obj\x01": "an Avro file",
    b"ARROW1\0": "an Arrow file",
    b"\x89HDF\r\n": "an HDF5 file",
    b"\x7fELF": "a program",
    b"<!doctype html": "an HTML page",
    b"<html": "an HTML page",
    b"<?xml": "an XML document",
}
# by the folder or member that a zip archive of Office has
_IN_OFFICE = {
    "xl/": "xlsx",
    "word/": "a Word document",
    "ppt/": "a presentation",
    "content.xml": "an OpenDocument file (.ods, .odt)",
}
_KINDS = {"parquet": "Parquet", "xlsx": "a workbook"}
# some writers leave the mark of archives in several parts before the only one
_SPAN_MARK = 4
_READ = "zip, gz, bz2, xz and zst are"


@dataclass(frozen=True)
class Member:
    """A file in a zip archive; `problem` says why it cannot be read."""

    name: str
    size: int
    problem: str | None = None


def is_packed(path: Path) -> bool:
    """Whether a local file is packed in any way."""
    with path.open("rb") as stream:
        return packed_as(stream.read(_HEAD)) is not None


def packed_as(head: bytes) -> str | None:
    """The packing that the first 512 bytes of a file tell; None where it is not packed."""
    for signature, name in _SIGNATURES.items():
        if head.startswith(signature):
            return None if name == "zip" and head[30:].startswith(_OFFICE) else name
    # of a file that was cut off so early, what is left of the block's mark
    if head.startswith(b"BZh") and len(head) > 4 and any(mark.startswith(head[4:10]) for mark in _BZ2_BLOCKS):
        return "bz2"
    return "tar" if _is_tar(head) else _begun_as(head)


def _begun_as(head: bytes) -> str | None:
    """The packing of a file that was cut off within the signature; bytes of text tell nothing."""
    if head.decode("ascii", "replace").isprintable() and head.isascii():
        return None
    return next((name for mark, name in _SIGNATURES.items() if name in _CUT and mark.startswith(head)), None)


def _is_tar(head: bytes) -> bool:
    """Whether these are 512 bytes with the checksum of a tar header."""
    try:
        tarfile.TarInfo.frombuf(head[:_HEAD], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def refuse_other_kind(path: Path, kind: str) -> None:
    """Refuse a plain file whose first bytes tell of another kind than the source's format.

    Raises:
        DataError: it is Parquet, a workbook, a document or a picture, and `kind` is not.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    other = next((name for mark, name in _OTHERS.items() if start.startswith(mark.lower())), None)
    if other:
        raise DataError(f"the file is {other}, which is not read")
    if head.startswith(OLE):
        raise DataError(
            "the file is an old Office document such as .xls, or encrypted; save it as .xlsx without a password"
        )
    told = "parquet" if head.startswith((b"PAR1", b"PARE")) else None
    if head.startswith(_ZIP) and kind != "xlsx":
        told = _in_office(path)
    if told is not None and told != kind:
        hint = f"{_KINDS[told]}; set `format: {told}`" if told in _KINDS else f"{told}, which is not read"
        raise DataError(f"the file is {hint}")


def _in_office(path: Path) -> str:
    """What a zip archive of Office is."""
    with suppress(Exception), zipfile.ZipFile(path) as archive:  # what is wrong with it, nobody asks here
        for name, kind in _IN_OFFICE.items():
            if any(member.startswith(name) for member in archive.namelist()):
                return kind
    return "xlsx"


# ---- zip -----------------------------------------------------------------------------------------------


def is_zip(stream: BinaryIO) -> bool:
    """Whether a stream, at its beginning, is meant as a zip archive."""
    return stream.read(2) == b"PK"


def members(stream: BinaryIO, pattern: str) -> list[Member]:
    """The files in a zip archive that match `pattern`, by default all that are not hidden, in order of name.

    Raises:
        DataError: the archive is damaged, empty, or too large to be listed.
    """
    with _archive(stream) as archive:
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
def _archive(stream: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """The archive that a stream is, all of it: `zipfile` would pass over whatever stands before the last one."""
    with _damage(), zipfile.ZipFile(stream) as archive:
        before = min((info.header_offset for info in archive.infolist()), default=0)
        if before > _SPAN_MARK:
            raise DataError(
                f"it begins with {before:,} bytes that its own directory does not know: two archives in one "
                "file? Deliver each as a file of its own"
            )
        yield archive


def _of_archive(stream: BinaryIO, name: str | None) -> Iterator[bytes]:
    """The bytes of one member; without a name, of the only one."""
    with _archive(stream) as archive:
        if name is None:
            if any(found.startswith("xl/") for found in archive.namelist()):
                stream.seek(0)
                yield from iter(lambda: stream.read(_CHUNK), b"")
                return
            name = _only_member(archive)
        info = archive.getinfo(name)
        with archive.open(info) as opened:
            inner = _unpacked(iter(lambda: opened.read(_CHUNK), b""), layers=1, within="zip")
            yield from _metered(inner, info.compress_size)


def _only_member(archive: zipfile.ZipFile) -> str:
    names = [
        info.filename for info in archive.infolist() if not info.is_dir() and _is_meant(info.filename, "")
    ]
    if len(names) != 1:
        raise DataError(
            f"it is a zip archive of {len(names):,} files; under a name that ends in .zip each of them is read"
        )
    return names[0]


# ---- streams -------------------------------------------------------------------------------------------


def plain_bytes(stream: BinaryIO, member: str | None, size: int) -> Iterator[bytes]:
    """The plain content of a file of `size` bytes, or of the member of the zip archive that it is.

    Raises:
        DataError: it is damaged, packed in a way that is not read, or unpacks to more than is believable.
    """
    head = stream.read(_HEAD)
    stream.seek(0)
    if member is not None or packed_as(head) == "zip":
        yield from _of_archive(stream, member)
    else:
        yield from _metered(_unpacked(iter(lambda: stream.read(_CHUNK), b"")), size)


def _unpacked(chunks: Iterator[bytes], *, layers: int = 0, within: str = "") -> Iterator[bytes]:
    """Take off one packing after the other, as the first bytes tell them."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= _HEAD:
            break
    whole = chain([head] if head else [], chunks)
    packing = packed_as(head)
    if packing is None:
        yield from whole
        return
    name = f"{packing} within {within}" if within else packing
    if packing not in _DECOMPRESSORS or layers >= _MOST_LAYERS:
        raise DataError(f"it is packed as {name}, which is not read; {_READ}")
    yield from _unpacked(_stream(packing, whole), layers=layers + 1, within=packing)


class _Gz:
    """zlib's decompressor of gzip, with the manners of those of bz2 and lzma."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


class _Zst:
    """zstandard's decompressor, with the manners of those of bz2 and lzma."""

    needs_input = True

    def __init__(self) -> None:
        self._inner = zstandard.ZstdDecompressor(max_window_size=_MEMORY // 2).decompressobj()

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, _max_length: int) -> bytes:
        return self._inner.decompress(data)


_DECOMPRESSORS: dict[str, Callable[[], Any]] = {
    "gz": _Gz,
    "bz2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_MEMORY),
    "zst": _Zst,
}


def _stream(packing: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes within a stream of one packing; several streams in a row are one, as their tools have it."""
    begin = _DECOMPRESSORS[packing]
    decompressor = begin()
    for chunk in _of_size(chunks, _ZST_CHUNK if packing == "zst" else _CHUNK):
        data = chunk
        while True:
            if decompressor.eof:
                data = data.lstrip(b"\0")  # padding of tapes and of xz
                if not data:
                    break
                decompressor = begin()
            yield _step(packing, decompressor, data)
            data = decompressor.unused_data if decompressor.eof else b""
            if not data and (decompressor.eof or decompressor.needs_input):
                break
    while not decompressor.eof and (rest := _step(packing, decompressor, b"")):
        yield rest
    if not decompressor.eof:
        raise DataError(f"it cannot be unpacked: its {packing} breaks off before the end")


def _of_size(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), size):
            yield chunk[start : start + size]


def _step(packing: str, decompressor: Any, data: bytes) -> bytes:
    try:
        unpacked: bytes = decompressor.decompress(data, _CHUNK)
    except (OSError, zlib.error, lzma.LZMAError, zstandard.ZstdError, EOFError, MemoryError) as error:
        raise DataError(f"it cannot be unpacked: its {packing} is damaged ({error})") from error
    return unpacked


def _metered(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Stop what unpacks to so much that nobody can have meant it."""
    given = 0
    for chunk in chunks:
        given += len(chunk)
        if given > max(_ALWAYS_ALLOWED, _MOST_RATIO * size):
            raise DataError(
                f"it unpacks to more than {_MOST_RATIO} times its size, which no table does: is it harmful?"
            )
        yield chunk
