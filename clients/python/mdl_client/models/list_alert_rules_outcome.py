from typing import Literal

ListAlertRulesOutcome = Literal["error", "met", "no_data", "not_met", "suppressed"]

LIST_ALERT_RULES_OUTCOME_VALUES: set[ListAlertRulesOutcome] = {
    "error",
    "met",
    "no_data",
    "not_met",
    "suppressed",
}


def check_list_alert_rules_outcome(value: str) -> ListAlertRulesOutcome:
    if value in LIST_ALERT_RULES_OUTCOME_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_ALERT_RULES_OUTCOME_VALUES!r}")
