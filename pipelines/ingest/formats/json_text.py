"""The text of JSON files in blocks of UTF-8: their encoding, and their lines."""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa

from core.errors import DataError

_BLOCK = 8 * 1024 * 1024
_BLANKS = b" \t\r\n\v\f"


def encoding_of(head: bytes) -> str:
    """The encoding that the first four bytes tell: by their mark, or since JSON begins with ASCII."""
    # the mark of UTF-32 begins with that of UTF-16
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    zeros = tuple(byte == 0 for byte in head[:4])
    by_zeros: dict[tuple[bool, ...], str] = {
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
    }
    return by_zeros.get(zeros, "utf-8")


@contextmanager
def _decoding(encoding: str) -> Iterator[None]:
    try:
        yield
    except UnicodeError as error:
        reason = error.reason if isinstance(error, UnicodeDecodeError) else str(error)
        hint = "" if encoding != "utf-8" else "; if it is meant to be another encoding, name it in `encoding`"
        raise DataError(f"the file is not {encoding.upper()}: {reason}{hint}") from error


def texts(path: Path, encoding: str | None) -> Iterator[str]:
    """The file as text, a block at a time, without a byte order mark.

    Raises:
        DataError: it is not in the encoding that is given, or that its first bytes tell.
    """
    with path.open("rb") as stream:
        named = encoding or encoding_of(stream.read(4))
        stream.seek(0)
        with _decoding(named):
            decoder = codecs.getincrementaldecoder(named)()
            blocks = chain(iter(lambda: stream.read(_BLOCK), b""), [b""])
            first = True
            for block in blocks:
                text = decoder.decode(block, final=not block)
                yield text.removeprefix("\ufeff") if first else text
                first = first and not text


def _utf8(path: Path, encoding: str | None) -> Iterator[bytes]:
    """The file in UTF-8, which is not looked at where it is in UTF-8 as it lies."""
    with path.open("rb") as stream:
        head = stream.read(4)
        named = encoding or encoding_of(head)
        if codecs.lookup(named).name not in ("utf-8", "utf-8-sig"):
            with _decoding(named):
                yield from (text.encode() for text in texts(path, encoding))
            return
        yield head.removeprefix(codecs.BOM_UTF8) + stream.read(_BLOCK)
        yield from iter(lambda: stream.read(_BLOCK), b"")


# ---- lines ---------------------------------------------------------------------------------------------
def lines(path: Path, encoding: str | None) -> Iterator[pa.Array]:
    """The lines of a file that are not blank, as arrays of text of about 8 MiB.

    Raises:
        DataError: a line is too long, or not in the encoding.
    """
    with _decoding("utf-8"):
        for block in _whole_lines(_utf8(path, encoding)):
            block.decode()  # only to see that it can be
            yield _not_blank(block)


def _whole_lines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    first = next(blocks, b"")
    old_mac = b"\r" in first and b"\n" not in first
    for block in chain([first], blocks):
        whole, newline, tail = (block.replace(b"\r", b"\n") if old_mac else block).rpartition(b"\n")
        if newline:
            yield rest + whole
            rest = tail
        else:
            rest += tail
            if len(rest) > 8 * _BLOCK:
                raise DataError(
                    "a line is longer than 64 MiB: is the file one JSON document? Then set `format: json`"
                )
    yield rest


def _not_blank(block: bytes) -> pa.Array:
    if not block:
        return pa.array([], pa.string())
    data = np.frombuffer(block, np.uint8)
    starts = np.concatenate([[0], np.flatnonzero(data == ord("\n")) + 1, [len(block) + 1]])
    offsets = pa.py_buffer(np.minimum(starts, len(block)).astype(np.int32))
    array = pa.StringArray.from_buffers(len(starts) - 1, offsets, pa.py_buffer(block))
    # of what begins with a blank, few lines are blank throughout; a last one of no length counts as its line end
    begins = data[np.minimum(starts[:-1], len(block) - 1)]
    suspects = np.flatnonzero(np.isin(begins, list(_BLANKS)))
    blank = [i for i in suspects if not block[starts[i] : starts[i + 1]].strip(_BLANKS)]
    if not blank:
        return array
    kept = np.ones(len(array), bool)
    kept[blank] = False
    return array.filter(pa.array(kept))
