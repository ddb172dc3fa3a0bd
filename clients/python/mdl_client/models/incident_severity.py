from typing import Literal

IncidentSeverity = Literal["critical", "info", "warning"]

INCIDENT_SEVERITY_VALUES: set[IncidentSeverity] = {
    "critical",
    "info",
    "warning",
}


def check_incident_severity(value: str) -> IncidentSeverity:
    if value in INCIDENT_SEVERITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INCIDENT_SEVERITY_VALUES!r}")
