from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.cells import Table
from reports.documents.extract import Extract, largest_that_fits
from reports.documents.model import Section
from tests.documents import sample_document

ROWS = st.lists(st.integers(0, 50), min_size=1, max_size=8)


def report(rows: list[int]) -> list[Section]:
    """A section within the one before, each with a table of so many rows."""
    found: list[Section] = []
    for number, count in reversed(list(enumerate(rows))):
        table = Table("t", "T", {"a": "A"}, [{"a": 1}] * count)
        found = [Section(f"s{number}", f"S{number}", tables=[table], parts=found)]
    return found


def size(extract: Extract) -> int:
    """A section costs ten, a row one."""
    sections = extract.document.all_sections()
    outer = {each.name for each in extract.document.sections}
    rows = sum(
        min(extract.rows_at(each.name not in outer), len(table.rows))
        for each in sections
        for table in each.tables
    )
    return 10 * len(sections) + rows


@given(ROWS, st.integers(0, 400))
@settings(suppress_health_check=list(HealthCheck))
def test_as_much_is_shown_as_fits_and_the_largest_tables_are_cut_first(rows: list[int], room: int) -> None:
    document = sample_document(sections=report(rows))
    found = largest_that_fits(document, lambda extract: size(extract) <= room)
    kept = found.document.all_sections()
    assert size(found) <= room or not kept
    assert len(kept) + found.sections_left_out == len(rows)
    assert [each.name for each in kept] == [f"s{number}" for number in range(len(kept))]
    one_row = size(replace(found, most_rows=found.most_rows + 1))
    one_within = size(replace(found, most_within=found.most_within + 1))
    one_section = size(found) + 13 if found.sections_left_out else 0
    is_whole = size(found) == size(Extract(document, 50))
    assert is_whole or max(one_row, one_within, one_section) > room


def test_details_are_left_out_before_what_every_reader_needs() -> None:
    details = [replace(each, name=f"part-{number}") for number in range(30) for each in report([12])]
    outer = [replace(report([40])[0], parts=details), replace(report([41])[0], name="last")]
    document = sample_document(sections=outer)

    def found(room: int) -> tuple[int, int, int, int]:
        extract = largest_that_fits(document, lambda each: size(each) <= room)
        return extract.most_rows, extract.rows_at(1), extract.tables_left_out(), extract.sections_left_out

    # two outer sections with 81 rows are 101, thirty within them 300, and a row of each 30
    assert found(101 + 300 + 360) == (41, 41, 0, 0)
    assert found(101 + 300 + 359) == (41, 11, 0, 0)
    assert found(101 + 300 + 29) == (41, 0, 30, 0)
    assert found(101 + 299) == (41, 0, 29, 1)
    assert found(101 + 45) == (41, 0, 4, 26)
    assert found(100) == (40, 0, 0, 30)


def test_a_long_report_is_asked_for_a_few_times() -> None:
    asked: list[Extract] = []

    def fits(extract: Extract) -> bool:
        asked.append(extract)
        return size(extract) <= 500

    largest_that_fits(
        sample_document(sections=[each for _ in range(200) for each in report([100_000])]), fits
    )
    assert len(asked) < 40
