"""Real receivers on loopback that keep what they get, and builders of incidents."""

import email
import email.policy
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine, insert, text

from core.settings import Settings, load_settings
from schemas.tables import incidents

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="  # noqa: S105
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """An HTTP server: `answer` gives status, headers and body of each request in turn."""

    answer: Callable[[Received], tuple[int, dict[str, str], bytes]] = lambda _: (200, {}, b"ok")
    got: list[Received] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def webhook(self) -> str:
        return f"{self.url}/hook#{SECRET}"


class Mailbox:
    """A mail server's hands: keeps messages, or answers as told."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.says = "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        if self.says.startswith("250"):
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.got.append(message)
            self.recipients.append(envelope.rcpt_tos)
        return self.says


def with_channels(**channels: str) -> Settings:
    return load_settings(channels={name: SecretStr(url) for name, url in channels.items()})


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    """A receiver that listens while the block runs, at any free port or at one that is known before."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            if len(body) < length:
                return  # who sent it was killed half way: it has not arrived
            received = Received(self.path, dict(self.headers), body)
            receiver.got.append(received)
            status, headers, answer = receiver.answer(received)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: object) -> None:
            """A client that went away is what some tests are about."""

    server = Server(("127.0.0.1", port), Handler)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield receiver
    server.shutdown()
    server.server_close()


def open_incident(engine: Engine, **changed: Any) -> int:
    """An incident that fires; returns its id."""
    row = {
        "subject_kind": "metric",
        "subject_id": "FLT-CANCELLATION-RATE",
        "rule_id": "too-many",
        "slice": "",
        "state": "firing",
        "severity": "warning",
        "title": "Cancellation rate",
        "opened_at": NOW - timedelta(minutes=2),
        "fired_at": NOW - timedelta(minutes=1),
        "evidence": {},
        "channels": ["webhook:x"],
        "playbooks": [],
        **changed,
    }
    with engine.begin() as connection:
        return connection.execute(
            insert(incidents).values(row).returning(incidents.c.incident_id)
        ).scalar_one()


def change(engine: Engine, incident_id: int, **changed: Any) -> None:
    """What evaluation or a person does to an incident."""
    with engine.begin() as connection:
        connection.execute(incidents.update().where(incidents.c.incident_id == incident_id).values(changed))


def resolve(engine: Engine, incident_id: int, at: datetime = NOW) -> None:
    change(engine, incident_id, state="resolved", resolved_at=at)


def outbox(engine: Engine) -> list[tuple[Any, ...]]:
    """(incident, event, target, state) of every row, in order."""
    statement = "select incident_id, event, target, state from ops.deliveries order by delivery_id"
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]
