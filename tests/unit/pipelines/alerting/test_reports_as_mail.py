"""Whatever a report and its files are called, its mail has the parts and headers it should, and no others."""

import email
import email.policy
import re
import string
from datetime import UTC, datetime
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.alerting.delivery.channels.report_mail import LARGEST_MAIL, report_headers, report_parts
from pipelines.alerting.delivery.message import SentFile, ToldReport
from pipelines.alerting.delivery.report_wording import report_title, sentences

START = datetime(2026, 11, 16, 5, tzinfo=UTC)
NAMES = st.text(max_size=250) | st.sampled_from(
    ["a\r\nBcc: evil@example.com", "=?utf-8?b?QmNj?=", "\u202eevil", "x" * 250]
)
PNG = b"\x89PNG\r\n\x1a\n"


def report(contents: dict[str, Any] | None = None, files: tuple[SentFile, ...] = ()) -> ToldReport:
    return ToldReport(7, "weekly", 1, "week", START, 3, False, contents or {}, files)


def kept(name: str, kind: str, media_type: str, content: bytes) -> SentFile:
    return SentFile(name, kind, media_type, "0" * 64, len(content), content)


@given(NAMES)
def test_a_title_is_one_short_line_that_names_the_period(name: str) -> None:
    title = report_title(report({"cover": {"name": name}}))
    assert title.endswith(", Nov 16 \N{EN DASH} Nov 22, 2026")
    assert len(title) <= 140
    assert title.isprintable()


@given(NAMES.filter(bool))
@example("weekly")
def test_headers_are_plain_whatever_the_id_is(report_id: str) -> None:
    told = ToldReport(7, report_id, 1, "week", START, 3, False, {})
    for _, value in report_headers(told, "example.com"):
        assert re.fullmatch(r"<?[A-Za-z0-9.-]+>?", value)
        assert len(value) < 80
    if set(report_id) <= set(string.ascii_letters) and len(report_id) <= 40:
        assert dict(report_headers(told, "example.com"))["X-MDL-Report"] == report_id


def test_two_ids_that_look_alike_in_ascii_have_lists_of_their_own() -> None:
    lists = {
        dict(report_headers(ToldReport(1, name, 1, "week", START, 3, False, {}), "example.com"))["List-Id"]
        for name in ("a-b", "a.b", "a_b", "売上", "収益", "a" * 41, "a" * 42)
    }
    assert len(lists) == 7


@given(st.lists(NAMES, min_size=1, max_size=4), st.binary(max_size=300))
def test_files_of_any_name_arrive_as_they_are(names: list[str], content: bytes) -> None:
    files = tuple(kept(name, "pdf", "application/pdf", content) for name in names)
    written = report_parts(
        report(files=(*files, kept("p.png", "image", "image/png", PNG))), "text", "<p>html</p>", None
    )
    read = email.message_from_bytes(written.as_bytes(), policy=email.policy.default)
    assert isinstance(read, email.message.EmailMessage)
    assert [part.get_content() for part in read.iter_attachments()] == [content] * len(names)
    leaves = [part.get_content_type() for part in read.walk() if not part.is_multipart()]
    assert leaves == ["text/plain", "text/html", "image/png", *["application/pdf"] * len(names)]
    for part in read.walk():
        known = {
            "content-type",
            "mime-version",
            "content-transfer-encoding",
            "content-disposition",
            "content-id",
        }
        assert {header.lower() for header in part} <= known


def test_as_many_files_as_fit_are_attached_the_smallest_first() -> None:
    half = LARGEST_MAIL // 2
    sizes = {"large": half + 1, "small": 10, "middle": half - 10}
    files = tuple(kept(f"{name}.pdf", "pdf", "application/pdf", b"x" * size) for name, size in sizes.items())
    written = report_parts(
        report(files=files), "text", "<html><body>html</body></html>", "https://mdl.example.com/r"
    )
    names = [part.get_filename() for part in written.walk() if part.get_filename()]
    assert names == ["small.pdf", "middle.pdf"]
    text, html = (
        part.get_payload(decode=True).decode()  # type: ignore[union-attr]
        for part in written.walk()
        if part.get_content_maintype() == "text"
    )
    said = "large.pdf (7.5 MiB) is too large for mail; the pages of MDL have it."
    assert text == f"text\n{said} https://mdl.example.com/r\n"
    assert html.startswith(f"<html><body>html<p>{said} <a href=")


def test_every_kind_of_number_in_a_sentence_is_written_as_the_reports_locale_does() -> None:
    pieces = [
        {"kind": "text", "value": "a_b "},
        {"kind": "figure", "value": 1234.5, "unit": "EUR"},
        {"kind": "text", "value": ", "},
        {"kind": "share", "value": 0.5},
        {"kind": "text", "value": ", "},
        {"kind": "change", "value": -12.5, "is_good": False},
        {"kind": "text", "value": ", "},
        {"kind": "period", "value": "2026-10-01T00:00:00+02:00", "grain": "month"},
        {"kind": "text", "value": ", "},
        {"kind": "day", "value": "2026-11-16"},
        {"kind": "text", "value": ", "},
        {"kind": "instant", "value": "2026-11-16T23:30:00+01:00"},
        {"kind": "text", "value": ", "},
        {"kind": "status", "value": "at_risk"},
        {"kind": "text", "value": ", "},
        {"kind": "number", "value": 3},
        {"kind": "none", "value": None},
    ]
    said = sentences(report({"locale": "de", "summary": [{"is_good": True, "pieces": pieces}]}))
    ((mark, words),) = said
    assert mark == "better"
    expected = "a_b 1.234 €, 50 %, -12,5 %, Okt. 2026, 16.11.2026, 16.11.2026, 23:30, at risk, 3"
    assert words.replace("\N{NO-BREAK SPACE}", " ") == expected
