import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.cells import Figure, Link, Share, Table
from reports.documents.extract import Extract
from reports.documents.html.browser import for_browser
from reports.documents.html.files import MOST_BYTES, html_files
from reports.documents.html.rendering import html_of
from reports.documents.model import Illustration, ReportDocument, Section, Sentence
from reports.documents.pictures import MOST_PICTURES
from tests.documents import (
    HOSTILE,
    cover,
    documents,
    hostile_document,
    metrics_table,
    numbers_of,
    sample_document,
)
from tests.unit.reports.charts.build import series
from tests.unit.reports.documents.reading import ReadMail

MANY = 100_000
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def read(document: ReportDocument) -> ReadMail:
    """The HTML of the whole document, without pictures."""
    return ReadMail(html_of(Extract(document, MANY), {}, "").decode())


def test_the_sample_has_every_number_once_where_it_stands() -> None:
    document = sample_document()
    found = read(document)
    assert found.faults == []
    assert found.numbers == numbers_of(document)
    assert found.numbers[:5] == [1.9, 6482, 78.41, 80, 0.62]
    assert "6,482\u00a0flights" in found.text
    assert (
        "Ask an administrator or operations, the team that owns it, to change or end this report."
        in found.text
    )


@given(documents())
@SLOW
def test_every_number_of_any_document_is_there_once_and_nothing_else_is_an_element(
    document: ReportDocument,
) -> None:
    document = replace(document, cover=replace(document.cover, link=cover().link))
    found = read(document)
    assert found.faults == []
    assert found.numbers == numbers_of(document)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_an_element_an_attribute_or_an_address(text: str) -> None:
    document = hostile_document(text)
    found = read(document)
    assert found.faults == []
    assert found.numbers == numbers_of(document)


def test_hostile_words_of_charts_stay_words() -> None:
    for text in ("<img src=x onerror=alert(1)>", '" onmouseover="alert(1)'):
        files = html_files(hostile_document(text, has_charts=True))
        found = ReadMail(files[0].content.decode())
        assert found.faults == []
        assert text in found.pictures[0][1]


def test_headings_follow_one_another() -> None:
    deep = Section("a", "A", parts=[Section("b", "B", parts=[Section("c", "C", parts=[
        Section("d", "D", parts=[Section("e", "E", parts=[Section("f", "F", [Sentence(["x"])])])])])])])  # fmt: skip
    assert read(sample_document(sections=[deep])).headings == [1, 2, 3, 4, 5, 6, 6]


def test_links_lead_to_the_pages_where_these_can_be_reached_and_nowhere_else() -> None:
    def links(link: str | None) -> list[str]:
        page = html_of(Extract(sample_document(cover=cover(link=link)), MANY), {}, "").decode()
        return re.findall(r'href="([^"]*)"', page)

    assert set(links("https://mdl.example.com/reports/weekly-scorecard")) == {
        "https://mdl.example.com/reports/weekly-scorecard",
        *(f"https://mdl.example.com/domains/{each}" for each in ("OPS", "COM")),
        *(f"https://mdl.example.com/metrics/FLT-{each}" for each in
          ("DEPARTURES", "ON-TIME-ARRIVALS", "CANCELLED", "DELAY", "REVENUE")),
        "https://mdl.example.com/incidents/7",
    }  # fmt: skip
    assert links(None) == []
    assert links("javascript:alert(1)") == []


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "javascript:alert(1)", "https://evil.example", "x", "/\tx"]
)
def test_a_path_that_leads_away_is_no_link(path: str) -> None:
    rows = [{"a": Link("Name", path)}]
    document = sample_document(sections=[Section("s", "S", tables=[Table("t", "T", {"a": "A"}, rows)])])
    page = html_of(Extract(document, MANY), {}, "").decode()
    assert re.findall(r'href="([^"]*)"', page) == [cover().link]


@pytest.mark.parametrize(("locale", "side"), [("de_CH", "ltr"), ("ar", "rtl"), ("ja", "ltr")])
def test_the_language_is_that_of_the_words_and_the_direction_that_of_the_locale(
    locale: str, side: str
) -> None:
    page = html_of(Extract(sample_document(locale=locale), MANY), {}, "").decode()
    assert f'<html lang="en" dir="{side}"' in page


def test_numbers_are_written_as_the_locale_does() -> None:
    assert ">6.482\u00a0flights<" in html_of(Extract(sample_document(locale="de"), MANY), {}, "").decode()


def test_nothing_is_fetched_and_what_is_for_some_screens_is_kept() -> None:
    page = html_files(sample_document())[0].content.decode()
    assert not re.search(r"<(script|link|iframe|svg|form)|url\(|@import|src=\"(?!cid:)", page)
    assert "@media (prefers-color-scheme: dark)" in page
    assert page.index("charset") < 1024, "readers look for it there"


def test_pictures_are_named_by_content_id_and_told_in_words() -> None:
    html, _, *pictures = html_files(sample_document())
    found = ReadMail(html.content.decode())
    assert (
        [name for name, _ in found.pictures]
        == [each.name for each in pictures]
        == ["01-pace.png", "02-origins.png"]
    )
    assert all(words for _, words in found.pictures)
    assert {(each.format, each.media_type, each.content[:8]) for each in pictures} == {
        ("image", "image/png", b"\x89PNG\r\n\x1a\n")
    }


