"""What messages say: short, readable on a phone, and plain whatever names and numbers hold."""

from core.settings import Settings
from pipelines.alerting.telling import Message, ToldIncident


def title_of(message: Message) -> str:
    """One line."""
    return message.incidents[0].title


def link(incident: ToldIncident, settings: Settings) -> str | None:
    """Where the incident can be looked at, where `MDL_PUBLIC_URL` says."""
    if settings.public_url is None:
        return None
    return f"{settings.public_url.rstrip('/')}/incidents/{incident.incident_id}"
