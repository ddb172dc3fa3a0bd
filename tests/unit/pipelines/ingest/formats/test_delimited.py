"""What is a record of a delimited file, what it is called, and what a file that cannot be read is told."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core.errors import DataError
from pipelines.ingest.formats import delimited, plaintext
from pipelines.ingest.formats.readers import open_file
from schemas.documents.documents import Source


def source(**fields: Any) -> Source:
    base = {"source_id": "s", "format": "csv", "event": "e", "timestamp": {"column": "a"}}
    return Source.model_validate({**base, **fields})


def read(path: Path, wanted: tuple[str, ...], show: str, **fields: Any) -> list[tuple[Any, ...]]:
    """What is selected by `show` of every row, in the order of row numbers."""
    with duckdb.connect() as connection:
        delivered = open_file(source(**fields), path, wanted, connection)
        columns = [delivered.columns[name].sql for name in wanted]
        sql = (
            f"SELECT {show.format(*columns, raw=delivered.raw)} FROM {delivered.relation} ORDER BY row_number"
        )
        try:
            return connection.execute(sql).fetchall()
        except duckdb.Error as error:
            raise delivered.failures[0] from error


def numbered(content: bytes, folder: Path, column: str = "a", **fields: Any) -> list[tuple[Any, ...]]:
    """(row number, what is malformed, value of a column)"""
    return read(written(folder, content), (column,), "row_number, malformed, {0}", **fields)


def values(content: bytes, folder: Path, column: str = "a", **fields: Any) -> list[str]:
    return [value for *_, value in numbered(content, folder, column, **fields)]


def raws(content: bytes, folder: Path, **fields: Any) -> list[Any]:
    return [json.loads(raw) for (raw,) in read(written(folder, content), ("a",), "{raw}", **fields)]


def written(folder: Path, content: bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(content)
    return path


def refused(content: bytes, folder: Path, **fields: Any) -> str:
    with pytest.raises(DataError) as caught:
        numbered(content, folder, **fields)
    return str(caught.value)


# ---- records -------------------------------------------------------------------------------------------


def test_ragged_lines_keep_their_place_among_the_rows(tmp_path: Path) -> None:
    assert numbered(b'a,b\n1,x\n2\n3,"y\nz"\n\n4,x,x\n5,x\n', tmp_path) == [
        (1, None, "1"),
        (2, "the line has 1 values where the header has 2", None),
        (3, None, "3"),
        (4, "the line has 3 values where the header has 2", None),
        (5, None, "5"),
    ]


def test_ragged_lines_keep_their_text_whatever_its_line_breaks_and_encoding(tmp_path: Path) -> None:
    content = 'a,b\n1,"x\r\ny",z\n2,€\n3,x,é'.encode() + b"\xe9\n4\n"
    assert raws(content, tmp_path) == [
        {"line": '1,"x\r\ny",z'},
        {"a": "2", "b": "€"},
        {"line": "3,x,é\ufffd"},
        {"line": "4"},
    ]


def test_rows_keep_their_numbers_over_many_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plaintext, "BLOCK", 64)
    lines = [f"{n}" if n % 10 == 3 else f'{n},"x\ny"' for n in range(1, 201)]
    rows = numbered(("a,b\n" + "\n".join(lines)).encode(), tmp_path)
    assert [row[0] for row in rows] == list(range(1, 201))
    assert [row for row in rows if row[1] is None] == [
        (n, None, str(n)) for n in range(1, 201) if n % 10 != 3
    ]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("block", [3, 4, 7, 1000])
def test_every_line_end_is_read_whatever_blocks_it_falls_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: bytes, block: int
) -> None:
    monkeypatch.setattr(plaintext, "BLOCK", block)
    content = end.join([b"\xef\xbb\xbfa,b", b"1,x", b'2,"y' + end + b'z"', b"", b"3,w", b""])
    assert numbered(content, tmp_path) == [(1, None, "1"), (2, None, "2"), (3, None, "3")]
    assert values(content, tmp_path, "b")[1].encode() == b"y" + end + b"z"


def test_lines_of_delimiters_alone_are_no_rows_at_the_end_and_rows_before(tmp_path: Path) -> None:
    content = b"a,b,c\n1,x,\n,,\n2,,\r\n,,\n\n,,,,\n,\n,,"
    assert values(content, tmp_path) == ["1", "", "2"]


def test_a_header_alone_is_a_file_without_rows(tmp_path: Path) -> None:
    for content in (b"a,b\n", b"a,b", b"\xef\xbb\xbfa,b\r\n,\r\n"):
        assert numbered(content, tmp_path) == []


def test_quotation_marks_within_a_value_are_no_harm(tmp_path: Path) -> None:
    content = b'a,b\n1,5" pipe\n2,"say ""hi"""\n3,24"\n4,""\n5,"a,\n"",b"\n6, "x"\n'
    assert values(content, tmp_path, "b") == ['5" pipe', 'say "hi"', '24"', "", 'a,\n",b', ' "x"']


