"""A report arrives by itself: everything runs as `mdl up` starts it, and everything that is sent is received."""

import base64
import hashlib
import hmac
import io
import json
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pypdf
import pytest
import requests
from aiosmtpd.controller import Controller
from python_calamine import CalamineWorkbook
from sqlalchemy import create_engine, text

from core.clock import wall_now
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.conftest import free_port
from tests.e2e.conftest import Workspace
from tests.e2e.reports.slack import CHANNEL, Slack, slack_at
from tests.e2e.test_alerts import orders, wait_for
from tests.integration.pipelines.alerting.receivers import SECRET, Mailbox, Received, receiving

PASSWORD = "correct horse battery staple"  # noqa: S105
CATALOG = """
sources:
  - source_id: orders
    format: csv
    path: "orders/*.csv"
    event: order
    timestamp: {column: at}
    dimensions: {shop: shop}
    fields: {value: amount}
metrics:
  - metric_id: revenue
    name: Revenue
    definition: {formula: SUM(order.value), unit: EUR}
    data: {time_grain: [day], source_systems: [orders]}
reports:
  - report_id: daily
    name: Numbers of the day
    grain: day
    schedule: "* * * * *"
    timezone: UTC
    formats: [html, pdf, xlsx]
    channels: ["email:board@example.com", "webhook:crm", "slack:#numbers"]
"""
RUN = "select state, reason from ops.report_runs"
SENT = "select target, state, last_error from ops.deliveries order by target"


