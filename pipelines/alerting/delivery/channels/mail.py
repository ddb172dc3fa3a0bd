"""Mail: Apprise reads the URL, and MDL writes the message itself, so that a repeat has the Message-ID of the first."""

import smtplib
import ssl
from dataclasses import replace
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from typing import Any

from apprise.exception import AppriseImproperlyConfigured
from apprise.plugins.email import NotifyEmail

from core.settings import Settings
from pipelines.alerting.delivery.channels.apprise import asset
from pipelines.alerting.delivery.channels.http import TIMEOUTS
from pipelines.alerting.delivery.channels.report_mail import report_headers, report_parts
from pipelines.alerting.delivery.layouts import as_html, as_text
from pipelines.alerting.delivery.message import Failure, Message
from pipelines.alerting.delivery.notes import note_of
from pipelines.alerting.delivery.plain_text import plain
from pipelines.alerting.delivery.report_wording import report_link, whom_to_ask
from pipelines.alerting.delivery.wording import Note


def send_mail(url: str, message: Message, settings: Settings, now: datetime) -> Failure | None:
    """Send to all addresses of a `mailto://` or `mailtos://` URL in one message: text, HTML, a report's files."""
    known = NotifyEmail.parse_url(url)
    try:
        account = NotifyEmail(**{**known, "asset": asset()}) if known else None
    except (AppriseImproperlyConfigured, TypeError, ValueError):
        account = None
    if account is None or not account.targets:
        return Failure("the channel's URL names no mail server, sender or recipient", is_permanent=True)
    try:
        written = _written(account, message, settings, now)
    except (MessageError, ValueError) as error:
        return Failure(f"an address of the channel is unusable: {plain(error)}", is_permanent=True)
    recipients = [*(address for _, address in account.targets), *account.cc, *account.bcc]
    return _transferred(account, written, recipients)


def _written(account: NotifyEmail, message: Message, settings: Settings, now: datetime) -> MIMEMultipart:
    # not EmailMessage: before Python 3.12 it loses spaces where it folds long headers that are not ASCII
    given, report = note_of(message, settings), message.report
    domain = account.from_addr[1].rpartition("@")[2]
    if report is None:
        written = _alternative(*_as_texts(given))
    else:
        texts = _as_texts(replace(given, lines=(*given.lines, whom_to_ask(report))))
        written = report_parts(report, *texts, report_link(report, settings))
        for name, value in report_headers(report, domain):
            written[name] = value
    _write_headers(written, account, given.title)
    # the same at every attempt: mail servers and readers drop the second of the same Message-ID
    written["Message-ID"] = f"<{message.key}@{domain}>"
    if len(message.incidents) == 1:
        # readers file what is told of an incident under one thread
        written["References"] = f"<{message.incidents[0].key}@{domain}>"
    written["Date"] = format_datetime(now)
    # no automatic answers, please
    written["Auto-Submitted"] = "auto-generated"
    return written


def _as_texts(given: Note) -> tuple[str, str]:
    """Plain text and HTML."""
    return f"{given.title}\n\n{as_text(given.lines)}\n", as_html(given)


def _alternative(text: str, html: str) -> MIMEMultipart:
    written = MIMEMultipart("alternative")
    written.attach(MIMEText(text, "plain", "utf-8"))
    written.attach(MIMEText(html, "html", "utf-8"))
    return written


def _write_headers(written: MIMEMultipart, account: NotifyEmail, title: str) -> None:
    """What it is about, from whom and to whom."""
    charset = "us-ascii" if title.isascii() else "utf-8"
    written["Subject"] = Header(title, charset, header_name="Subject").encode()
    written["From"] = _address(*account.from_addr)
    written["To"] = ", ".join(_address(*one) for one in account.targets)
    if account.cc:
        written["Cc"] = ", ".join(_address(account.names.get(one), one) for one in sorted(account.cc))
    if account.reply_to:
        written["Reply-To"] = ", ".join(
            _address(account.names.get(one), one) for one in sorted(account.reply_to)
        )


def _address(name: Any, address: str) -> str:
    """Apprise has False for no name."""
    return formataddr((name or "", address))


def _transferred(account: NotifyEmail, written: MIMEMultipart, recipients: list[str]) -> Failure | None:
    smtp = None
    try:
        smtp = _connected(account)
        smtp.send_message(written, account.from_addr[1], recipients)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = max(error.recipients.values(), key=lambda refusal: refusal[0])
        return _refusal(code, said)
    except smtplib.SMTPResponseException as error:
        return _refusal(error.smtp_code, error.smtp_error)
    except smtplib.SMTPNotSupportedError as error:
        return Failure(f"the mail server lacks what is needed: {plain(error)}", is_permanent=True)
    except (OSError, smtplib.SMTPException) as error:
        # before there was a connection, nothing can have arrived
        return Failure(f"mail server: {type(error).__name__}", may_have_arrived=smtp is not None)
    finally:
        if smtp is not None:
            # it has the message or it has not: how the goodbye goes says nothing about that
            smtp.close()
    return None


def _refusal(code: int, said: bytes | str) -> Failure:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return Failure(f"SMTP {code}: {plain(text)}", is_permanent=code >= 500)


def _connected(account: NotifyEmail) -> smtplib.SMTP:
    seconds = TIMEOUTS[1]
    if account.secure_mode == "ssl":
        context = _context(account)
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            account.smtp_host, account.port, timeout=seconds, context=context
        )
    else:
        smtp = smtplib.SMTP(account.smtp_host, account.port, timeout=seconds)
    try:
        if account.secure_mode == "starttls":
            smtp.starttls(context=_context(account))
        if account.user and account.password:
            smtp.login(account.user, account.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _context(account: NotifyEmail) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not account.verify_certificate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
