"""Tables as files: what a spreadsheet reads back is the value, and nothing of it is run."""

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from reports.cells import (
    Change,
    Figure,
    Link,
    PeriodCell,
    Restricted,
    Share,
    Sparkline,
    Status,
    Table,
    to_csv,
)
from reports.workbooks.tables import to_xlsx

WHEN = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
COLUMNS = {
    "name": "Name", "value": "Value", "share": "Share", "change": "Change", "status": "Status", "when": "When",
    "day": "Day", "shown": "Shown", "flag": "Flag",
}  # fmt: skip
ROW = {
    "name": Link("Revenue", "/metrics/revenue"),
    "value": Figure(1234.5, "EUR"),
    "share": Share(0.25),
    "change": Change(-3.5, is_good=False),
    "status": Status("on_track"),
    "when": PeriodCell(WHEN, "hour"),
    "day": date(2026, 3, 1),
    "shown": Sparkline((1.0, 2.0)),
    "flag": True,
}
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "=cmd|' /C calc'!A0",
    "\uff1d1",
    "http://evil.example",
]


def table(*rows: dict[str, object]) -> Table:
    return Table("sheet", "A sheet", COLUMNS, list(rows))  # type: ignore[arg-type]  # of cells


def test_a_file_has_the_values_and_no_pictures() -> None:
    read = list(csv.DictReader(io.StringIO(to_csv(table(ROW)))))
    assert read == [
        {"Name": "Revenue", "Value": "1234.5", "Share": "0.25", "Change": "-3.5", "Status": "on_track",
         "When": "2026-03-01T09:30:00+00:00", "Day": "2026-03-01", "Flag": "true"}
    ]  # fmt: skip


def test_a_workbook_has_numbers_as_numbers_and_days_as_days() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(to_xlsx([table(ROW)])))
    head, row = book.get_sheet_by_name("sheet").to_python()
    assert head == ["Name", "Value", "Share", "Change", "Status", "When", "Day", "Flag"]
    assert row == [
        "Revenue",
        1234.5,
        0.25,
        -3.5,
        "on_track",
        WHEN.replace(tzinfo=None),
        date(2026, 3, 1),
        True,
    ]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula_or_a_link(text: str) -> None:
    row = dict.fromkeys(COLUMNS) | {"name": text, "status": Status(text)}
    cell = next(csv.reader(io.StringIO(to_csv(table(row)).split("\r\n", 1)[1])))[0]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))
    body = to_xlsx([table(row)])
    assert b"<f>" not in body
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_name("sheet").to_python()
    assert sheet[1][0] == text.replace("\r", "\n") or sheet[1][0] == text


@given(st.floats(-1e300, 1e300, allow_subnormal=False))
def test_a_workbook_has_all_digits_of_a_number(number: float) -> None:
    body = to_xlsx([Table("t", "t", {"a": "A"}, [{"a": number}])])
    (kept,) = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_name("t").to_python()[1]
    assert repr(float(kept)) == repr(number)


def test_what_a_reader_may_not_see_says_so_in_files() -> None:
    row = dict.fromkeys(COLUMNS) | {"name": "secret", "value": Restricted()}
    assert ",restricted," in to_csv(table(row))


def test_two_columns_of_one_heading_keep_their_own_values() -> None:
    twice = Table("t", "t", {"a": "Value", "b": "Value"}, [{"a": 1, "b": 2}])
    assert to_csv(twice).split() == ["Value,Value", "1,2"]


def test_days_before_those_that_workbooks_know_are_texts_in_them() -> None:
    rows = [
        {"at": datetime(1850, 1, 1, 10, tzinfo=UTC)},
        {"at": date(1899, 12, 31)},
        {"at": date(1900, 3, 1)},
    ]
    book = zipfile.ZipFile(io.BytesIO(to_xlsx([Table("old", "Old", {"at": "At"}, rows)])))
    assert "<v>-" not in book.read("xl/worksheets/sheet1.xml").decode()
    texts = book.read("xl/sharedStrings.xml").decode()
    assert re.findall("<t>(.*?)</t>", texts) == ["At", "1850-01-01T10:00:00+00:00", "1899-12-31"]
