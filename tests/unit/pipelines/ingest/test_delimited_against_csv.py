"""Delimited files of every shape and damage, read by MDL and by Python's csv module in strict mode."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.errors import DataError
from pipelines.ingest import plaintext
from pipelines.ingest.delimited import DelimitedRows
from schemas.catalog.documents import Source

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
    try:
        right: list[Row] | None = expected(text, delimiter, quote)
    except csv.Error:
        right = None
    try:
        found = by_mdl(text.encode(), block, delimiter=delimiter, quote=quote)
    except DataError as error:
        assert right is None or (
            "takes in whole lines" in str(error) and any("\n" in v or "\r" in v for *_, r in right for v in r)
        ), error
        return
    assert found == right


def in_dialect(pieces: list[str], delimiter: str, quote: str) -> str:
    return "".join({",": delimiter, '"': quote, '""': quote * 2}.get(piece, piece) for piece in pieces)


PIECES = st.lists(
    st.sampled_from([",", ",", '"', '"', '""', "\n", "\r\n", "\r", "x", "é", "12", " ", "24 inch"]), max_size=40
)


@settings(max_examples=1500)
@given(PIECES, st.sampled_from(DIALECTS), st.integers(1, 60))
@example(["\n", ",", '"', '"', '"'], (",", '"'), 8)
def test_any_mixture_of_marks_is_read_as_csv_reads_it_or_refused(
    pieces: list[str], dialect: tuple[str, str], block: int
) -> None:
    header = in_dialect(["t", ",", "b", ",", "c", "\n"], *dialect)
    agrees(header + in_dialect(pieces, *dialect), *dialect, block)


VALUES = st.text(st.sampled_from('xé€,;"\n\r \'1'), max_size=6)


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


@settings(max_examples=1000)
@given(damaged(), st.integers(1, 200))
def test_a_written_file_is_read_as_csv_reads_it_however_it_was_damaged(text: str, block: int) -> None:
    agrees(text, ",", '"', block)
