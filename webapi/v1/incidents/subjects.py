"""How requests and answers name what an incident is about, and where more can be read about it."""

from collections.abc import Iterator
from typing import Any, get_args
from urllib.parse import quote, urlencode

from marshmallow import fields, validate

from reports.alerting.incidents import Incident
from schemas.alerting.vocabulary import SubjectKind

_V1 = "/api/v1"
_KINDS = get_args(SubjectKind)


def kind_field(**options: Any) -> fields.String:
    """A kind of subjects."""
    return fields.String(validate=validate.OneOf(_KINDS), **options)


class LinksField(fields.Dict):
    """Where more can be read about the subject of an incident."""

    def __init__(self) -> None:
        described = {
            "description": "self, history, and where there are such: metric, values, objective, source, report …"
        }
        super().__init__(
            keys=fields.String(), values=fields.String(), required=True, dump_only=True, metadata=described
        )

    def get_value(self, obj: Any, attr: str, accessor: Any = None, default: Any = None) -> Any:  # noqa: ARG002
        """Links of the incident itself, which has no such field."""
        return dict(_links(obj))


def _links(incident: Incident) -> Iterator[tuple[str, str]]:
    own = f"{_V1}/incidents/{incident.incident_id}"
    yield "self", own
    yield "history", f"{own}/history"
    subject = quote(incident.subject_id, safe="")
    if incident.subject_kind == "metric":
        yield "metric", f"{_V1}/metrics/{subject}"
        if incident.grain and incident.first_period_start:
            shown = {
                "grain": incident.grain,
                "slice": incident.slice,
                "from": incident.first_period_start.isoformat(),
            }
            yield "values", f"{_V1}/metrics/{subject}/values?{urlencode(shown)}"
    if incident.subject_kind in ("objective", "key_result"):
        objective = quote(incident.subject_id.partition("/")[0], safe="")
        yield "objective", f"{_V1}/objectives/{objective}"
        yield "progress", f"{_V1}/objectives/{objective}/progress"
    if incident.subject_kind == "source":
        yield "source", f"{_V1}/sources/{subject}"
    if incident.subject_kind == "report":
        yield "report", f"{_V1}/reports/{quote(incident.subject_id.rpartition('/')[0], safe='')}"
    if incident.publication_id is not None:
        yield "publication", f"{_V1}/publications/{incident.publication_id}"
