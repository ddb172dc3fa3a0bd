from typing import Literal

IncidentDetailSeverity = Literal["critical", "info", "warning"]

INCIDENT_DETAIL_SEVERITY_VALUES: set[IncidentDetailSeverity] = {
    "critical",
    "info",
    "warning",
}


def check_incident_detail_severity(value: str) -> IncidentDetailSeverity:
    if value in INCIDENT_DETAIL_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INCIDENT_DETAIL_SEVERITY_VALUES!r}")
