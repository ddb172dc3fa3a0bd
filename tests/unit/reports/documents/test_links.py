"""Links of a report lead to the pages, below whatever folder these are in, alike in every format."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.cells import Link, Table
from reports.documents.addresses import report_address
from reports.documents.extract import Extract
from reports.documents.html.rendering import html_of
from reports.documents.links import address, own_page
from reports.documents.model import ReportDocument, Section
from reports.documents.pdf.data import data_of
from tests.documents import cover, document

HOMES = ("https://mdl.example.com", "https://example.com/mdl", "http://localhost:8000/a/reports/reports/")
IDS = st.text(st.characters(min_codepoint=33, exclude_categories=["Cs", "Z", "C"]), min_size=1, max_size=20)


def linking(link: str | None, href: str = "/metrics/X") -> ReportDocument:
    table = Table("t", "T", {"a": "A"}, [{"a": Link("Name", href)}])
    return document(Section("s", "S", tables=[table]), cover=cover(link=link))


def in_html(of: ReportDocument) -> list[str]:
    page = html_of(Extract(of, 100), {}, "").decode()
    return re.findall(r'href="([^"]*)"', page)


def in_pdf(of: ReportDocument) -> list[str]:
    data = data_of(of)
    [cell] = data["sections"][0]["blocks"][0]["table"]["rows"][0]["cells"]
    return [each for each in (data["link"], cell.get("link")) if each]


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("run_id", [None, 12])
def test_a_folder_that_the_pages_are_in_is_kept_in_html_and_pdf_alike(home: str, run_id: int | None) -> None:
    link = report_address(home, "weekly-scorecard", run_id)
    assert link is not None
    expected = {link, f"{home.rstrip('/')}/metrics/X"}
    assert set(in_html(linking(link))) == set(in_pdf(linking(link))) == expected


@pytest.mark.parametrize(
    ("link", "href"),
    [
        *((None, "/metrics/X"), ("javascript:alert(1)", "/metrics/X"), ("https://[", "/metrics/X")),
        ("javascript://x/reports/weekly-scorecard/1", "/metrics/X"),
        ("https:///reports/weekly-scorecard/1", "/metrics/X"),
        ("https://a b/reports/weekly-scorecard/1", "/metrics/X"),
    ],
)
def test_a_report_whose_pages_cannot_be_reached_leads_nowhere(link: str | None, href: str) -> None:
    assert in_html(linking(link, href)) == in_pdf(linking(link, href)) == []


@pytest.mark.parametrize(
    "href",
    [
        *("//evil.example", "/\\evil.example", "javascript:alert(1)", "https://evil.example", "x", ""),
        *("/\tx", "/metrics/\u202ex", "/metrics/x\n", "/" + "x" * 2_001),
    ],
)
def test_a_path_that_is_not_of_the_pages_leads_nowhere(href: str) -> None:
    link = "https://mdl.example.com/reports/weekly-scorecard/1"
    assert in_html(linking(link, href)) == in_pdf(linking(link, href)) == [link]


@given(st.sampled_from(HOMES), IDS | st.sampled_from(["reports", "12", ".", ".."]), st.none() | st.just(12))
def test_whatever_the_id_the_pages_are_found(home: str, report_id: str, run_id: int | None) -> None:
    of = replace(cover(), report_id=report_id, link=report_address(home, report_id, run_id))
    assert own_page(of) == of.link
    assert address(of, "/metrics/X%2FY?a=1") == f"{home.rstrip('/')}/metrics/X%2FY?a=1"
