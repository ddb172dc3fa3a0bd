from typing import Literal

EntryOutcome = Literal["done", "refused"]

ENTRY_OUTCOME_VALUES: set[EntryOutcome] = {
    "done",
    "refused",
}


def check_entry_outcome(value: str) -> EntryOutcome:
    if value in ENTRY_OUTCOME_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ENTRY_OUTCOME_VALUES!r}")
