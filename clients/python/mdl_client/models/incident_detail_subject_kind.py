from typing import Literal

IncidentDetailSubjectKind = Literal["check", "job", "key_result", "metric", "objective", "sensor", "source"]

INCIDENT_DETAIL_SUBJECT_KIND_VALUES: set[IncidentDetailSubjectKind] = {
    "check",
    "job",
    "key_result",
    "metric",
    "objective",
    "sensor",
    "source",
}


def check_incident_detail_subject_kind(value: str) -> IncidentDetailSubjectKind:
    if value in INCIDENT_DETAIL_SUBJECT_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INCIDENT_DETAIL_SUBJECT_KIND_VALUES!r}")
