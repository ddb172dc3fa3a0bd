"""A report as a workbook: what a spreadsheet reads back is every number, date and text, and nothing of it is run."""

import html
import io
import re
import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from reports.cells import Change, Figure, Link, PeriodCell, Share, Sparkline, Status, Table
from reports.documents.model import Illustration, ReportDocument, Section, Sentence
from reports.documents.xlsx.file import xlsx_file
from reports.workbooks.book import Book
from reports.workbooks.sheet import Sheet
from reports.workbooks.texts import sheet_names
from tests.documents import HOSTILE, ZONE, cover, document, documents, kept_numbers_of, table_of
from tests.unit.reports.charts.build import entry, series

START = datetime(2026, 3, 2, tzinfo=ZONE)
INSTANTS = st.datetimes(datetime(1900, 3, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
# beyond, a workbook holds no number but its text
MOST = 9.99999999999999e307


def sheets(report: ReportDocument) -> dict[str, list[list[Any]]]:
    """What calamine reads of each sheet."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(xlsx_file(report).content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def cells(report: ReportDocument) -> list[Any]:
    return [cell for rows in sheets(report).values() for row in rows for cell in row]


def xml(report: ReportDocument) -> dict[str, str]:
    book = zipfile.ZipFile(io.BytesIO(xlsx_file(report).content))
    return {name: book.read(name).decode() for name in book.namelist()}


@settings(max_examples=60, deadline=None)
@given(documents(charts=1))
def test_the_numbers_of_a_workbook_are_exactly_those_of_the_report(report: ReportDocument) -> None:
    found = Counter(repr(float(cell)) for cell in cells(report) if type(cell) in (int, float))
    wanted = Counter(repr(float(number)) for number in kept_numbers_of(report) if abs(number) <= MOST)
    # the publication stands on the first sheet and on the last
    assert found - wanted == Counter({"41.0": 2})
    assert wanted - found == Counter()


@settings(max_examples=30, deadline=None)
@given(INSTANTS)
def test_instants_are_dates_by_the_clock_of_the_report(moment: datetime) -> None:
    local = moment.astimezone(ZONE)
    found = sheets(document(Section("s", "S", tables=[table_of([[local, local.date()]])])))["S"][-1]
    midnight = datetime.min.time()
    kept = found[0] if isinstance(found[0], datetime) else datetime.combine(found[0], midnight)
    assert (kept, found[1]) == (local.replace(tzinfo=None), local.date())


def test_periods_are_dates_with_their_words_beside_those_longer_than_a_day() -> None:
    rows = [[PeriodCell(START, "quarter"), PeriodCell(START, "day")]]
    found = sheets(document(Section("s", "S", tables=[table_of(rows, "Quarter", "Day")])))["S"]
    assert [row[:3] for row in found[-2:]] == [
        ["Quarter", "Quarter in words", "Day"],
        [date(2026, 3, 2), "Q1 2026", date(2026, 3, 2)],
    ]


def test_a_unit_is_shown_by_the_format_and_the_number_stays_as_it_is() -> None:
    shown = [
        (Figure(1234.5, "EUR"), "[$EUR] #,##0"),
        (Figure(12.345, "%"), '#,##0.00"%"'),
        (Figure(90, "s"), '#,##0 "s"'),
        (Figure(5.3e9, "bytes"), '#,##0.00,,, "GB"'),
        (Figure(17, "orders"), '#,##0 "orders"'),
        (Figure(0.01234, None), "0.0###"),
        (Figure(3e20, None), "0.###E+00"),
        (Share(0.42), "0%"),
        (Change(-3.25), '+#,##0.0"%";-#,##0.0"%"'),
        (Change(130.0, is_good=True), '"▲ "+#,##0"%";"▼ "-#,##0"%";"= "#,##0"%"'),
        (Figure(2, 'a "b"; c'), '#,##0 "a "\\""b"\\""; c"'),
    ]
    report = document(Section("s", "S", tables=[table_of([[cell] for cell, _ in shown])]))
    assert [row[0] for row in sheets(report)["S"][-len(shown) :]] == [cell.value for cell, _ in shown]
    formats = re.findall(r'formatCode="([^"]*)"', xml(report)["xl/styles.xml"])
    assert {html.unescape(each) for each in formats} >= {
        each for _, each in shown if each not in ("0%", "#,##0")
    }


def test_hostile_texts_come_back_as_they_are_and_are_neither_formula_nor_link() -> None:
    report = hostile_document()
    found = set(cells(report))
    for text in HOSTILE:
        assert text in found
    parts = xml(report)
    assert not [
        name for name, text in parts.items() if "worksheets/sheet" in name and re.search(r"<f[ >]", text)
    ]
    assert not [name for name, text in parts.items() if "<hyperlink" in text or "TargetMode" in text]
    for text in parts.values():
        ET.fromstring(text)  # noqa: S314  written by ourselves


def hostile_document(texts: Sequence[str] = HOSTILE) -> ReportDocument:
    """A report of which every text is hostile, each of these in every place."""
    sections = [
        Section(
            "s",
            text,
            [Sentence([text])],
            [
                Table("t", text, {"a": text, "b": "B"}, [{"a": Link(text, text, text), "b": Status(text)}]),
                table_of([[text, Figure(1.5, text), True]]),
            ],
            [Illustration("i", series([1.0, 2.0], metric=entry(text, text)))],
            [Section("p", text, [Sentence([text])])],
        )
        for text in [*texts, "\tx", "=1+1\ny", "History", "Summary", "About"]
    ]
    written = {
        "name": HOSTILE[0],
        "description": HOSTILE[1],
        "owner_team": HOSTILE[2],
        "audience": HOSTILE[3],
    }
    return document(
        *sections, cover=cover(**written, doubts=HOSTILE, quality=HOSTILE[4], link=None), hidden=HOSTILE
    )


def test_the_only_link_is_that_of_the_cover() -> None:
    parts = xml(document(cover=cover(link="https://mdl.example.org/reports/1")))
    targets = [re.findall(r'Target="([^"]*)" TargetMode', text) for text in parts.values()]
    assert [each for found in targets for each in found] == ["https://mdl.example.org/reports/1"] * 2
    assert "TargetMode" not in "".join(xml(document(cover=cover(link="javascript:alert(1)"))).values())


@given(st.lists(st.text(max_size=50) | st.sampled_from(["History", "a" * 40, "A" * 40, "売上" * 20, "'x'"])))
def test_names_of_sheets_are_legal_and_unlike_one_another(titles: list[str]) -> None:
    names = sheet_names(titles)
    assert len({name.casefold() for name in names}) == len(titles)
    for name in names:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not set("[]:*?/\\") & set(name)
        assert name.casefold() != "history"
        assert "'" not in (name[0], name[-1])


def test_the_same_document_makes_the_same_bytes() -> None:
    report = hostile_document()
    first = xlsx_file(report).content
    time.sleep(1.1)
    assert xlsx_file(report).content == first


def test_what_no_cell_can_hold_is_cut_and_says_so() -> None:
    found = cells(document(Section("s", "S", tables=[table_of([["😀" * 20_000], ["a" * 32_767]])])))
    cut = next(cell for cell in found if str(cell).startswith("😀"))
    assert len(cut.encode("utf-16-le")) // 2 <= 32_767
    assert cut.endswith("… (cut: 40,000 letters are more than a cell can hold)")
    assert "a" * 32_767 in found


def test_what_is_no_number_of_a_workbook_is_text_or_nothing() -> None:
    rows = [[2**53 + 1], [10**400], [Figure(1.5e308, "EUR")], [float("inf")], [Figure(float("nan"))], [2**60]]
    found = sheets(document(Section("s", "S", tables=[table_of(rows)])))["S"][-6:]
    assert [row[0] for row in found] == ["9007199254740993", str(10**400), "1.5e+308", "", "", 2**60]


def test_rows_that_no_sheet_can_hold_are_left_out_and_counted() -> None:
    book = Book()
    sheet = Sheet(book, "S")
    sheet.grid(["N"], [[number] for number in range(20)], most_rows=10)
    sheet.finish()
    read = CalamineWorkbook.from_filelike(io.BytesIO(book.content())).get_sheet_by_name("S").to_python()
    assert [row[0] for row in read] == ["N", *range(8), "12 more rows do not fit in a sheet"]


def test_units_beyond_what_a_workbook_can_format_leave_the_numbers_and_say_so() -> None:
    rows = [[Figure(number, f"unit {number}")] for number in range(300)]
    report = document(Section("s", "S", tables=[table_of(rows)]))
    assert [row[0] for row in sheets(report)["S"][-300:]] == list(range(300))
    assert xml(report)["xl/styles.xml"].count("<numFmt ") <= 200
    assert any("some numbers stand without theirs" in str(cell) for cell in cells(report))


def test_a_sparkline_stands_in_the_row_of_its_values() -> None:
    rows = [["a", Sparkline((1.5, None, 3.0))], ["b", Sparkline((2.0,))]]
    report = document(Section("s", "S", tables=[table_of(rows, "Name", "Trend")]))
    sheet = sheets(report)["S"]
    assert [row[:5] for row in sheet[-3:]] == [
        ["Name", "Trend", "Trend: 1 of 3", "Trend: 2 of 3", "Trend: 3 of 3"],
        ["a", "", 1.5, "", 3],
        ["b", "", "", "", 2],
    ]
    text = xml(report)["xl/worksheets/sheet2.xml"]
    drawn = re.findall("<xm:f>(.*?)</xm:f><xm:sqref>(.*?)</xm:sqref>", text)
    top = len(sheet) - 1
    assert sorted(drawn) == [(f"S!C{top + each}:E{top + each}", f"B{top + each}") for each in (0, 1)]


def test_a_metric_has_a_native_chart_of_its_numbers_with_names_of_axes() -> None:
    shown = Section("m", "Orders", illustrations=[Illustration("m", series([1.0, None, 3.0]))])
    chart = xml(document(shown))["xl/charts/chart1.xml"]
    assert re.findall("<c:f>(.*?)</c:f>", chart)[:4] == [
        "Orders!$A$3",
        "Orders!$B$4",
        "Orders!$A$5:$A$7",
        "Orders!$B$5:$B$7",
    ]
    assert re.findall("<a:t>(.*?)</a:t>", chart) == ["By day", "Value"]


def test_a_table_has_its_head_in_sight_a_filter_and_a_page_across() -> None:
    text = xml(document(Section("s", "S", tables=[table_of([["a"], ["b"]], "Name")])))[
        "xl/worksheets/sheet2.xml"
    ]
    assert '<pane xSplit="1" ySplit="4" topLeftCell="B5"' in text
    assert '<autoFilter ref="A4:A6"/>' in text
    assert 'orientation="landscape"' in text
    assert "<pageSetUpPr fitToPage=" in text


def test_the_last_sheet_says_what_the_report_rests_on() -> None:
    about = sheets(
        document(
            cover=cover(
                doubts=["1 of 2 files refused"], published_at=datetime(2013, 10, 14, 6, 12, 30, tzinfo=ZONE)
            ),
            hidden=["SECRET"],
        )
    )["About"]
    said = {row[0]: row[1] for row in about if len(row) > 1 and row[0]}
    assert said["Publication"] == 41
    assert said["Published"] == datetime(2013, 10, 14, 6, 12, 30)  # noqa: DTZ001
    assert said["Data through"] == datetime(2013, 10, 13, 23, 59)  # noqa: DTZ001
    assert (said["Time zone"], said["Audience"]) == ("America/New_York", "viewers of team operations")
    assert (said["Doubts"], said["Restricted for this audience"]) == ("1 of 2 files refused", "SECRET")


def test_a_sentence_is_text_and_its_numbers_are_numbers_in_a_sheet_of_their_own() -> None:
    told = Sentence(["Revenue rose by ", Change(3.21, is_good=True), " to ", Figure(1250, "EUR"), "."])
    found = sheets(document(summary=[told], locale="de"))
    text = "Revenue rose by +3,2\N{NO-BREAK SPACE}% to 1.250\N{NO-BREAK SPACE}€."
    assert any(text == cell for row in found["Summary"] for cell in row)
    assert found["Sentence numbers"][-1] == ["Summary", text, 3.21, 1250]
