"""What reached people: by Alertmanager's channel, and by MDL's own webhook to owners."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from tests.integration.pipelines.alerting.receivers import Received, Receiver, receiving

OPERATORS_PORT, OWNERS_PORT = 9801, 9802


@dataclass(frozen=True)
class Message:
    """One message: to whom, when it came (`time.time()`), whether something is wrong or over, and its words."""

    to: str
    at: float
    is_over: bool
    title: str
    text: str


@dataclass
class Desk:
    """Both channels, and what came; the owners' may be shut, and then refuses connections."""

    came: list[Message] = field(default_factory=list)
    _owners: ExitStack = field(default_factory=ExitStack)

    def operators(self, received: Received) -> tuple[int, dict[str, str], bytes]:
        """Slack's form, as Alertmanager sends it."""
        for part in received.json.get("attachments", ()):
            is_over = part["title"].startswith("RESOLVED")
            self.came.append(Message("operators", time.time(), is_over, part["title"], part["text"]))
        return 200, {}, b"ok"

    def owners(self, received: Received) -> tuple[int, dict[str, str], bytes]:
        """MDL's own form."""
        said = received.json
        for each in said.get("incidents", ()):
            is_over = each["resolved_at"] is not None
            self.came.append(Message("owners", time.time(), is_over, each["title"], json.dumps(each)))
        return 200, {}, b"ok"

    def open_owners(self) -> None:
        """Let the owners' channel answer."""
        receiver = self._owners.enter_context(receiving(OWNERS_PORT))
        receiver.answer = self.owners

    def shut_owners(self) -> None:
        """Let it refuse."""
        self._owners.close()

    def first(self, rule: str, since: float, *, is_over: bool) -> Message | None:
        """The operators' first message of a rule since a moment."""
        for message in list(self.came):
            of_rule = message.to == "operators" and message.title.endswith(f" {rule}")
            if of_rule and message.is_over == is_over and message.at >= since:
                return message
        return None


@contextmanager
def desk() -> Iterator[Desk]:
    """Both channels, open."""
    found = Desk()
    with receiving(OPERATORS_PORT) as operators, ExitStack() as stack:
        operators.answer = found.operators
        stack.callback(found.shut_owners)
        found.open_owners()
        yield found


def webhook() -> str:
    """The owners' address, as MDL_CHANNELS names it."""
    return Receiver(port=OWNERS_PORT).webhook
