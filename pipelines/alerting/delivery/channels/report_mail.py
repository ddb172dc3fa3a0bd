"""A report as the parts of a mail: text and HTML with its pictures to read, and its files attached."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from html import escape

from pipelines.alerting.delivery.message import SentFile, ToldReport

LARGEST_MAIL = 15 * 1024 * 1024
"""Bytes of all files of one mail, which is 20 MiB as mail carries them: what most servers take."""
_ATTACHED = ("pdf", "xlsx")
_END_OF_BODY = re.compile(r"</body\s*>", re.IGNORECASE)
_LONGEST_NAME = 40


def report_parts(report: ToldReport, text: str, html: str, link: str | None) -> MIMEMultipart:
    """Everything of the mail but who it is from, to whom and what it is called.

    Args:
        report: with the bytes of its files.
        text: what to say where the report has no text of its own.
        html: the same as HTML.
        link: where the pages have it.
    """
    attached, left_out = _within_bounds(report.files)
    own = {
        one.format: (one.content or b"").decode() for one in report.files if one.format in ("text", "html")
    }
    text, html = own.get("text", text), own.get("html", html)
    for one in left_out:
        text += f"\n{_too_large(one)} {link or ''}\n"
        html = _with_line(html, _too_large(one), link)
    alternative = MIMEMultipart("alternative")
    alternative.attach(MIMEText(text, "plain", "utf-8"))
    related = MIMEMultipart("related", type="text/html")
    related.attach(MIMEText(html, "html", "utf-8"))
    for one in report.files:
        if one.format == "image":
            related.attach(_picture(one))
    alternative.attach(related)
    mixed = MIMEMultipart("mixed")
    mixed.attach(alternative)
    for one in attached:
        mixed.attach(_attachment(one))
    return mixed


def report_headers(report: ToldReport, domain: str) -> Iterator[tuple[str, str]]:
    """Headers by which mail is sorted: plain ASCII whatever the report is called."""
    name = _list_name(report.report_id)
    yield "List-Id", f"<{name}.reports.{domain}>"
    yield "X-MDL-Report", name
    yield "X-MDL-Report-Run", str(report.run_id)
    yield "X-MDL-Report-Publication", str(report.publication_id or "")


def _list_name(report_id: str) -> str:
    """The id where it is plain, else what of it is plain with a hash, so that no two reports share a name."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", report_id).strip("-")[:_LONGEST_NAME]
    if plain == report_id:
        return plain
    return f"{plain or 'report'}-{hashlib.sha256(report_id.encode()).hexdigest()[:8]}"


def _within_bounds(files: Sequence[SentFile]) -> tuple[list[SentFile], list[SentFile]]:
    """The files that are attached, smallest first, and those that would make the mail too large."""
    attached: list[SentFile] = []
    left_out: list[SentFile] = []
    left = LARGEST_MAIL - sum(one.size_bytes for one in files if one.format not in _ATTACHED)
    for one in sorted(files, key=lambda file: file.size_bytes):
        if one.format in _ATTACHED:
            fits = one.size_bytes <= left
            (attached if fits else left_out).append(one)
            left -= one.size_bytes if fits else 0
    return attached, left_out


def _too_large(one: SentFile) -> str:
    return f"{_file_name(one)} ({one.size_bytes / 1024**2:.1f} MiB) is too large for mail; the pages of MDL have it."


def _with_line(html: str, words: str, link: str | None) -> str:
    shown = escape(words) + (f' <a href="{escape(link)}">{escape(link)}</a>' if link else "")
    line = f"<p>{shown}</p>"
    ends = list(_END_OF_BODY.finditer(html))
    return f"{html[: ends[-1].start()]}{line}{html[ends[-1].start() :]}" if ends else html + line


def _picture(one: SentFile) -> MIMEBase:
    picture = MIMEImage(one.content or b"", one.media_type.partition("/")[2])
    picture.add_header("Content-ID", f"<{_file_name(one)}>")
    picture.add_header("Content-Disposition", "inline", filename=_file_name(one))
    return picture


def _attachment(one: SentFile) -> MIMEBase:
    part = MIMEApplication(one.content or b"", one.media_type.partition("/")[2])
    part.add_header("Content-Disposition", "attachment", filename=_file_name(one))
    return part


def _file_name(one: SentFile) -> str:
    """Its name, which is plain; were it not, nothing of it could end a header."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", one.name)
