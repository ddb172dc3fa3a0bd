from typing import Literal

CatalogKeyResultBoundType0 = Literal["at_least", "at_most"]

CATALOG_KEY_RESULT_BOUND_TYPE_0_VALUES: set[CatalogKeyResultBoundType0] = {
    "at_least",
    "at_most",
}


def check_catalog_key_result_bound_type_0(value: str) -> CatalogKeyResultBoundType0:
    if value in CATALOG_KEY_RESULT_BOUND_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CATALOG_KEY_RESULT_BOUND_TYPE_0_VALUES!r}")
