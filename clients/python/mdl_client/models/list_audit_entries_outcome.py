from typing import Literal

ListAuditEntriesOutcome = Literal["done", "refused"]

LIST_AUDIT_ENTRIES_OUTCOME_VALUES: set[ListAuditEntriesOutcome] = {
    "done",
    "refused",
}


def check_list_audit_entries_outcome(value: str) -> ListAuditEntriesOutcome:
    if value in LIST_AUDIT_ENTRIES_OUTCOME_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_AUDIT_ENTRIES_OUTCOME_VALUES!r}")
