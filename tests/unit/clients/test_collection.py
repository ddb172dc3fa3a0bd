import json
import re
from typing import Any

from clients.collection import collection
from clients.python.hatch_build import DOCUMENT

API: dict[str, Any] = json.loads(DOCUMENT.read_text())
MADE = collection(API)
REQUESTS = {each["name"]: each["request"] for folder in MADE["item"] for each in folder["item"]}


def test_every_operation_of_the_api_is_a_request() -> None:
    operations = [each for item in API["paths"].values() for each in item.values() if "operationId" in each]
    assert set(REQUESTS) == {operation["operationId"] for operation in operations}
    assert sum(len(folder["item"]) for folder in MADE["item"]) == len(operations)


def test_every_variable_that_a_request_uses_is_declared() -> None:
    declared = {variable["key"] for variable in MADE["variable"]}
    assert set(re.findall(r"{{(\w+)}}", json.dumps(MADE))) <= declared


def test_a_request_holds_what_is_required_and_offers_the_rest() -> None:
    documented = API["paths"]["/api/v1/metrics"]["post"]["requestBody"]["content"]["application/json"]
    metric = json.loads(REQUESTS["create_metric"]["body"]["raw"])
    assert metric == documented["example"]
    assert {"metric_id", "name"} <= metric.keys()
    assert json.loads(REQUESTS["login"]["body"]["raw"]) == {
        "username": "{{username}}",
        "password": "{{password}}",
    }
    values = REQUESTS["get_values"]["url"]
    assert values["raw"] == "{{baseUrl}}/api/v1/metrics/:metric_id/values"
    assert [each["value"] for each in values["variable"]] == ["FLT-ON-TIME-ARRIVALS"]
    assert all(parameter["disabled"] for parameter in values["query"])
    assert [(header["key"], header["value"]) for header in REQUESTS["change_metric"]["header"]] == [
        ("If-Match", "{{etag}}"),
        ("Content-Type", "application/merge-patch+json"),
    ]
