"""PDF says what the document says, to those who see it and to those who do not, whatever people wrote."""

import logging
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import PermanentError
from reports.cells import Cell, Figure, Link, Table
from reports.charts.data import ChangeBySlice, ComparedSeries, Pace, PacePoint
from reports.charts.drawing import Drawable
from reports.contributions import Contribution
from reports.documents.model import Illustration, ReportDocument, Section, Sentence
from reports.documents.pdf.data import data_of
from reports.documents.pdf.file import _typeset, pdf_file
from reports.documents.pdf.fonts import font_folders
from reports.documents.pdf.texts import UNREADABLE
from reports.scores.models import KeyResultStanding
from tests.documents import HOSTILE, cover, documents, hostile_document, metrics_table, sample_document
from tests.unit.reports.charts.build import FIRST, TRUST, breakdown, daily, entry, series, value
from tests.unit.reports.documents.pdf_reading import (
    are_in_order,
    elements,
    figures_in_order,
    kinds,
    needs_poppler,
    poppler,
    reader_of,
    squeezed,
    text_of,
)

TYPST = [
    "#panic()", "#{ panic() }", "$x^2$", "*a*", "_a_", "`raw`", "@ref", "<label>", "= heading", "- item", "+ item",
    "/ term: x", "\\u{1f600}", "// comment", "/* comment", "*/", "a\\b", "\\", '#import "@preview/x:1.0.0"',
    '#read("/etc/passwd")', "]", "[", "#sys.inputs", "---", "...", "~", "\"quotes\" 'single'", "a -- b", "https://evil.example/",
    "<svg onload=alert(1)>", "{{ 7*7 }}", "<!-- comment", "%{7*7}", "c# and f#", "100 $ & 5 €", "#let x = 1;",
]  # fmt: skip


def content_of(document: ReportDocument) -> bytes:
    return pdf_file(document).content


def with_texts(texts: list[str]) -> ReportDocument:
    """A row for each text."""
    rows: list[dict[str, Cell]] = [{"n": number, "a": text} for number, text in enumerate(texts)]
    table = Table("texts", "Texts", {"n": "Number", "a": "Text"}, rows, frozenset({"n"}))
    return replace(sample_document(), sections=[Section("texts", "Texts", tables=[table])])


def with_charts(*numbers: Drawable) -> ReportDocument:
    charts = [Illustration(f"chart-{number}", each) for number, each in enumerate(numbers)]
    return replace(sample_document(), sections=[Section("charts", "Charts", illustrations=charts)])


def pace(name: str = "Raise revenue") -> Pace:
    given: dict[str, Any] = dict.fromkeys(KeyResultStanding.__annotations__)
    given |= {"kr_id": "KR", "name": name, "direction": "increase", "status": "on_track", "evidence": {}}
    given |= {"baseline_value": 0.0, "target_value": 30.0, "current_value": 20.0, "projected_value": 40.0}
    standing = KeyResultStanding(**given)
    points = tuple(
        PacePoint(FIRST + timedelta(days=day), number) for day, number in enumerate((0.0, 8.0, 20.0))
    )
    last = FIRST.date() + timedelta(days=30)
    return Pace("Grow", standing, FIRST.date(), last, FIRST + timedelta(days=2), points, (30, 50), TRUST)


def every_drawable() -> list[Drawable]:
    line = series([31.0, 8.0, None, 25.0, 12.0])
    parts = tuple(Contribution(f"country={name}", 5.0, 4.0, 1.0) for name in ("DE", "US"))
    return [
        line,
        ComparedSeries(line, "previous_period", daily([1.0, 2.0, 3.0, None, 5.0])),
        breakdown({"DE": [1.0, 2.0], "US": [0.5, 3.0]}),
        pace(),
        ChangeBySlice(entry(), "day", "country", value(0, 8.0), value(1, 10.0), parts, 5, TRUST),
    ]


@pytest.fixture(scope="module")
def sample() -> bytes:
    return content_of(sample_document(60))


@pytest.mark.parametrize("locale", ["en", "de", "ja"])
def test_every_number_of_the_document_is_read_back_in_its_order(locale: str) -> None:
    document = sample_document(locale=locale)
    wanted = figures_in_order(document)
    assert len(wanted) > 30
    assert are_in_order(wanted, text_of(content_of(document))) is None


