"""What a message loses before it goes to a channel whose audience may not read the numbers that it tells of."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from core.settings import ChannelAudience, Settings
from pipelines.alerting.delivery.message import Message, ToldIncident, ToldReport
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
        report = message.report and self._reported(message.report)
        return replace(message, incidents=tuple(map(self._told, message.incidents)), report=report)

    def _reported(self, report: ToldReport) -> ToldReport:
        """All of a report or none of its numbers: its files were made for an audience of its own."""
        why = self._why_no_report(report)
        if why is None:
            return report
        cover = {name: report.cover[name] for name in ("report_id", "name", "period") if name in report.cover}
        contents = {"locale": report.contents.get("locale"), "cover": cover}
        return replace(report, contents=contents, files=(), restricted=why)

    def _why_no_report(self, report: ToldReport) -> str | None:
        metrics, hidden = (report.contents.get(name) for name in ("metrics", "hidden"))
        if metrics is None or (report.shows_restricted and not metrics):
            return None if self.reader.sees_all else "it does not say whose numbers it shows"
        shown = [each for each in metrics if each not in (hidden or ())]
        unseen = [self.reader.why_not(each) for each in shown if not self.reader.sees(each)]
        more = f"; and {len(unseen) - 1} more metrics" if len(unseen) > 1 else ""
        return f"{unseen[0]}{more}" if unseen else None

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
