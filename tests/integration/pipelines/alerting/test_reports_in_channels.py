"""A report reaches every kind of channel in the form that people read there, with nothing that its name could do."""

import base64
import hashlib
import hmac
import io
import json
import re
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from apprise.plugins import slack
from pydantic import SecretStr
from pypdf import PdfReader
from sqlalchemy import Engine, update

from core.settings import ChannelAudience, Settings
from pipelines.alerting.delivery.channels.report_mail import LARGEST_MAIL
from pipelines.alerting.delivery.sending import SendingReport, deliver
from schemas.catalog.store import apply
from schemas.documents.load import load_documents
from schemas.tables import report_archive
from tests.integration.pipelines.alerting.receivers import NOW, SECRET, Mailbox, Receiver
from tests.integration.pipelines.alerting.stored_reports import (
    HTML,
    PNG,
    TEXT,
    contents,
    files,
    made_report,
    pdf,
    sent,
    words,
    workbook,
)

PERIOD = "Nov 16 \N{EN DASH} Nov 22, 2026"
TITLE = f"Weekly scorecard, {PERIOD}"
LINES = [
    "worse: Cancelled: 63.25% after +12.5%",
    "All else stands.",
    "metrics: 1 critical, 1 ok",
    "data: through Nov 22, 2026, 11:58 PM; published Nov 23, 2026, 1:30 AM (publication None); quality warning",
    "do not trust: rows were refused",
]
HOSTILE = json.loads(
    (Path(__file__).parents[2] / "webapi" / "pages" / "hostile_texts.json").read_text(encoding="utf-8")
)


@pytest.fixture(autouse=True)
def stored(database: Engine) -> None:
    """A catalog of two metrics, of which only hr reads one."""
    governance = {"data_classification": "restricted", "owner_team": "hr"}
    metrics = [
        {"metric_id": "cancelled", "name": "Cancelled"},
        {"metric_id": "salaries", "name": "Salaries", "governance": governance},
    ]
    catalog = load_documents({"metrics": metrics}, "the test").catalog
    apply(database, catalog, changed_by="ann", origin_of=lambda *_: "file:test", now=NOW)


def reaching(settings: Settings, *, url: str | None = "https://mdl.example.com", **channels: str) -> Settings:
    named = {name: SecretStr(address) for name, address in channels.items()}
    return settings.model_copy(update={"channels": {**settings.channels, **named}, "public_url": url})


def mailed(database: Engine, box: Mailbox, settings: Settings) -> EmailMessage:
    """The one mail that came of what is due."""
    done = deliver(database, settings, NOW)
    assert (done.delivered, done.errors) == (1, {})
    return box.got[-1]


def parts(mail: EmailMessage) -> dict[str, Any]:
    """Name or kind of each leaf, and its bytes."""
    leaves = [part for part in mail.walk() if not part.is_multipart()]
    return {part.get_filename() or part.get_content_type(): part.get_payload(decode=True) for part in leaves}


def text_of(found: dict[str, Any]) -> str:
    """Its plain text; mail has lines of its own kind."""
    text: str = found["text/plain"].decode().replace("\r\n", "\n")
    return text


# ---- mail ------------------------------------------------------------------------------------------------


def test_a_mail_has_text_html_with_its_pictures_and_the_files_as_they_are_in_the_archive(
    database: Engine, mailbox: tuple[Mailbox, Settings]
) -> None:
    box, settings = mailbox
    run = made_report(database, "email:ops@example.com")
    mail = mailed(database, box, settings)
    assert (mail["Subject"], mail["To"]) == (TITLE, "ops@example.com")
    shape = [(part.get_content_type(), part.get_content_disposition()) for part in mail.walk()]
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    attached = sorted([("application/pdf", len(pdf())), (sheet, len(workbook()))], key=lambda one: one[1])
    assert shape == [
        ("multipart/mixed", None),
        ("multipart/alternative", None),
        ("text/plain", None),
        ("multipart/related", None),
        ("text/html", None),
        ("image/png", "inline"),
        *((kind, "attachment") for kind, _ in attached),
    ]
    found = parts(mail)
    assert found["text/html"].decode() == HTML
    assert text_of(found) == TEXT
    for name, kind, _, content in files():
        assert kind in ("html", "text") or found[name] == content
    assert len(PdfReader(next(iter(_files_of(mail, "application/pdf")))).pages) == 1
    # every picture that the HTML names is there, under that name
    named = re.findall(r'src="cid:([^"]+)"', HTML)
    pictures = {part["Content-ID"]: part.get_content() for part in mail.walk() if part["Content-ID"]}
    assert pictures == {f"<{name}>": PNG for name in named}
    assert (mail["List-Id"], mail["Auto-Submitted"]) == ("<weekly.reports.example.com>", "auto-generated")
    assert (mail["X-MDL-Report"], mail["X-MDL-Report-Run"]) == ("weekly", str(run))


