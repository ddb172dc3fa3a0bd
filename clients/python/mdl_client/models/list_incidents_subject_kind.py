from typing import Literal

ListIncidentsSubjectKind = Literal["check", "job", "key_result", "metric", "objective", "sensor", "source"]

LIST_INCIDENTS_SUBJECT_KIND_VALUES: set[ListIncidentsSubjectKind] = {
    "check",
    "job",
    "key_result",
    "metric",
    "objective",
    "sensor",
    "source",
}


def check_list_incidents_subject_kind(value: str) -> ListIncidentsSubjectKind:
    if value in LIST_INCIDENTS_SUBJECT_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_INCIDENTS_SUBJECT_KIND_VALUES!r}")
