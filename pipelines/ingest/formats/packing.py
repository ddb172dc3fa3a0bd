"""Files that are packed: what they are packed as, told by their first bytes, and the plain bytes within.

gz, bz2, xz, zst and zip are read, also one within another; every other packing is refused by its name.
"""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, BinaryIO

import zstandard

from core.errors import DataError
from pipelines.ingest.formats.archives import only_member, opened_archive
from pipelines.ingest.formats.signatures import HEAD_BYTES, packed_as

_CHUNK = 4 * 1024 * 1024
# zstd writes 128 KiB for four bytes, and its library takes no limit: 128 MiB at once at the most
_ZST_CHUNK = 4 * 1024
# memory that a packing may ask for to unpack; `xz -9` asks for 65 MiB
_MEMORY = 256 * 1024 * 1024
# deflate gives at most 1,032 bytes for one; tables of real values stay far below
_MOST_RATIO = 500
_ALWAYS_ALLOWED = 1024**3
_MOST_LAYERS = 3
_READ = "zip, gz, bz2, xz and zst are"


def _of_archive(stream: BinaryIO, name: str | None) -> Iterator[bytes]:
    """The bytes of one member; without a name, of the only one."""
    with opened_archive(stream) as archive:
        if name is None:
            if any(found.startswith("xl/") for found in archive.namelist()):
                stream.seek(0)
                yield from iter(lambda: stream.read(_CHUNK), b"")
                return
            name = only_member(archive)
        info = archive.getinfo(name)
        with archive.open(info) as opened:
            inner = _unpacked(iter(lambda: opened.read(_CHUNK), b""), layers=1, within="zip")
            yield from _metered(inner, info.compress_size)


def plain_bytes(stream: BinaryIO, member: str | None, size: int) -> Iterator[bytes]:
    """The plain content of a file of `size` bytes, or of the member of the zip archive that it is.

    Raises:
        DataError: it is damaged, packed in a way that is not read, or unpacks to more than is believable.
    """
    head = stream.read(HEAD_BYTES)
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
        if len(head) >= HEAD_BYTES:
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