def test_a_browser_is_given_the_pictures_inside() -> None:
    files = html_files(sample_document(summary=[Sentence(['<img class="chart" src="cid:01-pace.png">'])]))
    page = for_browser(files).decode()
    assert page.count("data:image/png;base64,") == 2
    assert page.count("cid:") == 1, "words stay words"
    assert b"cid:01-pace.png" in for_browser(files[:2]), "a picture that was not kept is told in words"


def test_a_usual_report_is_small_and_a_large_one_is_cut_and_says_where_the_rest_is() -> None:
    assert len(html_files(sample_document(40))[0].content) < 45_000
    html, text, *_ = html_files(sample_document(1_000), ["pdf", "xlsx"])
    assert 90_000 < len(html.content) <= MOST_BYTES
    said = re.search(r"(\d+) of 1,000 rows; the attached PDF and workbook have all\.", html.content.decode())
    assert said
    assert int(said[1]) > 120
    assert said[0] in text.content.decode()
    assert "of 5 rows" not in text.content.decode(), "the smaller tables are whole"
    assert ReadMail(html.content.decode()).numbers == numbers_of(sample_document(1_000), int(said[1]))


def test_of_a_report_with_too_many_sections_the_first_are_shown() -> None:
    sections = [Section(f"s{n}", f"Section {n}", tables=[metrics_table(2)]) for n in range(300)]
    html, text, *_ = html_files(sample_document(sections=sections))
    assert len(html.content) <= MOST_BYTES
    shown = ReadMail(html.content.decode()).headings.count(2)
    assert f"{300 - shown} sections more; the pages have all." in text.content.decode()


def test_a_chart_stands_above_the_table_of_its_numbers_and_others_at_the_end() -> None:
    tables = [Table(name, name, {"a": "A"}, [{"a": name}]) for name in ("first", "way")]
    charts = [Illustration(name, series([1.0, 2.0])) for name in ("other", "way")]
    section = Section("s", "S", tables=tables, illustrations=charts)
    page = html_files(sample_document(sections=[section]))[0].content.decode()
    places = [page.index(each) for each in (">first</", "02-way.png", ">way</", "01-other.png")]
    assert places == sorted(places)


def test_units_stand_in_a_line_of_their_own_before_they_are_broken() -> None:
    unit = "percentage points"
    columns = {f"c{n}": f"Column {n}" for n in range(8)}
    row = {key: Figure(1234.5, unit) for key in columns}
    wide = Table("t", "T", columns, [row], frozenset(columns))
    page = html_files(sample_document(sections=[Section("s", "S", tables=[wide])]))[0].content.decode()
    assert page.count(f">1,234 {unit}</data>") == 8
    narrow = replace(wide, columns={"c0": "Column"}, rows=[{"c0": Figure(1234.5, "flights")}])
    page = html_files(sample_document(sections=[Section("s", "S", tables=[narrow])]))[0].content.decode()
    assert ">1,234\N{NO-BREAK SPACE}flights</data>" in page
    assert 'width="520"' in page, "a number far from its row is read in the wrong one"


def test_a_mail_has_some_charts_and_says_of_the_others() -> None:
    charts = [Illustration(f"c{n}", series([1.0, 2.0])) for n in range(MOST_PICTURES + 2)]
    table = Table("t", "T", {"a": "A"}, [{"a": 1}])
    html, _, *pictures = html_files(
        sample_document(sections=[Section("s", "S", tables=[table], illustrations=charts)])
    )
    assert len(pictures) == MOST_PICTURES
    assert "2 charts more; their numbers are in the tables, and the pages have all." in html.content.decode()


def test_a_mail_without_tables_of_details_does_not_say_that_they_have_the_numbers_of_charts() -> None:
    parts = [
        Section(f"p{n}", "P", (), [metrics_table(20)], [Illustration(f"c{n}", series([1.0, 2.0]))])
        for n in range(MOST_PICTURES + 138)
    ]
    html, text, *_ = html_files(sample_document(sections=[Section("s", "S", parts=parts)]))
    assert "150 tables of details more; the pages have all." in text.content.decode()
    for page in (html, text):
        assert "138 charts more; the pages have all." in page.content.decode()
        assert "are in the tables" not in page.content.decode()


@given(documents(), st.sampled_from([0, 300, 2_000]))
@settings(SLOW, max_examples=6)
def test_a_mail_is_within_its_bound_whatever_is_in_it(document: ReportDocument, rows: int) -> None:
    large = replace(document, sections=[*document.sections, Section("m", "M", tables=[metrics_table(rows)])])
    html, text = html_files(large)
    assert len(html.content) <= MOST_BYTES
    assert len(text.content) <= MOST_BYTES


def test_a_report_of_nothing_says_so() -> None:
    found = read(ReportDocument(cover(link=None, data_through=None), "en", (), ()))
    assert "This report has nothing to show for this period." in found.text
    assert "no data yet" in found.text


def test_a_number_too_large_to_be_written_is_there_all_the_same() -> None:
    rows = [{"a": Share(1e18), "b": Figure(1e300, "x")}]
    document = sample_document(
        summary=(), sections=[Section("s", "S", tables=[Table("t", "T", {"a": "A", "b": "B"}, rows)])]
    )
    assert read(document).numbers == [1e18, 1e300]
