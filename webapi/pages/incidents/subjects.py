"""What an incident is about, in words and as a link."""

from urllib.parse import quote

from reports.alerting.incidents import Incident
from reports.cells import Link
from reports.documents.addresses import report_path

_PLACES = {
    "metric": "/metrics/",
    "objective": "/objectives/",
    "key_result": "/objectives/",
    "source": "/data/",
}


def subject_cell(found: Incident) -> Link | str:
    """The subject, where there is a page of it as a link."""
    name = f"{words(found.subject_kind)} {found.subject_id}"
    address = subject_address(found.subject_kind, found.subject_id)
    return Link(found.subject_id, address, words(found.subject_kind)) if address else name


def subject_address(kind: str, subject_id: str) -> str | None:
    """Its page; of a key result that of its objective, of a period's report the report's, None of what has none."""
    if kind == "report":
        return report_path(subject_id.rpartition("/")[0])
    place = _PLACES.get(kind)
    named = subject_id.partition("/")[0] if kind == "key_result" else subject_id
    return f"{place}{quote(named, safe='')}" if place else None


def words(name: str | None) -> str:
    """A name of the API as people write it."""
    return (name or "").replace("_", " ")
