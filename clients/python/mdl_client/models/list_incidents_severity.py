from typing import Literal

ListIncidentsSeverity = Literal["critical", "info", "warning"]

LIST_INCIDENTS_SEVERITY_VALUES: set[ListIncidentsSeverity] = {
    "critical",
    "info",
    "warning",
}


def check_list_incidents_severity(value: str) -> ListIncidentsSeverity:
    if value in LIST_INCIDENTS_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_INCIDENTS_SEVERITY_VALUES!r}")
