from typing import Literal

IncidentSubjectKind = Literal["check", "job", "key_result", "metric", "objective", "sensor", "source"]

INCIDENT_SUBJECT_KIND_VALUES: set[IncidentSubjectKind] = {
    "check",
    "job",
    "key_result",
    "metric",
    "objective",
    "sensor",
    "source",
}


def check_incident_subject_kind(value: str) -> IncidentSubjectKind:
    if value in INCIDENT_SUBJECT_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INCIDENT_SUBJECT_KIND_VALUES!r}")