# ---- stray marks ---------------------------------------------------------------------------------------

SALES = b"sku,a,title,amount\nA1,2026-11-02,x,10\n"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (
            b'A2,2026-11-02,"24 inch,20\nA3,2026-11-02,plain,30\nA4,2026-11-02,"quoted",40\n',
            "line 3: a quotation mark is opened, and the mark that closes it in line 5 is followed by text; double",
        ),
        (
            b'A2,2026-11-02,"24 inch,20\nA3,2026-11-02,x,30\n',
            "line 3: a quotation mark is opened and never closed; ",
        ),
        (b'A2,2026-11-02,24,"open', "line 3: a quotation mark is opened and never closed; double each mark"),
        (
            b'A2,2026-11-02,"Tom" Smith,20\n',
            "line 3: a quotation mark is opened, and the mark that closes it is fo",
        ),
        (
            b'A2,2026-11-02,"say \\"hi\\"",20\n',
            "line 3: a quotation mark is opened, and the mark that closes it is",
        ),
        (
            b'A2,2026-11-02,""x",20\n',
            "line 3: a quotation mark is opened, and the mark that closes it is followed",
        ),
        (
            b'A2,2026-11-02,"24 inch,20\nA3,2026-11-02,plain,30\nA4,2026-11-02,24",40\n',
            "lines 3 and 4: a quotation mark takes in whole lines, each of which could be a row; ",
        ),
        (
            b'A2,2026-11-02,"24 inch,20\nA3,2026-11-02\nA4,2026-11-02,24",40\n',
            "lines 3 and 5: a quotation mark takes in whole lines, each of which could be a row; ",
        ),
        (
            b'A2,2026-11-02,"24 inch,20\nA3,02.11.2026 10:00,x,1\nA4,,x,1\nA5,2026-11-02,24",40\n',
            "lines 3 and 4: a quotation mark takes in whole lines, each of which could be a row; ",
        ),
        (
            b'A2,2026-11-02,"24 inch,20\nA3,24",2026-11-02,2\n',
            "",
        ),
    ],
)
def test_a_stray_mark_refuses_the_file_with_its_line(tmp_path: Path, lines: bytes, reason: str) -> None:
    if reason:
        assert refused(SALES + lines, tmp_path).startswith(reason)
    else:
        assert numbered(SALES + lines, tmp_path)[1][1] == "the line has 5 values where the header has 4"


@pytest.mark.slow
@pytest.mark.parametrize("block", [50, 1000, 4096])
@pytest.mark.parametrize("marked", [{101}, {101, 1901}, {101, 102}, {2000}])
@pytest.mark.parametrize("title", ['"24 inch', '"', '"x" y'])
def test_stray_marks_far_apart_refuse_the_file_however_it_falls_into_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, marked: set[int], title: str
) -> None:
    monkeypatch.setattr(plaintext, "BLOCK", block)
    rows = [f"A{n},2026-11-02,{title if n in marked else 'ok'},1" for n in range(1, 2001)]
    reason = refused("\n".join(["sku,a,title,amount", *rows]).encode(), tmp_path)
    assert reason.startswith((f"line {min(marked) + 1}: a quot", f"lines {min(marked) + 1} and "))


@pytest.mark.parametrize(
    "lines",
    [
        ["A2,2 November 2026,{},20", "A3,3 December 2026,{},30"],
        ["A2,2026-11-02,{},20", "A3,2026-11-02T10:00:00.5Z,{},30"],
        ["A2,02.11.26 9:00 AM,{},20", "A3,2. Okt. 2026 10:00 p.m.,{},30"],
        ["A2,,{},20", "A3,,{},-3.5e-7"],
        ["A2,,{},20", "A3,2026-11-02,{},1 234,5"],
        ["A2,yesterday,{},+20", "A3,today,{},1'000.00"],
    ],
)
@pytest.mark.parametrize("between", [[], ["A9,2026-11-02,plain,1"], ["A9,,plain,", "A8", "A7,x,y,z"]])
def test_lines_that_could_be_rows_are_not_taken_in_whatever_their_times(
    tmp_path: Path, lines: list[str], between: list[str]
) -> None:
    delimiter = ";" if lines[1].count(",") > 3 else ","
    first, last = (line.replace(",", delimiter, 3) for line in lines)
    rows = [first.format('"24 inch'), *between, last.format('24"')]
    content = "\n".join(["sku,a,title,amount".replace(",", delimiter), *rows]).encode()
    reason = refused(content, tmp_path, fields={"value": "amount"})
    assert "takes in whole lines, each of which could be a row" in reason


