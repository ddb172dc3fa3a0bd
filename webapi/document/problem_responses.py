"""Responses that are problems: one for each set of types that some operation may answer with one status."""

from http import HTTPStatus
from typing import Any

from webapi.document import examples
from webapi.document.operations import operations
from webapi.request.problem_types import PROBLEMS
from webapi.request.problems import CONTENT_TYPE
from webapi.views.schemas import ProblemSchema

_REFERENCE = "#/components/responses/"


def add(spec: Any) -> None:
    """Describe what operations refer to, each type with an example."""
    told = examples.recorded()["problems"]
    for kind in PROBLEMS:
        spec.components.example(kind, {"summary": PROBLEMS[kind].meaning, "value": told.get(kind)})
    for name in sorted(_referred_to(spec)):
        kinds = name.split(".")
        shown = {kind: {"$ref": f"#/components/examples/{kind}"} for kind in kinds}
        content = {CONTENT_TYPE: {"schema": ProblemSchema, "examples": shown}}
        spec.components.response(name, {"description": _description(kinds), "content": content})


def _referred_to(spec: Any) -> set[str]:
    return {
        response["$ref"].removeprefix(_REFERENCE)
        for operation in operations(spec.to_dict())
        for response in operation.said["responses"].values()
        if "$ref" in response
    }


def _description(kinds: list[str]) -> str:
    phrase = HTTPStatus(PROBLEMS[kinds[0]].status).phrase
    return f"{phrase}: " + ", or ".join(f"`{kind}`" for kind in kinds)
