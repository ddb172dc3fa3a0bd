from typing import Literal

IncidentDetailState = Literal["acknowledged", "firing", "pending", "resolved"]

INCIDENT_DETAIL_STATE_VALUES: set[IncidentDetailState] = {
    "acknowledged",
    "firing",
    "pending",
    "resolved",
}


def check_incident_detail_state(value: str) -> IncidentDetailState:
    if value in INCIDENT_DETAIL_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INCIDENT_DETAIL_STATE_VALUES!r}")
