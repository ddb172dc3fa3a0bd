"""What stands before the data of a delimited file: lines to skip, `sep=`, and the header that tells the delimiter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import DataError
from pipelines.ingest.formats.plaintext import LINE_END, Text, line_ends
from schemas.documents.documents import Source

LONGEST_HEADER = 8 * 1024 * 1024
_DELIMITERS = (b",", b";", b"\t", b"|")
_SEP = re.compile(rb'"?sep=([^\r\n])"?(?:\r\n?|\n|\Z)', re.IGNORECASE)
_LIKE_DATA = re.compile(r"[-+]?\d[\d.,:/TZ+\- ]*")
# of names in a message
_SHOWN_NAMES, _SHOWN_LETTERS = 20, 60
HOW_TO_QUOTE = "double each mark that belongs to a value, or set `quote`"


@dataclass(frozen=True)
class Dialect:
    """How records are taken apart; each mark is one byte."""

    delimiter: bytes
    quote: bytes

    def values(self, record: bytes) -> list[bytes]:
        """The values of one record that is strictly quoted, without its line end."""
        if self.quote not in record:
            return record.split(self.delimiter)
        given = re.findall(rb"(?:\A|%b)(%b)" % (re.escape(self.delimiter), self._value), record)
        return [self._unquoted(value) for value in given]

    def _unquoted(self, value: bytes) -> bytes:
        if not value.startswith(self.quote):
            return value
        return value[1:-1].replace(2 * self.quote, self.quote)

    @property
    def _value(self) -> bytes:
        """A pattern of one strictly quoted value, or of one that is not quoted."""
        d, q = re.escape(self.delimiter), re.escape(self.quote)
        return rb"%b(?:[^%b]++|%b%b)*+%b|[^%b%b\r\n][^%b\r\n]*+|" % (q, q, q, q, q, q, d, d)

    def first_record(self, text: bytes, start: int) -> re.Match[bytes] | None:
        """The record that begins at `start`, as group 1, and its line end; nothing where it is misquoted."""
        d = re.escape(self.delimiter)
        pattern = rb"((?:%b)(?:%b(?:%b))*+)(?:\r\n?|\n|\Z)" % (self._value, d, self._value)
        return re.compile(pattern).match(text, start)


@dataclass(frozen=True)
class Header:
    """The names of the columns, the dialect, and the offset in the text at which the data begin."""

    names: list[str]
    dialect: Dialect
    start: int


# NEL, line and paragraph separator in UTF-8
_ODD_LINE_END = re.compile(rb"\xc2\x85|\xe2\x80[\xa8\xa9]")


def read_header(text: Text, source: Source, wanted: Sequence[str]) -> Header:
    """Find the header: the first line that holds anything, behind `skip_rows` lines and a `sep=` line.

    Where neither `delimiter` nor `sep=` says it, the delimiter is the first of comma, semicolon, tab and bar under
    which every wanted column is there.

    Raises:
        DataError: there is no header, it cannot be read, lacks a wanted column or names it twice.
    """
    head = _head(text)
    given = _byte("delimiter", source.delimiter) if source.delimiter else None
    blank = re.compile(rb"(?:[%b]*(?:\r\n?|\n))*+" % re.escape(given or b"".join(_DELIMITERS)))
    start = blank.match(head, _behind_lines(head, source.skip_rows)).end()  # type: ignore[union-attr]
    if said := _SEP.match(head, start):
        given = given or said[1]
        start = blank.match(head, said.end()).end()  # type: ignore[union-attr]
    if not head[start:].strip(b"\r\n"):
        raise DataError("the file has no header: it holds nothing but lines without text")
    quote = _byte("quote", source.quote or '"')
    dialects = [Dialect(mark, quote) for mark in ((given,) if given else _DELIMITERS) if mark != quote]
    found = _chosen(head, start, dialects, wanted)
    _require(wanted, found.names)
    return found


def _chosen(head: bytes, start: int, dialects: Sequence[Dialect], wanted: Sequence[str]) -> Header:
    """The header in the first dialect that has all wanted columns, else in the one that has most names."""
    names = {name.encode(errors="surrogatepass") for name in wanted}
    found = []
    for dialect in dialects:
        if match := dialect.first_record(head, start):
            found.append((dialect, dialect.values(match[1]), match))
            if names <= set(found[-1][1]):
                break
    line = 1 + line_ends(head[:start])
    if not dialects:
        raise DataError("the delimiter and the quotation mark are the same character")
    if not found:
        raise DataError(f"line {line}: the header has a quotation mark that does not close; {HOW_TO_QUOTE}")
    dialect, values, match = max(found, key=lambda one: (names <= set(one[1]), len(one[1])))
    if match.end() == len(head) >= LONGEST_HEADER:
        raise DataError(
            f"line {line} is longer than {LONGEST_HEADER // 2**20} MiB: the file has no line ends"
        )
    if odd := _ODD_LINE_END.search(match[1]):
        raise DataError(
            f"line {line}: the header holds U+{ord(odd[0].decode()):04X}, which ends lines for some programs; "
            "write lines that end with \\n or \\r\\n"
        )
    if b"\0" in match[1]:
        raise DataError(f"line {line} has a null byte: the file is damaged, or it is no text")
    try:
        return Header([value.decode() for value in values], dialect, match.end())
    except UnicodeDecodeError as error:
        raise DataError(
            f"line {line}: the header is not UTF-8; set `encoding`, for example to cp1252"
        ) from error


def _head(text: Text) -> bytes:
    parts, size = [], 0
    for chunk in text.chunks():
        parts.append(chunk)
        size += len(chunk)
        if size >= LONGEST_HEADER:
            break
    return b"".join(parts)


def _byte(field: str, mark: str) -> bytes:
    if not mark.isascii() or mark == "\0":
        raise DataError(f"`{field}` is {mark!r}; csv files are taken apart at ASCII characters only")
    return mark.encode()


def _behind_lines(head: bytes, count: int) -> int:
    end = 0
    for number in range(count):
        found = LINE_END.search(head, end)
        if not found:
            raise DataError(f"the file has {number + 1} lines, and `skip_rows` is {count}")
        end = found.end()
    return end


def _require(wanted: Sequence[str], names: Sequence[str]) -> None:
    missing = [name for name in wanted if name not in names]
    if missing:
        more = f" and {len(names) - _SHOWN_NAMES:,} more" if len(names) > _SHOWN_NAMES else ""
        shown = ", ".join(repr(_cut(name)) for name in names[:_SHOWN_NAMES])
        raise DataError(
            f"the file has no column {', '.join(map(repr, missing))}; it has {shown}{more}"
            f"{_hint(missing, wanted, names)}"
        )
    doubled = sorted(name for name in wanted if names.count(name) > 1)
    if doubled:
        raise DataError(f"the header names {', '.join(map(repr, doubled))} more than once")


def _hint(missing: Sequence[str], wanted: Sequence[str], names: Sequence[str]) -> str:
    close = [name for name in names if any(_plain(name) == _plain(other) for other in missing)]
    if close:
        return f"; did you mean {', '.join(repr(_cut(name)) for name in close[:_SHOWN_NAMES])}?"
    if len(missing) == len(wanted) and any(map(_LIKE_DATA.fullmatch, names)):
        return "; the first line looks like data: is the header missing?"
    return "; is `delimiter` right?" if len(names) == 1 and re.search(r"\W", names[0]) else ""


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _cut(name: str) -> str:
    return name if len(name) <= _SHOWN_LETTERS else name[:_SHOWN_LETTERS] + "…"
