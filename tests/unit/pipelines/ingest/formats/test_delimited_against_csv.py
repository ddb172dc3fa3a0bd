"""Delimited files of every shape and damage, read by MDL and by Python's csv module in strict mode."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.errors import DataError
from pipelines.ingest.formats import plaintext
from pipelines.ingest.formats.delimited import DelimitedRows
from schemas.documents.documents import Source

Row = tuple[int, bool, list[str]]
DIALECTS = [(",", '"'), (";", "'"), ("\t", '"'), (":", "|"), ("-", "]"), ("^", "\\")]


def source(**fields: Any) -> Source:
    base = {"source_id": "s", "format": "csv", "event": "e", "timestamp": {"column": "t"}}
    return Source.model_validate({**base, **fields})


def by_mdl(content: bytes, block: int, **fields: Any) -> list[Row]:
    """(row number, whether it is ragged, its values) of every row, in the order of the file."""
    one = source(**fields)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(plaintext, "BLOCK", block)
        path = Path(folder) / "file.csv"
        path.write_bytes(content)
        rows = DelimitedRows(one, path, ["t"])
        found = []
        for batch in rows.batches():
            for number, malformed, line, *cells in zip(*batch.to_pydict().values(), strict=True):
                values = next(by_csv(line, one.delimiter, one.quote or '"')) if malformed else cells
                found.append((number, malformed is not None, values))
    return sorted(found)


def by_csv(text: str, delimiter: str, quote: str) -> Any:
    stream = io.StringIO(text, newline="")
    return csv.reader(stream, delimiter=delimiter, quotechar=quote, strict=True)


def expected(text: str, delimiter: str, quote: str) -> list[Row]:
    """The same, of Python's csv: empty lines are no records, nor are those of delimiters alone at the end."""
    lines = io.StringIO(text, newline="").readlines()
    while lines and not lines[-1].strip(delimiter + "\r\n"):
        lines.pop()
    header, *records = (record for record in by_csv("".join(lines), delimiter, quote) if record)
    return [(n, len(record) != len(header), record) for n, record in enumerate(records, 1)]


def agrees(text: str, delimiter: str, quote: str, block: int) -> None:
    right = or_none(csv.Error, lambda: expected(text, delimiter, quote))
    found = or_refused(lambda: by_mdl(text.encode(), block, delimiter=delimiter, quote=quote))
    if isinstance(found, str):
        assert right is None or is_taken_in(found, right), found
    else:
        assert found == right


def or_none(error: type[Exception], read: Callable[[], list[Row]]) -> list[Row] | None:
    try:
        return read()
    except error:
        return None


def or_refused(read: Callable[[], Any]) -> Any:
    """What was read, or the reason why not."""
    try:
        return read()
    except DataError as error:
        return str(error)


def is_taken_in(reason: str, rows: list[Row]) -> bool:
    """Whether the file was refused for a value that holds whole lines, as a value of it can."""
    breaks = any("\n" in value or "\r" in value for *_, row in rows for value in row)
    return "takes in whole lines" in reason and breaks


def in_dialect(pieces: list[str], delimiter: str, quote: str) -> str:
    return "".join({",": delimiter, '"': quote, '""': quote * 2}.get(piece, piece) for piece in pieces)


