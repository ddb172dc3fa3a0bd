from typing import Literal

CatalogSourceFormat = Literal["csv", "jsonl", "parquet", "sql"]

CATALOG_SOURCE_FORMAT_VALUES: set[CatalogSourceFormat] = {
    "csv",
    "jsonl",
    "parquet",
    "sql",
}


def check_catalog_source_format(value: str) -> CatalogSourceFormat:
    if value in CATALOG_SOURCE_FORMAT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CATALOG_SOURCE_FORMAT_VALUES!r}")
