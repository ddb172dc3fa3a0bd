import pytest
from hypothesis import HealthCheck, given, settings
from rich.cells import cell_len

from reports.cells import Change, Figure, Share, Table
from reports.documents.extract import Extract
from reports.documents.model import Piece, ReportDocument, Section
from reports.documents.plain_text.columns import width, wrapped
from reports.documents.plain_text.tables import table_lines
from reports.documents.plain_text.writing import text_of
from reports.documents.words import piece_text, shown
from reports.figures import Figures
from tests.documents import HOSTILE, documents, hostile_document, sample_document

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def text(document: ReportDocument) -> str:
    return text_of(Extract(document, 100_000), "")


def squeezed(words: str) -> str:
    return "".join(words.split())


def written_numbers(document: ReportDocument) -> list[str]:
    """What every number is written as, in the order in which it is read."""
    figures = Figures(document.locale)

    def of(pieces: list[Piece]) -> list[str]:
        return [piece_text(each, figures) for each in pieces if isinstance(each, Figure | Share | Change)]

    found = [each for sentence in document.summary for each in of(list(sentence.pieces))]
    for section in document.all_sections():
        found += [each for sentence in section.sentences for each in of(list(sentence.pieces))]
        for table in section.tables:
            found += [shown(row.get(key), figures) for row in table.rows for key in table.columns
                      if isinstance(row.get(key), Figure | Share | Change | int | float)]  # fmt: skip
    return found


def assert_has_in_order(document: ReportDocument) -> None:
    left = squeezed(text(document))
    for number in written_numbers(document):
        before, found, left = left.partition(squeezed(number))
        assert found, f"{number} after {before[-60:]}"


def test_the_sample_reads_well() -> None:
    lines = text(sample_document()).splitlines()
    assert lines[:3] == ["Weekly scorecard", "================", ""]
    assert "* Better: Departures rose by +1.9% to 6,482\u00a0flights." in lines
    assert "Domain            Health  Status       Metrics" in lines
    assert "Operations (OPS)     81%  ●\u00a0on track        12" in lines
    assert "    Status: ▲\u00a0warning | Value: 79.41% | Change: ▼\u00a0-3.2% | Target: 80%" in lines
    assert lines[-2:] == [
        "Ask an administrator or operations, the team that owns it, to change or end",
        "this report.",
    ]


@given(documents())
@SLOW
def test_every_number_is_there_in_order_and_no_line_is_too_wide(document: ReportDocument) -> None:
    assert_has_in_order(document)
    assert max(map(width, text(document).splitlines())) <= 78


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_breaks_lines_or_hides_others(hostile: str) -> None:
    said = text(hostile_document(hostile))
    assert max(map(width, said.splitlines())) <= 78
    assert not any(ord(letter) < 32 and letter != "\n" for letter in said)
    assert "\u202e" not in said
    assert_has_in_order(hostile_document(hostile))


@pytest.mark.parametrize(
    "words", ["plain", "売上高の指標", "Überschuß", "مقياس", "a\u0301e\u0302", "한국어", "🙂 x", "½ €"]
)
def test_wide_letters_count_twice_and_marks_not_at_all(words: str) -> None:
    assert width(words) == cell_len(words)


def test_columns_stand_below_one_another_whatever_the_letters() -> None:
    rows = [{"a": "売上高", "b": 1}, {"a": "Orders", "b": 22}]
    table = Table("t", "T", {"a": "Metric", "b": "Value"}, rows, frozenset({"b"}))
    assert table_lines(table, 9, Figures()) == [
        "Metric  Value",
        "------  -----",
        "売上高      1",
        "Orders     22",
    ]


def test_a_table_that_is_too_wide_is_a_block_for_each_row() -> None:
    table = Table(
        "t", "T", {"a": "Metric", "b": "What"}, [{"a": "Orders", "b": "x " * 60}, {"a": "Costs", "b": None}]
    )
    assert table_lines(table, 1, Figures()) == [
        "* Orders",
        "    What: " + "x " * 33 + "x",
        "    " + "x " * 25 + "x",
    ]


def test_lines_break_at_blanks_and_within_what_has_none() -> None:
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert wrapped("abcdefgh ij", 5) == ["abcde", "fgh", "ij"]
    assert wrapped("売上高", 5) == ["売上", "高"]
    assert wrapped("one two", 6, indent="  ", first="* ") == ["* one", "  two"]


def test_the_rows_that_are_left_out_are_counted() -> None:
    said = text_of(
        Extract(
            sample_document(
                sections=[Section("s", "S", tables=[Table("t", "T", {"a": "A"}, [{"a": 1}] * 5)])]
            ),
            2,
        ),
        "the attached PDF has all",
    )
    assert "2 of 5 rows; the attached PDF has all." in said