def _files_of(mail: EmailMessage, kind: str) -> list[Any]:
    return [
        io.BytesIO(part.get_content()) for part in mail.iter_attachments() if part.get_content_type() == kind
    ]


def test_a_report_without_html_is_told_in_short_with_its_files_attached(
    database: Engine, mailbox: tuple[Mailbox, Settings]
) -> None:
    box, settings = mailbox
    run = made_report(
        database, "email:ops@example.com", archived=[each for each in files() if each[1] == "pdf"]
    )
    mail = mailed(database, box, reaching(settings))
    found = parts(mail)
    link = f"https://mdl.example.com/reports/weekly/{run}"
    assert found["text/plain"].decode().splitlines() == [
        *(TITLE, "", *LINES, f"report {run}: weekly {link}"),
        "Ask an administrator or ops, the team that owns it, to change or end this report.",
    ]
    assert f'<a href="{link}">' in found["text/html"].decode()
    assert found["weekly-week-2026-11-16.pdf"] == pdf()


def test_a_file_that_was_damaged_in_the_archive_is_not_mailed(
    database: Engine, mailbox: tuple[Mailbox, Settings]
) -> None:
    box, settings = mailbox
    run = made_report(database, "email:ops@example.com")
    is_pdf = report_archive.c.format == "pdf"
    with database.begin() as connection:
        connection.execute(update(report_archive).where(is_pdf).values(content=b"%PDF-1.7 another"))
    done = deliver(database, reaching(settings), NOW)
    assert box.got == []
    assert f"weekly-week-2026-11-16.pdf of run {run} is damaged" in done.errors["email:ops@example.com"]
    assert sent(database) == [(run, "email:ops@example.com", "dead")]


def test_what_is_too_large_for_mail_is_left_out_with_a_line_that_says_where_it_is(
    database: Engine, mailbox: tuple[Mailbox, Settings]
) -> None:
    box, settings = mailbox
    large = ("weekly.pdf", "pdf", "application/pdf", b"%PDF-" + b"x" * LARGEST_MAIL)
    run = made_report(
        database, "email:ops@example.com", archived=[*(each for each in files() if each[1] != "pdf"), large]
    )
    found = parts(mailed(database, box, reaching(settings)))
    assert [name for name in found if name.startswith("weekly")] == ["weekly-week-2026-11-16.xlsx"]
    said = "weekly.pdf (15.0 MiB) is too large for mail; the pages of MDL have it."
    link = f"https://mdl.example.com/reports/weekly/{run}"
    assert text_of(found) == f"{TEXT}\n{said} {link}\n"
    assert found["text/html"].decode() == HTML.replace(
        "</body>", f'<p>{said} <a href="{link}">{link}</a></p></body>'
    )


@pytest.mark.parametrize(
    "name",
    [
        "Weekly\r\nBcc: evil@example.com\r\n\r\nbody",
        "Weekly\nX-Evil: 1",
        "n" * 200,
        "تقرير أسبوعي " * 8,
        "週次スコアカード" * 10,
        "=?utf-8?q?evil?= =?utf-8?b?QmNj?=",
        '"quoted" <evil@example.com>, other@example.com',
    ],
)
def test_a_name_can_add_nothing_to_the_headers_of_a_mail(
    database: Engine, mailbox: tuple[Mailbox, Settings], name: str
) -> None:
    box, settings = mailbox
    identity = f"id-{name.replace(' ', '')}"[:200]
    made_report(database, "email:ops@example.com", kept=contents(cover={"name": name}), report_id=identity)
    mail = mailed(database, box, settings)
    expected = {
        "subject",
        "from",
        "to",
        "message-id",
        "date",
        "auto-submitted",
        "mime-version",
        "content-type",
    }
    expected |= {"list-id", "x-mdl-report", "x-mdl-report-run", "x-mdl-report-publication"}
    # the test's mail server adds these
    assert {header.lower() for header in mail} - {"x-peer", "x-mailfrom", "x-rcptto"} == expected
    assert box.recipients[-1] == ["ops@example.com"]
    assert mail["Subject"].endswith(f", {PERIOD}")
    assert len(mail["Subject"]) <= 140
    assert mail["Subject"][:4] in (name[:4], "\N{FULLWIDTH EQUALS SIGN}?ut")
    for header in ("List-Id", "X-MDL-Report"):
        assert re.fullmatch(r"<?[A-Za-z0-9.-]+>?", mail[header].strip())


