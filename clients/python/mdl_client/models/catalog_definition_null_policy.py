from typing import Literal

CatalogDefinitionNullPolicy = Literal["carry", "unknown", "zero"]

CATALOG_DEFINITION_NULL_POLICY_VALUES: set[CatalogDefinitionNullPolicy] = {
    "carry",
    "unknown",
    "zero",
}


def check_catalog_definition_null_policy(value: str) -> CatalogDefinitionNullPolicy:
    if value in CATALOG_DEFINITION_NULL_POLICY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CATALOG_DEFINITION_NULL_POLICY_VALUES!r}")
