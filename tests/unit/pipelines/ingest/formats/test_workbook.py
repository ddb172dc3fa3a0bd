"""Sheets of workbooks: what each kind of cell becomes, and why a workbook is refused."""

import random
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core.errors import DataError
from pipelines.ingest.formats import workbook_archive
from pipelines.ingest.formats.readers import open_file
from schemas.documents.documents import Source
from tests.unit.pipelines.ingest.formats.workbooks import error, flag, number, row, text, workbook


def read(folder: Path, content: bytes, *names: str, **source: Any) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The types of the named columns; of every row what is malformed, and their values."""
    path = folder / "file"
    path.write_bytes(content)
    one = Source.model_validate(
        {"source_id": "s", "format": "xlsx", "timestamp": {"column": names[0]}, **source}
    )
    with duckdb.connect() as connection:
        delivered = open_file(one, path, names, connection)
        values = ", ".join(delivered.columns[name].sql for name in names)
        try:
            found = connection.execute(
                f"SELECT row_number, malformed, {values} FROM {delivered.relation} ORDER BY 1"
            ).fetchall()
        except duckdb.Error as failure:
            raise delivered.failures[0] from failure
    assert [place for place, *_ in found] == list(range(1, len(found) + 1))
    return [delivered.columns[name].type for name in names], [tuple(values) for _, *values in found]


def reason(folder: Path, content: bytes, *names: str, **source: Any) -> str:
    with pytest.raises(DataError) as caught:
        read(folder, content, *names, **source)
    return str(caught.value)


HEADER = row(1, text("A1", "at"), text("B1", "v"), text("C1", "key"))


def sheet(*rows: str) -> bytes:
    return workbook({"Sales": HEADER + "".join(rows)})


def test_dates_are_wall_times_and_numbers_keep_their_digits(tmp_path: Path) -> None:
    content = sheet(
        row(2, number("A2", "46328", 1), number("B2", "0.1"), number("C2", "7")),
        row(3, number("A3", "46328.520833333336", 2), number("B3", "12345678.25"), text("C3", "007")),
    )
    assert read(tmp_path, content, "at", "v", "key") == (
        ["TIMESTAMP", "DOUBLE", "VARCHAR"],
        [
            (None, datetime(2026, 11, 2), 0.1, "7"),  # noqa: DTZ001
            (None, datetime(2026, 11, 2, 12, 30), 12345678.25, "007"),  # noqa: DTZ001
        ],
    )


def test_whole_numbers_are_no_fractions_and_keys_are_text(tmp_path: Path) -> None:
    content = sheet(
        row(2, number("A2", "20261102"), number("B2", "1"), number("C2", "1")),
        row(3, number("A3", "20261103"), number("B3", "2"), number("C3", "2.5")),
    )
    kinds, found = read(tmp_path, content, "at", "v", "key", unique_key=["key"])
    assert kinds == ["BIGINT", "BIGINT", "VARCHAR"]
    assert found == [(None, 20261102, 1, "1"), (None, 20261103, 2, "2.5")]


def test_flags_texts_and_results_of_formulas(tmp_path: Path) -> None:
    formula = '<c r="C2" t="str"><f>A1&amp;"x"</f><v>x</v></c>'
    number_formula = '<c r="B3"><f>1+1</f><v>2</v></c>'
    content = sheet(
        row(2, text("A2", "2026-11-02"), flag("B2", 1), formula), row(3, flag("A3", 0), number_formula)
    )
    assert read(tmp_path, content, "at", "v", "key")[1] == [
        (None, "2026-11-02", "true", "x"),
        (None, "false", "2", None),
    ]


@pytest.mark.parametrize("saved", ["", "<v></v>", "<v/>", "<v />"])
@pytest.mark.parametrize("formula", ["<f>1+1</f>", '<f t="shared" si="0"/>'])
def test_a_formula_whose_result_was_not_saved_makes_a_bad_row(
    tmp_path: Path, formula: str, saved: str
) -> None:
    content = sheet(
        row(2, text("A2", "x"), f'<c r="B2" s="0">{formula}{saved}</c>'),
        row(3, text("A3", "y"), f'<c r="B3">{formula}<v>2</v></c>', f'<c r="C3">{formula}{saved}</c>'),
        row(4, text("A4", "z"), f'<c r="B4" t="str">{formula}<v></v></c>'),
    )
    unsaved = "the cell B2 holds a formula whose result was not saved: open and save the file in a spreadsheet program"
    assert read(tmp_path, content, "at", "v")[1] == [(unsaved, "x", None), (None, "y", 2), (None, "z", None)]


@pytest.mark.parametrize("name", ["#DIV/0!", "#N/A", "#REF!"])
def test_an_error_in_a_wanted_column_makes_a_bad_row(tmp_path: Path, name: str) -> None:
    content = sheet(
        row(2, text("A2", "x"), error("B2", name)),
        row(3, text("A3", "y"), number("B3", "1"), error("C3", name)),
        row(4, error("A4", name)),
    )
    assert read(tmp_path, content, "at", "v")[1] == [
        (f"the cell B2 holds the error {name}", "x", None),
        (None, "y", 1),
        (f"the cell A4 holds the error {name}", None, None),
    ]


def test_empty_rows_are_no_rows_wherever_they_stand(tmp_path: Path) -> None:
    content = sheet(row(3, text("A3", "x")), row(7, text("A7", "y")), row(9, number("A9", "", 1)), row(50))
    assert [at for _, at in read(tmp_path, content, "at")[1]] == ["x", "y"]


def test_the_sheet_the_first_rows_and_the_last_are_chosen(tmp_path: Path) -> None:
    rows = row(2, text("B2", "A report")) + row(4, text("B4", "at"), text("C4", "v"))
    rows += row(5, text("B5", "x"), number("C5", "1")) + row(6, text("B6", "Total"), number("C6", "1"))
    content = workbook({"Notes": row(1, text("A1", "nothing")), "Data": rows})
    assert read(tmp_path, content, "at", "v", sheet="Data", skip_rows=3, skip_footer=1)[1] == [(None, "x", 1)]
    assert (
        reason(tmp_path, content, "at", sheet="data")
        == "the workbook has no sheet 'data'; it has 'Notes', 'Data'"
    )
    assert "no column 'at'; it has 'nothing'" in reason(tmp_path, content, "at")
    assert "the row 3 of the sheet" in reason(tmp_path, content, "at", sheet="Data", skip_rows=2)


def test_a_decimal_comma_is_of_texts_and_never_moves_a_number(tmp_path: Path) -> None:
    content = sheet(row(2, text("A2", "x"), number("B2", "1.5")), row(3, text("A3", "y"), text("B3", "2,5")))
    found = read(tmp_path, content, "at", "v", decimal=",", fields={"value": "v"})[1]
    assert [v for *_, v in found] == ["1,5", "2,5"]


def test_doubled_names_matter_where_they_are_read(tmp_path: Path) -> None:
    content = workbook(
        {"S": row(1, text("A1", "a"), text("B1", "b"), text("C1", "b")) + row(2, text("A2", "x"))}
    )
    assert read(tmp_path, content, "a")[1] == [(None, "x")]
    assert reason(tmp_path, content, "a", "b") == "the header names 'b' more than once"


def test_a_sheet_that_spans_more_cells_than_memory_holds_is_refused_before_it_is_opened(
    tmp_path: Path,
) -> None:
    content = sheet(row(1_048_576, text("ZZ1048576", "far")))
    assert "spans 1,048,576 rows by 702 columns" in reason(tmp_path, content, "at")


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_archive, "_MOST_XML", 1000)
    content = sheet(*(row(n, text(f"A{n}", "x")) for n in range(2, 100)))
    assert "unpacks to more than" in reason(tmp_path, content, "at")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "an old Office document such as .xls, or encrypted; save it as .xlsx",
        ),
        (b"at,v\n1,2\n", "the workbook cannot be read"),
        (b"PK\x05\x06" + bytes(18), "the file is a zip archive and no XLSX workbook"),
    ],
)
def test_what_is_no_workbook_says_so(tmp_path: Path, content: bytes, why: str) -> None:
    assert why in reason(tmp_path, content, "at")


@pytest.mark.parametrize("kind", ["csv", "jsonl", "json", "parquet"])
def test_a_workbook_of_another_format_is_named(tmp_path: Path, kind: str) -> None:
    assert reason(tmp_path, sheet(), "at", format=kind) == "the file is a workbook; set `format: xlsx`"


@pytest.mark.slow
def test_a_damaged_workbook_raises_nothing_but_a_refusal(tmp_path: Path) -> None:
    whole, dice = sheet(row(2, text("A2", "x"), number("B2", "1"))), random.Random(1)
    for turn in range(150):
        damaged = bytearray(whole)
        if turn % 3:
            for _ in range(dice.randrange(1, 3)):
                damaged[dice.randrange(len(whole))] = dice.randrange(256)
        else:
            damaged = damaged[: dice.randrange(1, len(whole))]
        try:
            _, found = read(tmp_path, bytes(damaged), "at", "v")
        except DataError:
            continue
        assert found == [(None, "x", 1)]
