"""What a message says, whatever it tells of."""

from core.settings import Settings
from pipelines.alerting.delivery.message import Message
from pipelines.alerting.delivery.report_wording import report_note
from pipelines.alerting.delivery.wording import Note, note


def note_of(message: Message, settings: Settings) -> Note:
    """The message as people read it."""
    return note(message, settings) if message.report is None else report_note(message.report, settings)
