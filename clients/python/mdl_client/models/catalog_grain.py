from typing import Literal

CatalogGrain = Literal["day", "hour", "minute", "month", "quarter", "week", "year"]

CATALOG_GRAIN_VALUES: set[CatalogGrain] = {
    "day",
    "hour",
    "minute",
    "month",
    "quarter",
    "week",
    "year",
}


def check_catalog_grain(value: str) -> CatalogGrain:
    if value in CATALOG_GRAIN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CATALOG_GRAIN_VALUES!r}")