def test_every_hostile_name_stays_text_in_every_channel(
    database: Engine, mailbox: tuple[Mailbox, Settings], webhook: Receiver
) -> None:
    box, settings = mailbox
    settings = reaching(settings, webhook=webhook.webhook, ntfy=webhook.url.replace("http:", "json:"))
    settings = settings.model_copy(update={"alert_rate": 1000})
    for number, name in enumerate(HOSTILE):
        kept = contents(cover={"name": name, "doubts": [name]}, summary=[{"pieces": [words(name)]}])
        made_report(
            database,
            "email:ops@example.com",
            "webhook:x",
            "ntfy:x",
            kept=kept,
            edition=number + 1,
            archived=[],
        )
    assert _whole(deliver(database, settings, NOW, 60)) == 3 * len(HOSTILE)
    assert len(box.got) == len(HOSTILE)
    for mail in box.got:
        html = parts(mail)["text/html"].decode()
        assert not re.search(r"<(?!/?(html|body|h3|p|a)\b)[a-z!]", html, flags=re.IGNORECASE)
        assert "evil" not in "".join(re.findall(r'href="([^"]*)"', html))


def _whole(done: SendingReport) -> int:
    assert (done.failed, done.dead, done.errors) == (0, 0, {})
    return done.delivered


# ---- webhook, Slack, Teams and others --------------------------------------------------------------------