def test_the_file_is_named_after_the_report_and_its_period() -> None:
    made = pdf_file(sample_document())
    assert (made.name, made.format, made.media_type) == (
        "weekly-scorecard-week-2013-10-07.pdf",
        "pdf",
        "application/pdf",
    )


def test_a_reader_that_cannot_see_is_told_what_is_what(sample: bytes) -> None:
    reader = reader_of(sample)
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"] == {"/Marked": True}
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    found, document = kinds(reader), sample_document(60)
    tables = [table for section in document.all_sections() for table in section.tables]
    assert (found["/Title"], found["/H1"], found["/H2"]) == (1, len(document.sections) + 1, 1)
    assert (found["/Table"], found["/THead"]) == (len(tables), len(tables))
    assert found["/TH"] == sum(len(table.columns) for table in tables)
    assert found["/TD"] == sum(len(table.columns) * len(table.rows) for table in tables)
    assert found["/Figure"] == 60 + 2
    assert all(each["/A"][0]["/Scope"] == "/Column" for each in elements(reader) if each["/S"] == "/TH")


def test_every_picture_says_in_words_what_it_shows() -> None:
    reader = reader_of(content_of(with_charts(*every_drawable())))
    told = [str(each["/Alt"]) for each in elements(reader) if each["/S"] == "/Figure"]
    assert len(told) == 5
    assert told[0].startswith("Orders. Line of Orders by day, 1 Mar 2026 to 5 Mar 2026.")
    assert told[3].startswith("Raise revenue.")


def test_charts_are_lines_and_texts_not_pixels(sample: bytes) -> None:
    assert b"/Subtype/Image" not in re.sub(rb"\s", b"", sample)
    assert "target30" in text_of(sample)


def test_names_in_charts_that_typst_cannot_tell_letter_by_letter_are_pixels_with_words() -> None:
    name = "مقياس الإيرادات"
    content = content_of(with_charts(series([1.0, 2.0], metric=entry(name)), pace("दर 👩‍👩‍👧 e\u0301\u0323")))
    told = [str(each["/Alt"]) for each in elements(reader_of(content)) if each["/S"] == "/Figure"]
    assert told[0].startswith(f"{name}. Line of {name} by day")
    assert b"/Subtype/Image" in re.sub(rb"\s", b"", content)


def test_bookmarks_lead_to_the_headings(sample: bytes) -> None:
    titles = [
        each.title if not isinstance(each, list) else [inner.title for inner in each]
        for each in reader_of(sample).outline
    ]
    assert titles == [
        "Summary", "Domains", "Objectives", ["Punctual airports"], "Metrics", "Incidents", "Glossary",
    ]  # fmt: skip


def test_the_file_says_its_title_its_owners_and_when_it_was_made(sample: bytes) -> None:
    about = reader_of(sample).metadata
    assert about is not None
    assert (about.title, about.author) == ("Weekly scorecard", "operations")
    assert about.creation_date == cover().made_at


def test_heads_of_tables_come_again_and_pages_are_numbered(sample: bytes) -> None:
    pages = [squeezed(page.extract_text()) for page in reader_of(sample).pages]
    assert len(pages) >= 4
    assert all(f"{number}of{len(pages)}" in page for number, page in enumerate(pages, 1))
    assert sum("MetricStatusValueChangeTargetRecently" in page for page in pages) >= 3


def test_the_cover_has_period_trust_and_doubts(sample: bytes) -> None:
    text = text_of(sample)
    assert are_in_order(
        [squeezed(each) for each in (
            "Weekly scorecard", "Oct 7 \N{EN DASH} Oct 13, 2013", "for viewers of team operations", "Trust with care",
            "12 rows of flights were refused", "the source weather is late", "Data through", "Oct 13, 2013, 11:59",
            "Oct 14, 2013, 6:12", "publication 41", "warning", "America/New_York", "Better:", "Worse:",
        )],
        text,
    ) is None  # fmt: skip
    assert "FLT-MARGIN" in text


