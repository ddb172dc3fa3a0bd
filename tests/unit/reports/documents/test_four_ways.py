"""One report, four ways: HTML, PDF, workbook and contents show the same numbers, of any document."""

import io
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from python_calamine import CalamineWorkbook

from reports.documents.as_json import contents_of
from reports.documents.model import ReportDocument
from reports.documents.pdf.texts import shown
from reports.documents.writing import write_report
from tests.documents import documents, numbers_of, sample_document
from tests.unit.reports.documents.pdf_reading import are_in_order, figures_in_order, squeezed, text_of
from tests.unit.reports.documents.reading import ReadMail

# a mail of that many bytes may have been cut to fit
_NEAR_THE_BOUND = 60_000
# what is larger is text in them
_LARGEST_OF_WORKBOOKS = 9.99e307
# readers of PDF put letters of other scripts in another order
_READ_BACK_WELL = ("en", "de")


def of_contents(value: Any) -> list[float]:
    """Numbers of cells and pieces; those of sparklines and pictures are drawn, not written."""
    if isinstance(value, list):
        return [number for each in value for number in of_contents(each)]
    if not isinstance(value, dict):
        return []
    if "kind" in value:
        found = value.get("value")
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        return [float(found)] if is_number else []
    return [
        number
        for name, each in value.items()
        if name not in ("illustrations", "cover")
        for number in of_contents(each)
    ]


def numbers_of_workbook(content: bytes) -> Counter[str]:
    """Every number in any cell."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = (row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())
    return Counter(repr(float(cell)) for row in rows for cell in row if type(cell) in (int, float))


def differences(document: ReportDocument, contents: dict[str, Any], files: dict[str, bytes]) -> list[str]:
    """What one of the formats shows otherwise; `files` by format. Mail may be cut, and then shows no other number."""
    wanted = Counter(repr(float(each)) for each in of_contents([contents["summary"], contents["sections"]]))
    found = []
    if (kept := Counter(repr(float(each)) for each in numbers_of(document))) != wanted:
        found.append(f"contents: {kept - wanted} {wanted - kept}")
    in_html = Counter(repr(float(each)) for each in ReadMail(files["html"].decode()).numbers)
    is_cut = len(wanted - in_html) and len(files["html"]) > _NEAR_THE_BOUND
    if in_html - wanted or (wanted - in_html and not is_cut):
        found.append(f"html: {in_html - wanted} {wanted - in_html}")
    held = Counter(
        {each: count for each, count in wanted.items() if abs(float(each)) <= _LARGEST_OF_WORKBOOKS}
    )
    if "xlsx" in files and (missing := held - numbers_of_workbook(files["xlsx"])):
        found.append(f"xlsx: {missing}")
    if "pdf" in files and document.locale in _READ_BACK_WELL:
        figures = [squeezed(shown(each)) for each in figures_in_order(document)]
        if lost := are_in_order(figures, text_of(files["pdf"])):
            found.append(f"pdf: {lost}")
    return found


@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(documents())
def test_every_format_of_any_report_shows_the_same_numbers(document: ReportDocument) -> None:
    files = {each.format: each.content for each in write_report(document, ["html", "xlsx"])}
    assert differences(document, contents_of(document), dict(files)) == []


@pytest.mark.parametrize(("rows", "locale"), [(1, "en"), (7, "de"), (60, "en")])
def test_a_pdf_shows_them_in_their_order(rows: int, locale: str) -> None:
    document = replace(sample_document(rows), locale=locale)
    files = {each.format: each.content for each in write_report(document, ["html", "pdf", "xlsx"])}
    assert differences(document, contents_of(document), dict(files)) == []
