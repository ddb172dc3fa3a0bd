from typing import Literal

CatalogOkrAlertRuleAppliesTo = Literal["both", "key_results", "objective"]

CATALOG_OKR_ALERT_RULE_APPLIES_TO_VALUES: set[CatalogOkrAlertRuleAppliesTo] = {
    "both",
    "key_results",
    "objective",
}


def check_catalog_okr_alert_rule_applies_to(value: str) -> CatalogOkrAlertRuleAppliesTo:
    if value in CATALOG_OKR_ALERT_RULE_APPLIES_TO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CATALOG_OKR_ALERT_RULE_APPLIES_TO_VALUES!r}"
    )
