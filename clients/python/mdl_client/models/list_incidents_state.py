from typing import Literal

ListIncidentsState = Literal["acknowledged", "all", "firing", "open", "pending", "resolved"]

LIST_INCIDENTS_STATE_VALUES: set[ListIncidentsState] = {
    "acknowledged",
    "all",
    "firing",
    "open",
    "pending",
    "resolved",
}


def check_list_incidents_state(value: str) -> ListIncidentsState:
    if value in LIST_INCIDENTS_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_INCIDENTS_STATE_VALUES!r}")
