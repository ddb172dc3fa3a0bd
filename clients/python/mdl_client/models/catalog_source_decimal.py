from typing import Literal

CatalogSourceDecimal = Literal[",", "."]

CATALOG_SOURCE_DECIMAL_VALUES: set[CatalogSourceDecimal] = {
    ",",
    ".",
}


def check_catalog_source_decimal(value: str) -> CatalogSourceDecimal:
    if value in CATALOG_SOURCE_DECIMAL_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CATALOG_SOURCE_DECIMAL_VALUES!r}")