def test_without_doubts_none_is_stated() -> None:
    document = replace(sample_document(), cover=cover(doubts=()))
    assert "Trustwithcare" not in text_of(content_of(document))


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_paper_is_that_of_the_report(paper: str, size: tuple[int, int]) -> None:
    page = reader_of(content_of(sample_document(paper=paper))).pages[0]
    assert (round(page.mediabox.width), round(page.mediabox.height)) == size


def test_the_same_document_gives_the_same_bytes() -> None:
    document = with_charts(series([31.0, 8.0, None, 25.0]), breakdown({"DE": [1.0, 2.0], "US": [0.5, 3.0]}))
    assert content_of(document) == content_of(document)
    later = replace(document, cover=replace(document.cover, made_at=document.cover.made_at + timedelta(1)))
    assert content_of(later) != content_of(document)


def test_fonts_are_within_the_file(sample: bytes) -> None:
    fonts = [font for page in reader_of(sample).pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    descriptors = [font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts]
    assert all({"/FontFile2", "/FontFile3"} & set(each) for each in descriptors)
    assert all("/ToUnicode" in font for font in fonts)


def test_a_report_of_nothing_says_so() -> None:
    assert "nothingtoshow" in text_of(pdf_file(sample_document(sections=[])).content)


def test_a_chart_stands_beside_a_table_of_few_short_rows_and_above_any_other() -> None:
    few, many = (replace(metrics_table(rows), name="way", columns={"value": "Value"}) for rows in (12, 14))
    chart = Illustration("way", series([1.0, 2.0]))
    blocks = [
        data_of(sample_document(sections=[Section("s", "S", tables=[table], illustrations=[chart])]))[
            "sections"
        ][0]["blocks"]
        for table in (few, many)
    ]
    assert [[sorted(each) for each in them] for them in blocks] == [
        [["picture", "table"]],
        [["picture"], ["table"]],
    ]


def test_pypdf_has_nothing_to_warn_of(sample: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "pypdf"):
        assert text_of(sample)
    assert caplog.records == []


@needs_poppler
def test_poppler_reads_the_same_and_has_nothing_to_warn_of(sample: bytes, tmp_path: Path) -> None:
    text = squeezed(poppler("pdftotext", sample, tmp_path))
    assert are_in_order(figures_in_order(sample_document(60)), text) is None
    told = poppler("pdfinfo", sample, tmp_path)
    assert re.search(r"Tagged: +yes", told)
    assert re.search(r"Pages: +[4-9]", told)


@needs_poppler
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_nothing_leaves_the_page_however_wide_and_long(paper: str, tmp_path: Path) -> None:
    words = ["x" * 200, "Donaudampfschifffahrt" * 10, "売上高の指標" * 30, "W" * 120, "a/b.c-d" * 30]
    columns = {
        f"c{number}": word for number, word in enumerate((*words, *(f"Column {each}" for each in range(9))))
    }
    row: dict[str, Cell] = {key: Link(heading, "/x", heading) for key, heading in columns.items()}
    row |= {f"c{number}": Figure(1_234_567.0, "kilometres per hour") for number in range(5, 12)}
    wide = Section(
        "wide",
        words[1],
        [Sentence([words[0], Figure(1.0, "x" * 200)])],
        [Table("wide", words[1], columns, [row])],
    )
    document = sample_document(
        cover=cover(name=words[0], description=words[1], doubts=words), sections=[wide], paper=paper
    )
    content = content_of(document)
    placed = poppler("pdftotext", content, tmp_path, "-bbox")
    page = float(re.findall(r'<page width="([0-9.]+)', placed)[0])
    edges = [
        tuple(map(float, each))
        for each in re.findall(r'<word xMin="([0-9.-]+)" yMin="[0-9.-]+" xMax="([0-9.-]+)', placed)
    ]
    assert len(edges) > 200
    assert min(left for left, _ in edges) > 36
    assert max(right for _, right in edges) < page - 36
    assert len(reader_of(content).pages) < 12


def test_what_people_wrote_is_never_markup() -> None:
    texts = [*TYPST, *(text for text in HOSTILE if text.isascii())]
    text = text_of(content_of(with_texts(texts)))
    wanted = [squeezed(f"{number}{each}") for number, each in enumerate(texts)]
    assert are_in_order(wanted, text) is None


def test_what_no_font_shows_is_a_visible_sign() -> None:
    texts = [
        "a\x00b",
        "a\ud800b",
        "a\u202eb",
        "a\u2066b",
        "a\ufeffb",
        "a\U000e1000b",
        "a\ue000b",
        "a\u2400b",
        "aᏣb",
    ]
    text = text_of(content_of(with_texts(texts)))
    assert are_in_order([f"{number}a{UNREADABLE}b" for number in range(len(texts))], text) is None


def test_letters_of_many_scripts_are_read_back() -> None:
    texts = [
        "Größe, naïve, Łódź", "Ελληνικά", "Кириллица", "مقياس", "עברית", "日本語の指標", "中文指标", "한국어", "Ωmega",
        "😀 👍", "ქართული", "Հայերեն", "አማርኛ",
    ]  # fmt: skip
    text = text_of(content_of(with_texts(texts)))
    assert [each for each in texts if squeezed(each) not in text] == []


@pytest.mark.parametrize("number", [number for number, each in enumerate(HOSTILE) if not each.isascii()])
def test_hostile_texts_everywhere_leave_the_numbers_as_they_are(number: int) -> None:
    document = hostile_document(HOSTILE[number], has_charts=True)
    text = text_of(content_of(document))
    assert "3.50" in text
    assert "-2.2%" in text


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents(charts=1))
def test_any_document_is_set_and_tagged(document: ReportDocument) -> None:
    reader = reader_of(content_of(document))
    tables = [table for section in document.all_sections() for table in section.tables]
    found = kinds(reader)
    assert found["/Table"] == len(tables)
    assert found["/TH"] == sum(len(table.columns) for table in tables)
    assert found["/TD"] == sum(len(table.columns) * len(table.rows) for table in tables)
    assert sum(found[f"/H{level}"] for level in range(1, 7)) == len(document.all_sections()) + bool(
        document.summary
    )


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40), max_size=30
    )
)
def test_any_printable_text_comes_out_as_itself(texts: list[str]) -> None:
    read = text_of(content_of(with_texts(texts)))
    assert are_in_order([f"{number}{each}" for number, each in enumerate(texts)], read) is None