@contextmanager
def mailbox_at(port: int) -> Iterator[Mailbox]:
    """A mail server, while the block runs."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box
    controller.stop()


def prepared(workspace: Workspace, slack: Slack, mail: int, hook: int) -> None:
    """A shop that has sold nothing yet; its report came into the catalog two minutes ago, and so is due."""
    workspace.environment = {
        **slack.environment,
        "MDL_CHANNELS": json.dumps(
            {
                "email": f"mailto://127.0.0.1:{mail}?from=mdl@example.com&name=MDL",
                "webhook": f"http://127.0.0.1:{hook}/hook#{SECRET}",
                "slack": CHANNEL,
            }
        ),
    }
    workspace.write("catalog/shop.yaml", CATALOG)
    workspace.mdl("catalog", "apply")
    engine = create_engine(workspace.database_url)
    with engine.begin() as connection:
        connection.execute(
            text("update catalog.document_history set changed_at = changed_at - interval '2 minutes'")
        )
        create_user(connection, "ada", PASSWORD, Role.VIEWER, wall_now())
    engine.dispose()


@contextmanager
def up(workspace: Workspace) -> Iterator[str]:
    """The installation as `mdl up` serves it; where its API and pages are."""
    api = free_port()
    process = workspace.start("up", "--port", str(free_port()), "--api-port", str(api))
    try:
        assert process.stdout is not None
        while "Ctrl-C" not in process.stdout.readline():
            assert process.poll() is None, process.communicate()
        yield f"http://127.0.0.1:{api}"
    finally:
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=90)
    assert process.returncode == 0, output


def rows(workspace: Workspace, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in workspace.query(sql).itertuples(index=False)]


@pytest.mark.timeout(600)
def test_a_report_waits_for_its_data_goes_to_everybody_once_and_is_in_the_archive(
    workspace: Workspace, tmp_path: Path
) -> None:
    mail, hook = free_port(), free_port()
    with slack_at(tmp_path) as slack, mailbox_at(mail) as box:
        prepared(workspace, slack, mail, hook)
        with up(workspace) as base:
            wait_for(lambda: [row[0] for row in rows(workspace, RUN)] == ["waiting"], "nothing is due")
            # its period is yesterday
            workspace.write("landing/orders/1.csv", orders((2, "a", 900), (1, "a", 1_000), (1, "b", 234)))
            wait_for(lambda: len(box.got) + len(slack.got) == 2, "mail and Slack got nothing", 300)
            wait_for(lambda: rows(workspace, SENT)[-1][2] == "cannot connect", "the webhook was not tried")
            assert rows(workspace, RUN) == [("made", None)]
            with receiving(hook) as webhook:
                wait_for(lambda: rows(workspace, RUN) == [("sent", None)], "the webhook got nothing")
                # nothing more is due, however often the sensors look
                looks = "select count(*) from dagster.job_ticks"
                seen = rows(workspace, looks)[0][0]
                wait_for(lambda: rows(workspace, looks)[0][0] > seen + 15, "the sensors do not look")
                assert (len(box.got), len(slack.got), len(webhook.got)) == (1, 1, 1)
            archived = in_archive(base)
            assert {row[:2] for row in rows(workspace, SENT)} == {
                ("email:board@example.com", "delivered"),
                ("slack:#numbers", "delivered"),
                ("webhook:crm", "delivered"),
            }
    assert signed(webhook.got[0])
    told = webhook.got[0].json["report"]
    assert (told["run_id"], told["report_id"], told["restricted"]) == (archived["run_id"], "daily", None)
    files = {each["name"]: each["content_hash"] for each in archived["files"]}
    assert {each["name"]: each["content_hash"] for each in told["files"]} == files
    attached = attachments(box.got[0])
    assert {name: hashlib.sha256(content).hexdigest() for name, content in attached.items()} == {
        name: files[name] for name in attached
    }
    assert sorted(name.rpartition(".")[2] for name in attached) == ["pdf", "xlsx"]
    assert "Numbers of the day" in json.dumps(slack.got[0]["attachments"])
    shows_the_number_of_the_api(box.got[0], attached, archived["value"])


def signed(request: Received) -> bool:
    """Whether it has the signature of its secret."""
    identity, stamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
    message = f"{identity}.{stamp}.".encode() + request.body
    digest = hmac.digest(base64.b64decode(SECRET.removeprefix("whsec_")), message, "sha256")
    return request.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


def attachments(mail: EmailMessage) -> dict[str, bytes]:
    """Name and bytes of each."""
    return {
        str(part.get_filename()): part.get_payload(decode=True)  # type: ignore[misc]
        for part in mail.iter_attachments()
    }


def shows_the_number_of_the_api(mail: EmailMessage, attached: dict[str, bytes], value: float) -> None:
    body = mail.get_body(("html",))
    assert body is not None
    shown = dict(re.findall(r'<data value="([^"]+)"[^>]*>([^<]+)</data>', body.get_content()))
    words = {words for exact, words in shown.items() if float(exact) == value}
    assert words, shown
    for name, content in attached.items():
        if name.endswith(".pdf"):
            pages = pypdf.PdfReader(io.BytesIO(content)).pages
            printed = " ".join(page.extract_text() for page in pages).replace("\N{NO-BREAK SPACE}", " ")
            assert all(each.replace("\N{NO-BREAK SPACE}", " ") in printed for each in words)
        else:
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            sheets = [book.get_sheet_by_name(each).to_python() for each in book.sheet_names]
            assert value in [cell for sheet in sheets for line in sheet for cell in line]


def in_archive(base: str) -> dict[str, Any]:
    """The only run that the API lists, with the metric's newest value; pages show it and give the same files."""
    token = requests.post(
        f"{base}/api/auth/login", json={"username": "ada", "password": PASSWORD}, timeout=30
    ).json()
    by_token = requests.Session()
    by_token.headers["Authorization"] = f"Bearer {token['access_token']}"
    (run,) = by_token.get(f"{base}/api/v1/reports/archive", timeout=30).json()["data"]
    assert (run["state"], run["deliveries"]) == ("sent", {"delivered": 3})
    values = by_token.get(f"{base}/api/v1/metrics/revenue/values?grain=day", timeout=30).json()["data"]
    begun = datetime.fromisoformat(run["period_start"])
    (run["value"],) = [
        each["value"] for each in values if datetime.fromisoformat(each["period_start"]) == begun
    ]

    person = requests.Session()
    form = person.get(f"{base}/sign-in", timeout=30).text
    (proof,) = re.findall(r'name="csrf_token" value="([^"]+)"', form)
    filled = {"csrf_token": proof, "next": "/reports", "username": "ada", "password": PASSWORD}
    listed = person.post(f"{base}/sign-in", data=filled, timeout=30).text
    assert f"/reports/daily/{run['run_id']}" in listed
    page = person.get(f"{base}/reports/daily/{run['run_id']}", timeout=30).text
    for each in run["files"]:
        if each["format"] in ("pdf", "xlsx", "html"):
            (link,) = re.findall(f'href="([^"]+/{re.escape(each["name"])})"', page)
            content = person.get(base + link, timeout=30).content
            assert hashlib.sha256(content).hexdigest() == each["content_hash"]
    assert '<data value="1234' in page
    return dict(run)
