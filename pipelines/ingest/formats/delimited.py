"""Rows of a delimited text file (csv, tsv, txt) as Arrow batches, each record of the file accounted for.

Records are what RFC 4180 and Python's csv module in strict mode make of the text; where that is not clear the file is
refused. Arrow takes the records apart, whose ends and quotation marks were judged before.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from core.errors import DataError
from pipelines.ingest.formats import plaintext
from pipelines.ingest.formats.header import HOW_TO_QUOTE, read_header
from pipelines.ingest.formats.plaintext import Text, line_ends, without_tail
from pipelines.ingest.formats.quotation import Marks, MisquotedError
from schemas.documents.documents import Source

# what times are made of, once numbers are made equal
_TIME = re.compile(
    rb"(?:(?:jan|feb|mar|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]|mon|tue|wed|thu|fri|sat|sun)[a-z]*+"
    rb"|[ap]\.?m\.?|utc|gmt|[-+:/.,()TZ 0])*+",
    re.IGNORECASE,
)
_TIMES = b"0 time"
_NUMBER = re.compile(rb"[\s\"]*[-+]?[0-9 .,']*[0-9](?:e[-+]?[0-9]+)?[\s\"]*", re.IGNORECASE)
# beside the wanted ones, that `raw` shows: more would take memory in proportion to the width of the file
_SHOWN_COLUMNS = 200


class DelimitedRows:
    """Batches of a delimited file as text; `columns` says where the wanted ones are, `shown` what `raw` calls which.

    Raises:
        DataError: the file's beginning cannot be read, or lacks a wanted column.
    """

    def __init__(self, source: Source, path: Path, wanted: Sequence[str]) -> None:
        self.failures: list[DataError] = []
        self._footer = source.skip_footer
        self._time = source.timestamp.column
        self._text = Text(path, source.encoding)
        header = read_header(self._text, source, wanted)
        self._names, self._dialect, self._start = header.names, header.dialect, header.start
        self._numbers = [self._names.index(name) for name in source.fields.values()]
        self.columns = {name: f"c{self._names.index(name)}" for name in wanted}
        places = [n for n, name in enumerate(self._names) if n < _SHOWN_COLUMNS or name in self.columns]
        self.shown = {f"c{n}": name for n, name in zip(places, _told_apart(self._names, places), strict=True)}
        self._all = [f"c{n}" for n in range(len(self._names))]
        self._convert = pacsv.ConvertOptions(
            column_types=dict.fromkeys(self.shown, pa.string()),
            include_columns=list(self.shown),
            strings_can_be_null=False,
            check_utf8=False,  # done before, so that a ragged line's text can be mended
        )
        self.schema = pa.schema(
            [
                ("row_number", pa.int64()),
                ("malformed", pa.string()),
                ("line", pa.string()),
                *((column, pa.string()) for column in self.shown),
            ]
        )

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Batches of rows, ragged ones behind the others of a block; what stops the reading is put into `failures`."""
        try:
            yield from self._batches()
        except DataError as error:
            self.failures.append(error)
            raise
        except (pa.ArrowException, ValueError, OverflowError, MemoryError) as error:
            reason = str(error) or type(error).__name__
            self.failures.append(DataError(f"the file cannot be read as csv: {reason}"))
            raise

    def _batches(self) -> Iterator[pa.RecordBatch]:
        following = 1
        for offset, block, marks in self._blocks():
            table, ragged = self._taken_apart(self._checked(offset, block, marks))
            count = table.num_rows + len(ragged)
            if line_ends(block) + (not block.endswith((b"\n", b"\r"))) > count:
                self._refuse_taken_in(offset, block, marks)
            numbers = np.arange(following, following + count)
            is_ragged = np.zeros(count, bool)
            is_ragged[[row.number - 1 for row in ragged]] = True
            nothing = pa.nulls(table.num_rows, pa.string())
            for batch in table.combine_chunks().to_batches():
                columns = [pa.array(numbers[~is_ragged]), nothing, nothing, *batch.columns]
                yield pa.RecordBatch.from_arrays(columns, schema=self.schema)
            if ragged:
                yield self._ragged_rows(numbers[is_ragged], ragged)
            following += count

    # ---- records ---------------------------------------------------------------------------------------

    def _blocks(self) -> Iterator[tuple[int, bytes, Marks]]:
        """Whole records, about a block at a time: their offset in the text, bytes and marks."""
        offset, rest, more = self._start, b"", b""
        body = without_tail(self._text.chunks(self._start), self._dialect.delimiter, self._footer)
        for chunk in chain(body, [b""]):
            more += chunk
            # a long record is not judged anew for each block of it
            if chunk and len(more) < min(len(rest), 8 * plaintext.BLOCK):
                continue
            is_last, data, more = not chunk, rest + more, b""
            try:
                marks = Marks(data, self._dialect.delimiter, self._dialect.quote)
                end = len(data) if is_last else marks.record_start(len(data))
                is_too_long = len(data) - end > plaintext.LONGEST
                if is_last or is_too_long:
                    marks.refuse_open()
            except MisquotedError as error:
                raise self._misquoted(offset, error) from error
            if is_too_long:
                line, limit = self._text.line_of(offset + end), plaintext.LONGEST // 2**20
                raise DataError(f"line {line} is longer than {limit} MiB")
            if end:
                yield offset, data[:end], marks
            offset, rest = offset + end, data[end:]

    def _misquoted(self, offset: int, error: MisquotedError) -> DataError:
        opened = self._text.line_of(offset + error.opened)
        what = "a quotation mark is opened and never closed"
        if error.closed is not None:
            closed = self._text.line_of(offset + error.closed)
            where = "" if closed == opened else f" in line {closed}"
            what = f"a quotation mark is opened, and the mark that closes it{where} is followed by text"
        return DataError(f"line {opened}: {what}; {HOW_TO_QUOTE}")

    def _refuse_taken_in(self, offset: int, block: bytes, marks: Marks) -> None:
        """Refuse a value that holds whole lines: two stray marks can look as if they belonged together.

        A sure sign are two lines of one record that have, taken for themselves, as many values as the header, and
        times in the time's place, or numbers in the places of all numbers.
        """
        place, delimiter = self._names.index(self._time), self._dialect.delimiter
        seen: dict[tuple[int, bytes], int] = {}
        for record, begin, end in marks.taken_in(delimiter, len(self._names) - 1):
            if end > len(block):
                break
            values = block[begin:end].split(delimiter)
            is_counted = self._numbers and all(_NUMBER.fullmatch(values[n]) for n in self._numbers)
            form = _TIMES if is_counted else self._form(values[place])
            first = seen.setdefault((record, form), begin)
            if b"0" in form and first < begin:
                one, other = (self._text.line_of(offset + line) for line in (first, begin))
                raise DataError(
                    f"lines {one} and {other}: a quotation mark takes in whole lines, each of which could be a row; "
                    f"{HOW_TO_QUOTE}"
                )

    def _form(self, value: bytes) -> bytes:
        """A text with its numbers made equal; all times are equal."""
        form = re.sub(rb"[0-9]+", b"0", value.strip(b" \r\n" + self._dialect.quote))
        return _TIMES if b"0" in form and form != b"0" and _TIME.fullmatch(form) else form

    # ---- encoding --------------------------------------------------------------------------------------

    def _checked(self, offset: int, block: bytes, marks: Marks) -> bytes:
        """The block as UTF-8; what cannot be decoded in ragged lines is made U+FFFD."""
        null = block.find(b"\0")
        if null >= 0:
            line = self._text.line_of(offset + null)
            raise DataError(f"line {line} has a null byte: the file is damaged, or it is no text")
        if block.isascii():
            return block
        parts, start, view = [], 0, memoryview(block)
        while start < len(block):
            try:
                str(view[start:], "utf-8")
            except UnicodeDecodeError as error:
                at = start + error.start
                begin, end = marks.record_start(at), min(marks.record_end(at), len(block))
                parts += [block[start:begin], self._mended(block[begin:end], offset + at)]
                start = end
            else:
                break
        return b"".join([*parts, block[start:]]) if parts else block

    def _mended(self, record: bytes, offset: int) -> bytes:
        if len(self._dialect.values(record.rstrip(b"\r\n"))) == len(self._names):
            raise DataError(
                f"line {self._text.line_of(offset)} is not UTF-8; set `encoding`, for example to cp1252"
            )
        return record.decode(errors="replace").encode()

    # ---- values ----------------------------------------------------------------------------------------

    def _taken_apart(self, block: bytes) -> tuple[pa.Table, list[pacsv.InvalidRow]]:
        ragged: list[pacsv.InvalidRow] = []

        def keep(row: pacsv.InvalidRow) -> str:
            ragged.append(row)
            return "skip"

        table = pacsv.read_csv(
            pa.BufferReader(block),
            pacsv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=self._all),
            pacsv.ParseOptions(
                delimiter=self._dialect.delimiter.decode(),
                quote_char=self._dialect.quote.decode(),
                newlines_in_values=True,
                invalid_row_handler=keep,
            ),
            self._convert,
        )
        return table, ragged

    def _ragged_rows(self, numbers: np.ndarray, ragged: list[pacsv.InvalidRow]) -> pa.RecordBatch:
        reasons = [
            f"the line has {row.actual_columns} values where the header has {row.expected_columns}"
            for row in ragged
        ]
        columns = [
            pa.array(numbers),
            pa.array(reasons),
            pa.array([row.text for row in ragged]),
            *(pa.nulls(len(ragged), pa.string()) for _ in self.shown),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)


def _told_apart(names: Sequence[str], places: Sequence[int]) -> list[str]:
    """The names at the places; those without a name or with one that came before get their place behind it."""
    told: dict[str, int] = {}
    for n in places:
        name = names[n]
        while not name or name in told:
            name = f"{name} (column {n + 1})".strip()
        told[name] = n
    return list(told)
