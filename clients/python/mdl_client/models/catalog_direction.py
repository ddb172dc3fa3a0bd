from typing import Literal

CatalogDirection = Literal["decrease", "increase", "maintain"]

CATALOG_DIRECTION_VALUES: set[CatalogDirection] = {
    "decrease",
    "increase",
    "maintain",
}


def check_catalog_direction(value: str) -> CatalogDirection:
    if value in CATALOG_DIRECTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CATALOG_DIRECTION_VALUES!r}")
