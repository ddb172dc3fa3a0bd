from typing import Literal

CatalogSourceFormat = Literal["csv", "json", "jsonl", "parquet", "sql", "xlsx"]

CATALOG_SOURCE_FORMAT_VALUES: set[CatalogSourceFormat] = {
    "csv",
    "json",
    "jsonl",
    "parquet",
    "sql",
    "xlsx",
}


def check_catalog_source_format(value: str) -> CatalogSourceFormat:
    if value in CATALOG_SOURCE_FORMAT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CATALOG_SOURCE_FORMAT_VALUES!r}")
