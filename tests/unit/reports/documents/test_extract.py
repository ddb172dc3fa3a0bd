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
    rows = sum(min(extract.most_rows, len(table.rows)) for each in sections for table in each.tables)
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
    larger = Extract(document, found.most_rows + 1)
    is_whole = not found.sections_left_out and found.most_rows >= max(rows)
    assert is_whole or size(larger) > room


def test_details_are_left_out_before_what_every_reader_needs() -> None:
    document = sample_document(sections=[*report([40, *[12] * 30]), *report([41])])
    found = largest_that_fits(document, lambda extract: size(extract) <= 200)
    outer, last = found.document.sections
    assert (len(outer.parts), len(outer.parts[0].parts), len(last.tables)) == (1, 1, 1)
    assert found.most_rows == 41, "the outer tables are whole"
    # 2 outer sections and 81 rows are 101; each of those within has 10 and 12
    assert size(found) == 101 + 4 * 22
    assert found.sections_left_out == 26


def test_a_long_report_is_asked_for_a_few_times() -> None:
    asked: list[Extract] = []

    def fits(extract: Extract) -> bool:
        asked.append(extract)
        return size(extract) <= 500

    largest_that_fits(
        sample_document(sections=[each for _ in range(200) for each in report([100_000])]), fits
    )
    assert len(asked) < 30
