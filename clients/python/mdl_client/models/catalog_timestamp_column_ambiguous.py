from typing import Literal

CatalogTimestampColumnAmbiguous = Literal["earlier", "later"]

CATALOG_TIMESTAMP_COLUMN_AMBIGUOUS_VALUES: set[CatalogTimestampColumnAmbiguous] = {
    "earlier",
    "later",
}


def check_catalog_timestamp_column_ambiguous(value: str) -> CatalogTimestampColumnAmbiguous:
    if value in CATALOG_TIMESTAMP_COLUMN_AMBIGUOUS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CATALOG_TIMESTAMP_COLUMN_AMBIGUOUS_VALUES!r}"
    )