def test_two_marks_that_happen_to_fit_refuse_the_file(tmp_path: Path) -> None:
    titles = {101: '"24 inch', 901: '24"'}
    rows = [f"A{n},2026-11-02,{titles.get(n, 'ok')},1" for n in range(1, 1001)]
    assert "lines 102 and 103: a quotation mark takes in whole lines" in refused(
        "\n".join(["sku,a,title,amount", *rows]).encode(), tmp_path
    )


def test_values_of_several_lines_stay_legal(tmp_path: Path) -> None:
    content = b'a,b,c\n2026-11-02,"Main St 5, Apt 2\nBerlin, Germany",1\n2026-11-03,"one\n,two,\n,,",2\n'
    assert values(content, tmp_path) == ["2026-11-02", "2026-11-03"]
    content = b'a,b,c\n2026-11-02,"first, at 10, we ate\nthen, at 11, we left\nyes, no, 3\n5, of them, were cold",1\n'
    assert values(content, tmp_path, fields={"value": "c"}) == ["2026-11-02"]


def test_a_mark_that_nothing_closes_is_refused_in_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plaintext, "BLOCK", 64)
    monkeypatch.setattr(plaintext, "LONGEST", 512)
    open_mark = b'a,b\n1,x\n2,"y\n' + b"3,z\n" * 1000 + b'4,"y"\n'
    assert "line 3: a quotation mark is opened and never closed" in refused(open_mark, tmp_path)
    assert "line 2 is longer than" in refused(b"a,b\n" + b"x" * 5000, tmp_path)
    assert "of empty lines" in refused(b"a,b\n" + b",\n" * 5000 + b"1,2", tmp_path)


# ---- header --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfa;b\r\n1;x\r\n",
        b"a\tb\n1\tx\n",
        b'"a"|b\n1|x',
        b"\n\n,,\na,b\n1,x",
        b"sep=;\na;b\n1;x\n",
        b"\xef\xbb\xbfsep=:\r\nb:a\r\nx:1\r\n",
        b'"sep=|"\ra|b\r1|x',
        b'a,"b\nand, ""c"""\n1,x\n',
    ],
)
def test_byte_order_marks_delimiters_and_leading_lines_are_understood(tmp_path: Path, content: bytes) -> None:
    assert numbered(content, tmp_path) == [(1, None, "1")]


def test_a_source_names_delimiter_and_quote(tmp_path: Path) -> None:
    content = b"a:b\n1:'x:''y'\n2:\"z\n"
    assert values(content, tmp_path, "b", delimiter=":", quote="'", timestamp={"column": "b"}) == [
        "x:'y",
        '"z',
    ]
    assert "ASCII" in refused("a§b\n1§2".encode(), tmp_path, delimiter="§")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("block", [1, 9, 1000])
def test_lines_before_the_header_and_behind_the_data_are_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, block: int
) -> None:
    monkeypatch.setattr(plaintext, "BLOCK", block)
    lines = ['Report "of', "", "a,b", "1,x", "2,y", "", 'Total,"3', ",,", ""]
    content = end.join(lines).encode()
    assert values(content, tmp_path, skip_rows=2, skip_footer=2) == ["1", "2"]
    assert values(content, tmp_path, skip_rows=1, skip_footer=3) == ["1"]
    assert values(content, tmp_path, skip_rows=2, skip_footer=10) == []
    assert "has 9 lines, and `skip_rows` is 10" in refused(content, tmp_path, skip_rows=10)


def test_columns_that_nobody_maps_may_be_doubled_or_nameless(tmp_path: Path) -> None:
    content = b"a,note,,note,,note (column 4)\n1,x,y,z,v,w\n"
    assert raws(content, tmp_path) == [
        {"a": "1", "note": "x", "(column 3)": "y", "note (column 4)": "z", "(column 5)": "v"}
        | {"note (column 4) (column 6)": "w"}
    ]
    assert refused(b"a,b,a\n1,2,3\n", tmp_path) == "the header names 'a' more than once"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\n\r\n,,\n", "the file has no header: it holds nothing but lines without text"),
        (b"b,c\n1,2\n", "the file has no column 'a'; it has 'b', 'c'"),
        (
            "a,b\u20281,2\u2028".encode(),
            "line 1: the header holds U+2028, which ends lines for some programs",
        ),
        (b"A ,b\n1,2\n", "the file has no column 'a'; it has 'A ', 'b'; did you mean 'A '?"),
        (
            b"17,2026-11-02,x\n",
            "it has '17', '2026-11-02', 'x'; the first line looks like data: is the header m",
        ),
        (b"a~b~c\n1~2~3\n", "the file has no column 'a'; it has 'a~b~c'; is `delimiter` right?"),
        (b'"a,b\n1,2\n', "line 1: the header has a quotation mark that does not close; double each mark"),
        (b'\n"a"x,b\n1,2\n', "line 2: the header has a quotation mark that does not close"),
        (b",".join(b"c%d" % n for n in range(10_000)), "'c19' and 9,980 more"),
        (b"x" * 140_000, "xx…'"),
    ],
)
def test_a_header_that_does_not_do_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    assert reason in refused(content, tmp_path)


