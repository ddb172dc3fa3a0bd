from typing import Literal

OutcomeOutcome = Literal["error", "met", "no_data", "not_met", "suppressed"]

OUTCOME_OUTCOME_VALUES: set[OutcomeOutcome] = {
    "error",
    "met",
    "no_data",
    "not_met",
    "suppressed",
}


def check_outcome_outcome(value: str) -> OutcomeOutcome:
    if value in OUTCOME_OUTCOME_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {OUTCOME_OUTCOME_VALUES!r}")
