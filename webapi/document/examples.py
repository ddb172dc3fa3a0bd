"""Examples of requests and answers: what the API answered over the flights sample, recorded by docs/record.py."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from webapi.document.operations import Operation, operations

FILE = Path(__file__).parent / "examples.json"


@cache
def recorded() -> dict[str, Any]:
    """`operations` by their ids with parameters, body and answers; `problems` by their types."""
    found: dict[str, Any] = json.loads(FILE.read_text())
    return found


def add(spec: Any) -> None:
    """Put them where readers, editors and clients look for them."""
    told = recorded()["operations"]
    for operation in operations(spec.to_dict()):
        if example := told.get(operation.said.get("operationId")):
            _show(operation, example)


def _show(operation: Operation, example: dict[str, Any]) -> None:
    for parameter in operation.parameters:
        if parameter["name"] in example.get("parameters", {}):
            parameter["example"] = example["parameters"][parameter["name"]]
    if "body" in example:
        next(iter(operation.said["requestBody"]["content"].values()))["example"] = example["body"]
    for status, contents in example["answers"].items():
        for content_type, answer in contents.items():
            operation.said["responses"][status]["content"][content_type]["example"] = answer
