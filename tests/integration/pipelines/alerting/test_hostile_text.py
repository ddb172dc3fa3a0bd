"""Whatever names hold, receivers see text: no header, link, mention, mark-up or HTML gets in through it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from apprise.plugins import pagerduty, slack
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from core.settings import load_settings
from pipelines.alerting.delivery.channels import resolve, send
from pipelines.alerting.delivery.channels.resolve import Channel
from pipelines.alerting.delivery.message import Message, ToldIncident
from pipelines.alerting.delivery.plain_text import plain
from tests.conftest import free_port
from tests.integration.pipelines.alerting.receivers import NOW, Receiver, receiving
from tests.integration.pipelines.alerting.test_channels import INCIDENT, Mailbox

BITS = (
    "\r\nBcc: evil@example.com\r\n\r\n",
    "\x00\x1b[31m\x85\u2028",
    "\u202eexe.cod\u2066\u200b\ufeff",
    "<!channel>",
    "<@U123>",
    "<https://evil.example|click>",
    "[x](http://evil.example)",
    "![x](//evil.example)",
    "[x]: http://evil.example",
    "<a href='http://evil.example'>x</a>",
    "<img src=x onerror=alert(1)>",
    "&lt;script&gt;",
    "<at>ann</at>",
    "@everyone @here",
    "**b** __i__ ~~s~~ ||p|| `c` _e_ *b*",
    "=HYPERLINK(1)",
    "=?utf-8?q?x=0D=0ABcc:_evil?=",
    "# heading",
    "\\*\\[",
    "javascript:alert(1)",
    "www.evil.example",
    "value > 4 AND value < 8",
    "é漢🛫",
    "x" * 500,
)
hostile = st.lists(st.one_of(st.sampled_from(BITS), st.text(max_size=12)), max_size=6).map("".join)
UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
OURS = "https://mdl.example.com/api/v1/incidents(/12)?"

BARE = rf"{OURS}|https://wiki\.example\.com/\S*"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(" ".join([tag, *(f"{name}={value}" for name, value in attrs)]))


class World:
    """One receiver for everything that speaks HTTP, one mail server."""

    def __init__(self, http: Receiver, mailbox: Mailbox, port: int) -> None:
        self.http, self.mailbox = http, mailbox
        self.settings = load_settings(
            public_url="https://mdl.example.com",
            channels={
                "slack": SecretStr("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"),
                "teams": SecretStr("workflows://example.com/workflow/signature"),
                "pagerduty": SecretStr("pagerduty://integration@key"),
                "discord": SecretStr("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"),
                "telegram": SecretStr("tgram://123456789:abcdefg_hijklmnop/12315544"),
                "email": SecretStr(f"mailto://127.0.0.1:{port}?from=mdl@example.com"),
            },
        )

    def posted(self, name: str, message: Message) -> Any:
        self.http.got.clear()
        self.send(name, message)
        return self.http.got[-1].json

    def send(self, name: str, message: Message) -> None:
        channel = resolve(self.settings, name)
        assert isinstance(channel, Channel)
        assert send(channel, message, self.settings, NOW) is None


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    box, port = Mailbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    with receiving() as http, pytest.MonkeyPatch.context() as patch:
        # these services are https only; what their plugins send goes to the receiver
        real = slack.requests.post
        patch.setattr(slack.requests, "post", lambda _, **given: real(http.url, **given))
        patch.setattr(slack.NotifySlack, "webhook_url", http.url)
        patch.setitem(pagerduty.PAGERDUTY_API_LOOKUP, "us", http.url)
        yield World(http, box, port)
    controller.stop()


def messages(text: str) -> list[Message]:
    """One incident with the text everywhere, its end, one of another kind, and many."""
    one = replace(
        INCIDENT,
        subject_id=text,
        rule_id=text,
        slice=text,
        title=text,
        evidence={**INCIDENT.evidence, "unit": text, "contributions": [{"slice": text, "contribution": 1.0}]},
        playbooks=[text, f"https://wiki.example.com/{text}"],
    )
    failed = replace(
        one, subject_kind="job", evidence={"error": text, "files": [{"path": text}] * 5, "reason": text}
    )
    return [
        _message(one),
        _message(replace(one, resolved_at=NOW), event="resolved"),
        _message(failed),
        _message(*[one] * 12, is_repeat=True),
    ]


def _message(*incidents: ToldIncident, event: str = "firing", is_repeat: bool = False) -> Message:
    return Message("2c1a", "any", event, 1, is_repeat, incidents, (1,), 1)


def without_links(text: str, pattern: str) -> str:
    """The text without the links that MDL itself makes."""
    return re.sub(pattern, "", text)


def assert_seen(text: str) -> None:
    """No control or invisible character; lines may end as mail and Apprise end them."""
    assert not UNSEEN.search(text.replace("\r\n", "\n")), text


def assert_plain(text: str) -> None:
    assert_seen(text)
    for mark in ("](", "**", "__", "~~", "|", "`", "@everyone", "@here", "www.", "=?", "javascript:", "\\"):
        assert mark not in text, (mark, text)


@settings(max_examples=40)
@given(hostile)
@example("".join(BITS))
def test_slack(world: World, text: str) -> None:
    for message in messages(text):
        got = world.posted("slack:#ops", message)
        heading, section = (block["text"] for block in got["attachments"][0]["blocks"])
        assert heading["type"] == "plain_text"
        assert len(unescape(heading["text"])) <= 150  # Slack takes no more, and counts `&gt;` as one
        assert len(section["text"]) < 3000
        body = without_links(section["text"], rf"<({OURS}|https://wiki\.example\.com/[^<>|\s]*)\|[^<>|]*>")
        for shown in (heading["text"], body):
            assert not re.search(r"[<>]", shown), shown
            assert_plain(shown.replace("://mdl.example.com", ""))
            assert "://" not in shown


@settings(max_examples=40)
@given(hostile)
@example("".join(BITS))
def test_teams(world: World, text: str) -> None:
    for message in messages(text):
        content = world.posted("teams:x", message)["attachments"][0]["content"]
        assert content["msteams"] == {"width": "full"}  # nobody is mentioned
        title, body = (block["text"] for block in content["body"])
        body = without_links(body, rf"\]\(({OURS}|https://[^()\s]*)\)")
        for shown in (title, body):
            assert_plain(shown)
            assert not re.search(r"<[A-Za-z!/@#?]", shown)
            assert "://" not in shown


@settings(max_examples=40)
@given(hostile)
@example("".join(BITS))
def test_services_that_interpret_what_apprise_sends_as_text(world: World, text: str) -> None:
    for message in messages(text):
        shown = world.posted("discord:x", message)["content"]
        assert len(shown) <= 2000
        assert_plain(without_links(shown, BARE))
        got = world.posted("telegram:x", message)
        tags = Tags()
        tags.feed(got["text"])
        assert tags.seen <= {"b"}
        assert_plain(without_links(got["text"], BARE))


@settings(max_examples=40)
@given(hostile)
@example("".join(BITS))
def test_pagerduty(world: World, text: str) -> None:
    for message in messages(text)[:1]:
        payload = world.posted("pagerduty:x", message)["payload"]
        assert len(payload["summary"]) <= 140
        for shown in (payload["summary"], payload["source"], *payload["custom_details"].values()):
            assert_seen(shown)
            assert "\n" not in shown


@settings(max_examples=40)
@given(hostile)
@example("".join(BITS))
def test_mail(world: World, text: str) -> None:
    for message in messages(text):
        world.mailbox.got.clear()
        world.send("email:ops@example.com", message)
        (got,) = world.mailbox.got
        expected = {
            *(
                "Subject",
                "From",
                "To",
                "Message-ID",
                "Date",
                "Auto-Submitted",
                "MIME-Version",
                "Content-Type",
            ),
        }
        assert set(got.keys()) - {"X-Peer", "X-MailFrom", "X-RcptTo", "References"} == expected
        assert len(got.get_all("To", [])) == 1
        assert "=?" not in got["Subject"]
        assert_plain(got["Subject"])
        body, html = (part.get_content() for part in got.iter_parts())
        assert_seen(body)
        tags = Tags()
        tags.feed(html)
        links = {tag for tag in tags.seen if tag.startswith("a ")}
        assert tags.seen - links == {"html", "body", "h3", "p"}
        assert all(re.fullmatch(rf"a href=({OURS}|https://wiki\.example\.com/\S*)", tag) for tag in links)


def test_what_is_harmless_is_left_alone() -> None:
    text = "carrier=AA, origin=JFK: value > 4 AND change_pct < -10 (54.1 %), Flüge & Züge #3"
    assert plain(text) == text