PIECES = st.lists(
    st.sampled_from([",", ",", '"', '"', '""', "\n", "\r\n", "\r", "x", "é", "12", " ", "24 inch"]),
    max_size=40,
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(PIECES, st.sampled_from(DIALECTS), st.integers(1, 60))
@example(["\n", ",", '"', '"', '"'], (",", '"'), 8)
def test_any_mixture_of_marks_is_read_as_csv_reads_it_or_refused(
    pieces: list[str], dialect: tuple[str, str], block: int
) -> None:
    header = in_dialect(["t", ",", "b", ",", "c", "\n"], *dialect)
    agrees(header + in_dialect(pieces, *dialect), *dialect, block)


VALUES = st.text(st.sampled_from("xé€,;\"\n\r '1"), max_size=6)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A file that a writer made, of which letters were lost, doubled, or marks strewn in."""
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(VALUES, min_size=width, max_size=width), max_size=12))
    stream = io.StringIO(newline="")
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer = csv.writer(stream, quoting=quoting, lineterminator=draw(st.sampled_from(["\n", "\r\n", "\r"])))
    writer.writerows([["t", "b", "c", "d"][:width], *rows])
    text = stream.getvalue()
    begin = len("t,b,c,d\r\n") + 8
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(min(begin, len(text)), len(text)))
        lost = draw(st.integers(0, 2))
        text = text[:at] + draw(st.sampled_from(['"', '""', "", ",", "\n", 'x"'])) + text[at + lost :]
    return text[: draw(st.integers(begin, max(begin, len(text))))] if draw(st.booleans()) else text


@pytest.mark.slow
@settings(max_examples=250, deadline=None)
@given(damaged(), st.integers(1, 200))
def test_a_written_file_is_read_as_csv_reads_it_however_it_was_damaged(text: str, block: int) -> None:
    agrees(text, ",", '"', block)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    damaged(),
    st.lists(st.tuples(st.integers(0), st.sampled_from([b"\xff", b"\xe2\x82", b"\0"])), max_size=2),
    st.integers(1, 200),
)
def test_broken_bytes_refuse_the_file_or_stay_in_the_text_of_a_ragged_line(
    text: str, faults: list[tuple[int, bytes]], block: int
) -> None:
    content = text.encode()
    for at, fault in faults:
        content = content[: at % len(content)] + fault + content[at % len(content) :]
    replaced = content.decode(errors="replace")
    right = or_none(csv.Error, lambda: expected(replaced, ",", '"'))
    found = or_refused(lambda: by_mdl(content, block, delimiter=","))
    if isinstance(found, str):
        assert right is None or is_broken(replaced, right) or is_taken_in(found, right), found
    else:
        assert found == right
        assert not is_broken(replaced, found)


def is_broken(replaced: str, rows: list[Row]) -> bool:
    """Whether bytes that are no UTF-8 stand in the header or a complete row, or null bytes anywhere."""
    complete = [next(by_csv(replaced, ",", '"')), *(row for _, is_ragged, row in rows if not is_ragged)]
    return "\0" in replaced or any("\ufffd" in value for row in complete for value in row)


@settings(max_examples=200, deadline=None)
@given(
    head=st.sampled_from([b"t,b\n", b"t;b\r\n", b"", b"sep=;\n", b"\xff\xfe", "t,b\n".encode("utf-16")]),
    body=st.lists(
        st.sampled_from([b"1,x\n", b'"', b"\xff", b"\0", b"\r", b",", b"\xe2\x82", b"\n", b"y", b"+"]),
        max_size=30,
    ),
    fields=st.fixed_dictionaries(
        {
            "encoding": st.sampled_from(
                [None, "utf-16", "utf-7", "punycode", "idna", "unicode_escape", "undefined"]
            ),
            "delimiter": st.sampled_from([None, ",", "\t", "]", "\0", "é"]),
            "skip_rows": st.integers(0, 3),
            "skip_footer": st.integers(0, 3),
        }
    ),
    block=st.integers(1, 50),
)
def test_whatever_the_file_and_the_source_say_it_is_read_or_refused_in_words(
    head: bytes, body: list[bytes], fields: dict[str, Any], block: int
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(plaintext, "BLOCK", block)
        path = Path(folder) / "file.csv"
        path.write_bytes(head + b"".join(body))
        found = or_refused(lambda: numbers(DelimitedRows(source(**fields), path, ["t"])))
    if isinstance(found, str):
        assert found
    else:
        assert found == list(range(1, len(found) + 1))


def numbers(rows: DelimitedRows) -> list[int]:
    return sorted(number for batch in rows.batches() for number in batch.column("row_number").to_pylist())