@pytest.mark.parametrize(
    ("link", "href", "leads_to"),
    [
        (
            "https://mdl.example.com/reports/weekly-scorecard/1",
            "/metrics/X",
            "https://mdl.example.com/metrics/X",
        ),
        ("https://mdl.example.com/reports/weekly-scorecard/1", "//evil.example/x", None),
        ("https://mdl.example.com/reports/weekly-scorecard/1", "/\\evil.example/x", None),
        ("https://mdl.example.com/reports/weekly-scorecard/1", "https://evil.example/", None),
        ("https://mdl.example.com/reports/weekly-scorecard/1", "javascript:alert(1)", None),
        ("https://mdl.example.com/reports/weekly-scorecard/1", "/metrics/\u202ex", None),
        ("javascript:alert(1)", "/metrics/X", None),
        ("https://[", "/metrics/X", None),
        (None, "/metrics/X", None),
    ],
)
def test_links_lead_to_the_pages_or_nowhere(link: str | None, href: str, leads_to: str | None) -> None:
    table = replace(metrics_table(1), columns={"metric": "Metric"}, rows=[{"metric": Link("Name", href)}])
    document = sample_document(
        cover=cover(link=link), sections=[Section("metrics", "Metrics", tables=[table])]
    )
    assert (
        data_of(document)["sections"][0]["blocks"][0]["table"]["rows"][0]["cells"][0].get("link") == leads_to
    )


def test_links_are_written_into_the_file(sample: bytes) -> None:
    notes: Any = [note.get_object() for page in reader_of(sample).pages for note in page.get("/Annots", [])]
    addresses = {note["/A"]["/URI"] for note in notes}
    assert "https://mdl.example.com/metrics/FLT-CANCELLED" in addresses
    assert cover().link in addresses


def test_what_typst_does_not_set_is_an_error_that_says_why() -> None:
    asked = {"template": "#panic(1)", "report": "{}", "fonts": font_folders(), "timestamp": 0}
    with pytest.raises(PermanentError, match="typst did not set the PDF: panicked with: 1"):
        _typeset(orjson.dumps(asked))
