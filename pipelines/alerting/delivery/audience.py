"""What a message loses before it goes to a channel whose audience may not read the numbers that it tells of."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from core.settings import ChannelAudience, Settings
from pipelines.alerting.delivery.message import Message, ToldIncident
from reports.alerting.restricted import incident_for
from reports.sources import seen_sources
from schemas.catalog.access import read_access
from schemas.identity.readers import Reader
from schemas.identity.roles import Role


@dataclass(frozen=True)
class Audience:
    """Those who read a channel, as one reader; `sources` are those whose rows may be told of, None is all."""

    reader: Reader
    sources: Collection[str] | None

    def message(self, message: Message) -> Message:
        """The message as the audience may read it."""
        return replace(message, incidents=tuple(map(self._told, message.incidents)))

    def _told(self, incident: ToldIncident) -> ToldIncident:
        shown = incident_for(self.reader, incident, self.sources)
        return replace(shown, evidence={"restricted": self._why(incident)}) if shown.restricted else shown

    def _why(self, incident: ToldIncident) -> str:
        about = (incident.subject_kind, incident.subject_id)
        if self.reader.sees_subject(*about):
            return "it quotes numbers that not everyone may read; ask an administrator"
        return self.reader.why_not_subject(*about)


def audience_of(connection: Connection, settings: Settings, channel: str) -> Audience:
    """As the setting of the channel's whole name says, else that of what stands before the colon. Two statements."""
    stated, prefix = settings.channel_audiences, channel.partition(":")[0]
    found = stated.get(channel) or stated.get(prefix) or ChannelAudience()
    reader = Reader(f"channel {channel}", found.team, Role(found.role), read_access(connection))
    return Audience(reader, seen_sources(connection, reader))