def test_a_file_without_line_ends_is_refused_in_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.ingest.formats.header.LONGEST_HEADER", 2**20)
    monkeypatch.setattr(plaintext, "BLOCK", 2**18)
    assert refused(b"a," * 2**20, tmp_path) == "line 1 is longer than 1 MiB: the file has no line ends"


def test_wide_files_are_read_and_shown_in_part(tmp_path: Path) -> None:
    header = ",".join([*(f"c{n}" for n in range(9_999)), "a" * 140_000])
    rows = [",".join([*(f"v{n}" for n in range(9_999)), str(row)]) for row in range(20)]
    path = written(tmp_path, "\n".join([header, *rows]).encode())
    found = read(path, ("a" * 140_000,), "{0}, {raw}", timestamp={"column": "a" * 140_000})
    assert [value for value, _ in found] == [str(row) for row in range(20)]
    shown = json.loads(found[7][1])
    assert len(shown) == delimited._SHOWN_COLUMNS + 1
    assert (shown["c0"], shown["c199"], shown["a" * 140_000]) == ("v0", "v199", "7")


# ---- encodings -----------------------------------------------------------------------------------------

TEXT = "a,b\r\n1,é\r\n2,€\r\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
@pytest.mark.parametrize("block", [1, 3, 1000])
def test_a_source_names_its_encoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, block: int
) -> None:
    monkeypatch.setattr(plaintext, "BLOCK", block)
    assert values(TEXT.encode(encoding), tmp_path, "b", encoding=encoding) == ["é", "€"]
    assert values(("\ufeff" + TEXT).encode("utf-16-le"), tmp_path, "b", encoding="utf-16-le") == ["é", "€"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("block", [1, 4, 1000])
def test_bytes_that_do_not_fit_the_encoding_refuse_the_file_with_their_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, block: int
) -> None:
    monkeypatch.setattr(plaintext, "BLOCK", block)
    content = end.join(["a,b", '1,"x', 'y"', "2,", "3,z"]).encode()
    broken = content.replace(b"2,", b"2,\x81")
    assert refused(broken, tmp_path, encoding="cp1252").startswith("line 4 is not cp1252: byte 81")
    assert refused(broken, tmp_path) == "line 4 is not UTF-8; set `encoding`, for example to cp1252"
    cut = content.decode().encode("utf-16")[:-1]
    assert refused(cut, tmp_path, encoding="utf-16").startswith("line 5 is not utf-16: byte 7a: truncated")
    null = content.replace(b"2,", b"2,\0")
    assert refused(null * 1, tmp_path, encoding="ascii").startswith("line 4 has a null byte")


@pytest.mark.parametrize(
    ("encoding", "reason"),
    [
        ("utf-16", "the file is encoded in UTF-16; set `encoding: utf-16`"),
        ("utf-32", "the file is encoded in UTF-32; set `encoding: utf-32`"),
        (
            "utf-16-le",
            "looks like UTF-16 (little-endian) without a byte order mark; set `encoding: utf-16-le`",
        ),
        ("utf-16-be", "looks like UTF-16 (big-endian) without a byte order mark; set `encoding: utf-16-be`"),
        (
            "utf-32-le",
            "looks like UTF-32 (little-endian) without a byte order mark; set `encoding: utf-32-le`",
        ),
        ("utf-32-be", "looks like UTF-32 (big-endian) without a byte order mark; set `encoding: utf-32-be`"),
        ("cp1252", "line 2 is not UTF-8; set `encoding`, for example to cp1252"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_encoding_that_the_source_does_not_name_is_named(
    tmp_path: Path, encoding: str, reason: str, end: str
) -> None:
    assert refused(TEXT.replace("\r\n", end).encode(encoding), tmp_path).endswith(reason)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            "é,a\n1,2\n".encode("latin-1"),
            "line 1: the header is not UTF-8; set `encoding`, for example to cp1252",
        ),
        (b"a,b\n1,\xff\xfe\n2", "line 2 is not UTF-8"),
        (b"\x00\x01\x02\x03", "line 1 has a null byte: the file is damaged, is no text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "the file is a PNG picture, which is not read"),
        (
            b"a,b\n" + b"1,x\n" * 2000 + b"\0" * 4096,
            "line 2002 has a null byte: the file is damaged, or it is no",
        ),
    ],
)
def test_what_is_no_text_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    assert refused(content, tmp_path).startswith(reason)
