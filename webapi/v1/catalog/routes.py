"""The blueprint of the catalog with all its routes, in the order of the API document."""
# ruff: noqa: I001  as the document lists them

from webapi.v1.catalog.blueprint import blueprint
from webapi.v1.catalog import (
    document_routes,
    index_routes,
    key_result_routes,
    exchange_routes,
    lineage_routes,
)

__all__ = [
    "blueprint",
    "document_routes",
    "exchange_routes",
    "index_routes",
    "key_result_routes",
    "lineage_routes",
]
