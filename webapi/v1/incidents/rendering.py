"""How writes answer with an incident or a silence, so that the answer can be kept for who asks again."""

from reports.alerting.incidents import IncidentDetail
from schemas.alerting.silences import Silence
from schemas.identity.idempotency import Answer
from webapi.v1.incidents.incident_schemas import IncidentAnswerSchema
from webapi.v1.incidents.silence_schemas import SilenceAnswerSchema
from webapi.views.audited_writes import rendered


def rendered_incident(found: IncidentDetail) -> Answer:
    """The answer of an incident that was changed."""
    return rendered(200, IncidentAnswerSchema, {"data": found})


def rendered_silence(made: Silence) -> Answer:
    """The answer of a new silence."""
    return rendered(201, SilenceAnswerSchema, {"data": made})
