from typing import Literal

IncidentState = Literal["acknowledged", "firing", "pending", "resolved"]

INCIDENT_STATE_VALUES: set[IncidentState] = {
    "acknowledged",
    "firing",
    "pending",
    "resolved",
}


def check_incident_state(value: str) -> IncidentState:
    if value in INCIDENT_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INCIDENT_STATE_VALUES!r}")
