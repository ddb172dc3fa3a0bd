from typing import Literal

CatalogFilterOperator = Literal["contains", "eq", "gt", "gte", "in", "is_null", "lt", "lte", "ne", "not_in"]

CATALOG_FILTER_OPERATOR_VALUES: set[CatalogFilterOperator] = {
    "contains",
    "eq",
    "gt",
    "gte",
    "in",
    "is_null",
    "lt",
    "lte",
    "ne",
    "not_in",
}


def check_catalog_filter_operator(value: str) -> CatalogFilterOperator:
    if value in CATALOG_FILTER_OPERATOR_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CATALOG_FILTER_OPERATOR_VALUES!r}")
