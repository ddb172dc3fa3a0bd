"""The OpenAPI document as committed: complete, with true examples, and what the reference pages are made of."""

import json
import re
from typing import Any

import jsonschema
import pytest

from core.errors import MdlError
from core.settings import load_settings
from webapi.app import create_app
from webapi.document.operations import Operation, operations
from webapi.middleware import unversioned_paths
from webapi.openapi import FILE
from webapi.request.problem_types import BASE, OF_HTTP, PROBLEMS
from webapi.request.problems import OF_ERRORS

API: dict[str, Any] = json.loads(FILE.read_text())
OPERATIONS = list(operations(API))
CURRENT = [each for each in OPERATIONS if not each.said.get("deprecated")]
# what is read in browsers, and by the programs that show the document
NOT_OF_THE_API = ("pages-", "manual.", "assets.", "api-docs.", "swagger_assets")


def validate(value: Any, schema: dict[str, Any]) -> None:
    """Hold an example to its schema; objects of the API's own have no fields that it does not name."""
    whole = {**schema, "components": {"schemas": API["components"]["schemas"]}}
    jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(value)


def test_every_route_that_is_no_page_is_in_the_document() -> None:
    app = create_app(load_settings(database_url="postgresql://nowhere.invalid/mdl"))
    routes = {
        method + " " + re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.startswith(NOT_OF_THE_API)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {f"{each.method.upper()} {each.path}" for each in OPERATIONS}


@pytest.mark.parametrize("operation", CURRENT, ids=lambda each: each.said["operationId"])
def test_every_operation_has_examples_that_its_schemas_allow(operation: Operation) -> None:
    said = operation.said
    for parameter in operation.parameters:
        if parameter["in"] == "path" or "example" in parameter:
            validate(parameter["example"], parameter["schema"])
    if "requestBody" in said:
        content = next(iter(said["requestBody"]["content"].values()))
        validate(content["example"], content["schema"])
    for status, response in said["responses"].items():
        if status.startswith("2") and "content" in response:
            shown = [each for each in response["content"].values() if "example" in each]
            assert shown, status
            for each in shown:
                validate(each["example"], each["schema"])


def test_every_operation_says_which_problems_it_may_answer_by_status() -> None:
    for operation in CURRENT:
        for status, response in operation.said["responses"].items():
            if "$ref" in response:
                shared = API["components"]["responses"][response["$ref"].rpartition("/")[2]]
                (content,) = shared["content"].values()
                assert {PROBLEMS[kind].status for kind in content["examples"]} == {int(status)}
            elif status >= "4":
                assert operation.path == "/health/ready", operation


def test_each_type_of_problem_has_an_example_of_its_status() -> None:
    examples = {kind: each["value"] for kind, each in API["components"]["examples"].items()}
    assert examples.keys() == PROBLEMS.keys()
    for kind, example in examples.items():
        validate(example, {"$ref": "#/components/schemas/Problem"})
        known = PROBLEMS[kind]
        assert (example["type"], example["status"], example["title"]) == (
            BASE + kind,
            known.status,
            known.title,
        )


def test_whatever_the_code_raises_is_of_a_type_that_is_documented() -> None:
    assert {*OF_ERRORS.values(), *OF_HTTP.values()} == PROBLEMS.keys()
    assert all(
        OF_HTTP[status] in PROBLEMS and PROBLEMS[OF_HTTP[status]].status == status for status in OF_HTTP
    )
    assert all(issubclass(error, MdlError) for error in OF_ERRORS)


def test_the_paths_without_a_version_are_deprecated_and_name_their_successor() -> None:
    old = {each.path: each.said for each in OPERATIONS if each.said.get("deprecated")}
    roles = {(each.path, each.method): each.said.get("x-role") for each in CURRENT}
    assert {path.split("/")[2] for path in old} == set(unversioned_paths.RESOURCES)
    assert len(old) == len(
        [path for path in API["paths"] if re.match("/api/v1/(metrics|policies|stats)", path)]
    )
    for each in OPERATIONS:
        if each.said.get("deprecated"):
            successor = each.path.replace("/api/", "/api/v1/", 1)
            assert each.said["x-successor"] == successor
            assert each.said.get("x-role") == roles[successor, each.method]
            assert "operationId" not in each.said, "clients would have it twice"
            assert f"{unversioned_paths.SUNSET_AT:%Y-%m-%d}" in each.said["description"]


def test_the_reference_pages_name_exactly_what_there_is() -> None:
    endpoints, problems = (
        (FILE.parent / "reference" / name).read_text() for name in ("endpoints.md", "problems.md")
    )
    found = re.findall(r"^### (\w+) (/\S*)$", endpoints, flags=re.MULTILINE)
    assert sorted(found) == sorted((each.method.upper(), each.path) for each in CURRENT)
    assert re.findall(r"^## (\S+)$", problems, flags=re.MULTILINE) == list(PROBLEMS)


def test_the_page_of_endpoints_begins_with_a_list_of_them_and_says_what_bodies_hold() -> None:
    page = (FILE.parent / "reference" / "endpoints.md").read_text()
    listed = re.findall(
        r"^\| \[.+\]\(#(\S+)\) \| `(\w+ /\S*)` \|$", page.partition("\n## ")[0], flags=re.MULTILINE
    )
    sections = dict(re.findall(r"^### (\w+ /\S*)\n(.*?)(?=^##|\Z)", page, flags=re.MULTILINE | re.DOTALL))
    # as GitHub and the site make anchors of headings
    assert listed == [(re.sub(r"[^\w -]", "", name.lower()).replace(" ", "-"), name) for name in sections]
    for each in CURRENT:
        section = sections[f"{each.method.upper()} {each.path}"]
        if "requestBody" in each.said:
            content = next(iter(each.said["requestBody"]["content"].values()))
            fields = API["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]].get(
                "properties", {}
            )
            told = re.findall(r"^\| `(\w+)`(?: \(required\))? \| body \|", section, flags=re.MULTILINE)
            assert told == [*fields] or "(fields.md)" in section, each
