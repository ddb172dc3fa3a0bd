"""What an incident is about, in words and as a link."""

from urllib.parse import quote

from reports.alerting.incidents import Incident
from reports.cells import Link

_PLACES = {
    "metric": "/metrics/",
    "objective": "/objectives/",
    "key_result": "/objectives/",
    "source": "/data/",
    "report": "/reports/",
}


def subject_cell(found: Incident) -> Link | str:
    """The subject, where there is a page of it as a link."""
    name = f"{words(found.subject_kind)} {found.subject_id}"
    address = subject_address(found.subject_kind, found.subject_id)
    return Link(found.subject_id, address, words(found.subject_kind)) if address else name


def subject_address(kind: str, subject_id: str) -> str | None:
    """Its page; of a key result that of its objective, of a period's report the report's, None of what has none."""
    place, named = _PLACES.get(kind), subject_id
    if kind == "key_result":
        named = subject_id.partition("/")[0]
    elif kind == "report":
        named = subject_id.rpartition("/")[0]
    return f"{place}{quote(named, safe='')}" if place else None


def words(name: str | None) -> str:
    """A name of the API as people write it."""
    return (name or "").replace("_", " ")