def test_a_webhook_gets_cover_summary_and_the_hashes_of_the_files_signed(
    database: Engine, settings: Settings, webhook: Receiver
) -> None:
    run = made_report(database, "webhook:x")
    assert _whole(deliver(database, reaching(settings, webhook=webhook.webhook), NOW)) == 1
    (got,) = webhook.got
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    digest = hmac.new(base64.b64decode(SECRET.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert got.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert (got.json["type"], got.json["title"]) == ("report", TITLE)
    report = got.json["report"]
    assert (report["run_id"], report["restricted"]) == (run, None)
    assert report["cover"] == contents()["cover"]
    assert report["summary"] == [
        {"mark": "worse", "text": "Cancelled: 63.25% after +12.5%"},
        {"mark": "", "text": "All else stands."},
    ]
    assert report["url"] == f"https://mdl.example.com/reports/weekly/{run}"
    assert {each["name"]: (each["content_hash"], each["size_bytes"]) for each in report["files"]} == {
        name: (hashlib.sha256(content).hexdigest(), len(content)) for name, _, _, content in files()
    }


def test_slack_gets_the_summary_what_it_rests_on_and_a_link(
    database: Engine, settings: Settings, webhook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack.NotifySlack, "webhook_url", webhook.url)
    run = made_report(database, "slack:#ops")
    settings = reaching(settings, slack="slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ")
    assert _whole(deliver(database, settings, NOW)) == 1
    heading, section = webhook.got[0].json["attachments"][0]["blocks"]
    assert heading["text"]["text"] == TITLE
    link = f"https://mdl.example.com/reports/weekly/{run}"
    assert section["text"]["text"].split("\n") == [*LINES, f"report {run}: <{link}|weekly>"]


def test_teams_gets_the_same_as_a_card(
    database: Engine, settings: Settings, webhook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = slack.requests.post
    monkeypatch.setattr(slack.requests, "post", lambda _, **given: real(webhook.url, **given))
    run = made_report(database, "teams:data")
    settings = reaching(settings, url=None, **{"teams:data": "workflows://example.com/workflow/signature"})
    assert _whole(deliver(database, settings, NOW)) == 1
    title, body = webhook.got[0].json["attachments"][0]["content"]["body"]
    assert title["text"] == TITLE
    assert body["text"].split("\n\n") == [*LINES, f"report {run}: weekly"]


def test_any_other_service_gets_it_as_plain_text(
    database: Engine, settings: Settings, webhook: Receiver
) -> None:
    run = made_report(database, "ntfy:x")
    settings = reaching(settings, ntfy=webhook.url.replace("http:", "json:"))
    assert _whole(deliver(database, settings, NOW)) == 1
    link = f"https://mdl.example.com/reports/weekly/{run}"
    assert webhook.got[0].json["message"].split("\n") == [TITLE, *LINES, f"report {run}: weekly {link}"]


@pytest.mark.parametrize(
    ("target", "url"),
    [("pagerduty:core", "pagerduty://integration@key"), ("alertmanager", "http://127.0.0.1:1")],
)
def test_what_opens_and_closes_alerts_takes_no_reports_and_says_so(
    database: Engine, settings: Settings, target: str, url: str
) -> None:
    run = made_report(database, target)
    done = deliver(database, reaching(settings, **{target: url}), NOW)
    assert done.errors == {target: f"{target} takes alerts and no reports; name another channel"}
    assert sent(database) == [(run, target, "dead")]


# ---- audiences -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metrics", "hidden", "audience", "is_told"),
    [
        (["cancelled"], [], {}, True),
        (["cancelled", "salaries"], [], {}, False),
        (["cancelled", "salaries"], ["salaries"], {}, True),
        (["cancelled", "salaries"], [], {"team": "hr"}, True),
        (["cancelled", "salaries"], [], {"role": "editor"}, False),
        (["cancelled", "salaries"], [], {"role": "admin"}, True),
        (["cancelled", "gone"], [], {}, False),
    ],
)
def test_a_channel_gets_numbers_only_where_its_audience_may_read_all_of_them(
    database: Engine,
    mailbox: tuple[Mailbox, Settings],
    webhook: Receiver,
    metrics: list[str],
    hidden: list[str],
    audience: dict[str, Any],
    *,
    is_told: bool,
) -> None:
    box, settings = mailbox
    settings = reaching(settings, webhook=webhook.webhook, ntfy=webhook.url.replace("http:", "json:"))
    stated = {name: ChannelAudience(**audience) for name in ("email", "webhook", "ntfy")}
    settings = settings.model_copy(update={"channel_audiences": stated})
    run = made_report(
        database,
        *("email:ops@example.com", "webhook:x", "ntfy:x"),
        kept=contents(metrics=metrics, hidden=hidden),
        shows_restricted="salaries" in metrics and not hidden,
    )
    assert _whole(deliver(database, settings, NOW)) == 3
    mail = "\n".join(
        [
            box.got[0]["Subject"],
            *(str(part.get_content()) for part in box.got[0].walk() if not part.is_multipart()),
        ]
    )
    bodies = [mail, *(json.dumps(got.json, ensure_ascii=False) for got in webhook.got)]
    for body in bodies:
        assert ("63.25" in body) is is_told
        assert TITLE in body
        if not is_told:
            assert f"https://mdl.example.com/reports/weekly/{run}" in body
            assert "ask hr" in body or "gone is not in the catalog; ask an administrator" in body
    assert (len(list(box.got[0].iter_attachments())) > 0) is is_told


def test_a_report_that_does_not_say_whose_numbers_it_shows_is_for_those_who_read_all(
    database: Engine, settings: Settings, webhook: Receiver
) -> None:
    settings = reaching(settings, webhook=webhook.webhook)
    settings = settings.model_copy(
        update={"channel_audiences": {"webhook:admins": ChannelAudience(role="admin")}}
    )
    made_report(database, "webhook:admins", "webhook:all", kept={"cover": contents()["cover"]})
    made_report(
        database,
        "webhook:all",
        kept=contents(metrics=[]),
        shows_restricted=True,
        edition=2,
        period_start=NOW + timedelta(1),
    )
    assert _whole(deliver(database, settings, NOW)) == 3
    why = sorted(str(got.json["report"]["restricted"]) for got in webhook.got)
    assert why == ["None", *["it does not say whose numbers it shows"] * 2]
