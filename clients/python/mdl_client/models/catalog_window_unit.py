from typing import Literal

CatalogWindowUnit = Literal["day", "hour", "minute", "month", "quarter", "week", "year"]

CATALOG_WINDOW_UNIT_VALUES: set[CatalogWindowUnit] = {
    "day",
    "hour",
    "minute",
    "month",
    "quarter",
    "week",
    "year",
}


def check_catalog_window_unit(value: str) -> CatalogWindowUnit:
    if value in CATALOG_WINDOW_UNIT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CATALOG_WINDOW_UNIT_VALUES!r}")
