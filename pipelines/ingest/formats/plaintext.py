"""A text file as UTF-8 in blocks: its encoding, its line ends and their numbers, and lines behind its data."""

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from core.errors import DataError

# what is worked out of a block stays in the processor's memory
BLOCK = 1024 * 1024
LONGEST = 64 * 1024 * 1024
LINE_END = re.compile(rb"\r\n?|\n")
_BOM = b"\xef\xbb\xbf"
# the longer first: UTF-32 begins like UTF-16
_MARKED = {
    b"\xff\xfe\x00\x00": ("UTF-32", "utf-32"),
    b"\x00\x00\xfe\xff": ("UTF-32", "utf-32"),
    b"\xff\xfe": ("UTF-16", "utf-16"),
    b"\xfe\xff": ("UTF-16", "utf-16"),
}
# which of four bytes are null in text of Latin letters
_NULLS = {
    (False, True, True, True): ("UTF-32 (little-endian)", "utf-32-le"),
    (True, True, True, False): ("UTF-32 (big-endian)", "utf-32-be"),
    (False, True, False, True): ("UTF-16 (little-endian)", "utf-16-le"),
    (True, False, True, False): ("UTF-16 (big-endian)", "utf-16-be"),
}


class Text:
    """A file's text from its first letter on, a byte order mark left out.

    Raises:
        DataError: the file is visibly in another encoding than the one given, by default UTF-8.
    """

    def __init__(self, path: Path, encoding: str | None) -> None:
        self.path = path
        is_plain = encoding is None or codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")
        self.encoding = None if is_plain else encoding
        with path.open("rb") as stream:
            head = stream.read(4096)
        if self.encoding:
            _refuse_contradictions(head, self.encoding)
        else:
            _refuse_other_encodings(head)

    def chunks(self, start: int = 0) -> Iterator[bytes]:
        """UTF-8 from offset `start` on, about a block at a time, never ending within a line end.

        What stands in a file without `encoding` is not checked.

        Raises:
            DataError: bytes do not fit `encoding`.
        """
        held = b""
        with self.path.open("rb") as stream:
            for chunk in self._skipped(self._decoded(stream) if self.encoding else _plain(stream), start):
                whole = held + chunk
                held = b"\r" if whole.endswith(b"\r") else b""
                if len(whole) > len(held):
                    yield whole[: len(whole) - len(held)] if held else whole
        if held:
            yield held

    def _skipped(self, chunks: Iterable[bytes], start: int) -> Iterator[bytes]:
        is_first, left = True, start
        for chunk in chunks:
            if is_first and chunk.startswith(_BOM):
                left += len(_BOM)
            is_first = is_first and not chunk
            if left < len(chunk):
                yield chunk[left:] if left else chunk
            left = max(left - len(chunk), 0)

    def _decoded(self, stream: BinaryIO) -> Iterator[bytes]:
        plain = codecs.getincrementaldecoder(self.encoding or "")()
        decoder = io.IncrementalNewlineDecoder(plain, translate=False)
        lines = 1
        data = b"-"
        while data:
            data, before = stream.read(BLOCK), decoder.getstate()
            try:
                chunk = decoder.decode(data, final=not data).encode()
            except (UnicodeError, ValueError) as error:
                decoder.setstate(before)
                lines += _lines_before_fault(decoder, data)
                raise DataError(f"line {lines} is not {self.encoding}: {_said(error)}") from error
            lines += line_ends(chunk)
            yield chunk

    def line_of(self, offset: int) -> int:
        """The number of the line, as an editor shows it, that has the byte `offset` of the chunks."""
        number = 1
        for chunk in self.chunks():
            number += line_ends(chunk[:offset])
            offset -= len(chunk)
            if offset < 0:
                break
        return number


def line_ends(data: bytes) -> int:
    """How many line ends there are: of Unix, Windows or the old Macintosh."""
    count = data.count(b"\n")
    return count + data.count(b"\r") - data.count(b"\r\n") if b"\r" in data else count


def line_start(data: bytes, stop: int) -> int:
    """Behind the last line end before `stop`; 0 where there is none."""
    newline = data.rfind(b"\n", 0, stop)
    return 1 + max(newline, data.rfind(b"\r", newline + 1, stop))


def without_tail(chunks: Iterable[bytes], blank: bytes, footer: int) -> Iterator[bytes]:
    """The chunks without lines at the end that hold only bytes of `blank`, and the last `footer` lines before them.

    Raises:
        DataError: more would be held in memory than LONGEST bytes.
    """
    held, is_fresh = b"", True
    for chunk in chunks:
        data = held + chunk
        end = _end_of_data(data, blank, footer, is_fresh=is_fresh)
        if end:
            is_fresh = data[end - 1] in b"\r\n"
            yield data[:end] if end < len(data) else data
        held = data[end:]
        if len(held) > LONGEST:
            raise DataError(f"the file has over {LONGEST // 2**20} MiB of empty lines, or of lines to skip")


def _end_of_data(data: bytes, blank: bytes, footer: int, *, is_fresh: bool) -> int:
    bare = len(data.rstrip(blank + b"\r\n"))
    if not bare and is_fresh:
        return 0
    found = LINE_END.search(data, bare)
    end = found.end() if found else len(data)
    for _ in range(footer):
        inner = end - (2 if data[end - 2 : end] == b"\r\n" else data[end - 1 : end] in (b"\r", b"\n"))
        end = line_start(data, inner)
    return end


def _plain(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(BLOCK):
        yield chunk


def _lines_before_fault(decoder: io.IncrementalNewlineDecoder, data: bytes) -> int:
    """Line ends in front of what cannot be decoded, by decoding byte after byte."""
    count = 0
    with suppress(UnicodeError, ValueError):
        for byte in data:
            count += line_ends(decoder.decode(bytes([byte])).encode())
    return count


def _said(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        wrong = error.object[error.start : error.end][:8]
        return f"byte{'s' if len(wrong) > 1 else ''} {wrong.hex(' ')}: {error.reason}"
    return str(error)


def _refuse_contradictions(head: bytes, encoding: str) -> None:
    codec = codecs.lookup(encoding).name
    for mark, (name, family) in {**_MARKED, _BOM: ("UTF-8", "utf-8")}.items():
        if head.startswith(mark):
            if not codec.startswith(family):
                raise DataError(
                    f"the file begins with the byte order mark of {name}; `encoding` is {encoding}"
                )
            return
    if codec.startswith(("utf-16", "utf-32")) and b"\0" not in head:
        raise DataError(f"the file is not in {encoding}, as `encoding` says: it has no null bytes")


def _refuse_other_encodings(head: bytes) -> None:
    for mark, (name, codec) in _MARKED.items():
        if head.startswith(mark):
            raise DataError(f"the file is encoded in {name}; set `encoding: {codec}`")
    if b"\0" not in head:
        return
    whole = head[: len(head) // 4 * 4] if len(head) >= 4 else head.ljust(4, b"-")
    nulls = tuple(whole[n::4].count(0) * 2 > len(whole) // 4 for n in range(4))
    if nulls in _NULLS:
        name, codec = _NULLS[nulls]
        raise DataError(f"the file looks like {name} without a byte order mark; set `encoding: {codec}`")
    raise DataError(
        f"line {1 + line_ends(head.partition(bytes(1))[0])} has a null byte: the file is damaged, is no text, "
        "or is in an encoding that `encoding` must name"
    )
