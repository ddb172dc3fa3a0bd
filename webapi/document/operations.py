"""Finds operations in the OpenAPI document."""

from collections.abc import Iterator
from typing import Any, NamedTuple

METHODS = ("get", "post", "put", "patch", "delete")


class Operation(NamedTuple):
    """One method of one path; `said` is what the document says of it, and may be changed."""

    path: str
    method: str
    said: dict[str, Any]
    parameters: list[dict[str, Any]]


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    """Every operation, in the document's order; parameters of the path are among its own."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                parameters = [*item.get("parameters", ()), *item[method].get("parameters", ())]
                yield Operation(path, method, item[method], parameters)
