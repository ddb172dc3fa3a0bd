"""The page docs/reference/endpoints.md, made of the API's document: every operation, to be found and to be tried."""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

from core.settings import load_settings
from docs.drift import kept
from webapi.document.examples import recorded
from webapi.document.operations import Operation, operations
from webapi.openapi import document
from webapi.request.problem_types import PROBLEMS

_BASE = "http://127.0.0.1:8000"
_REFERENCE = "#/components/responses/"
_OF_ENDPOINTS = """\
Every operation of the [reporting API](../api.md), from its [document](../openapi.json); the page `/api-docs` of an
installation tries them. Answers are of the flights sample; lists, long texts and secrets in them are cut. `$TOKEN` is
the access token of a sign-in ([how to get one](../tutorials/developer.md#1-a-user-for-the-program)); with an API key
send `-H "X-API-Key: $MDL_API_KEY"` instead. Roles are viewer, editor and admin, each with the rights of those before.
"""
_OF_ANY = """\
Nearly every operation may be refused with {usual}, and one that takes a body also with {bodily}; what else may
happen is said at each.
"""
# documents of the catalog, whose many fields have a page of their own
_DOCUMENTS = re.compile(r"Catalog(?:Domain|Objective|Metric|Report|File)|AnyObject")
_UNBOUNDED = 2**63 - 1
_MADE = "<!-- made from the code by `make docs` -->\n"
_PROOFS = {"bearer": "signed in", "api_key": "or with an API key"}


def page() -> str:
    """Every operation: what it does, who may call it, what it takes, and an example."""
    api = document(load_settings())
    found = list(operations(api))
    tags = {each["name"]: each["description"] for each in api["tags"]}
    current = sorted((each for each in found if is_current(each)), key=lambda each: [*tags].index(_tag(each)))
    usual, bodily = _common(current)
    parts = [
        "# Endpoints\n",
        _MADE,
        _OF_ENDPOINTS,
        _OF_ANY.format(usual=_linked(usual), bodily=_linked(bodily)),
        _overview(current),
    ]
    for tag, told in tags.items():
        parts.append(f"## {tag.capitalize()}\n\n{told}.\n")
        parts += [_endpoint(api, each, usual | bodily) for each in current if _tag(each) == tag]
    old = [
        f"| `{each.method.upper()} {each.path}` | `{each.said['x-successor']}` |"
        for each in found
        if not is_current(each)
    ]
    parts += [
        "## Deprecated paths\n",
        "[Until when](../api-versioning.md#the-paths-without-a-version).\n",
        "\n".join(["| path | what has taken its place |", "| --- | --- |", *old, ""]),
    ]
    return "\n".join(parts)


def is_current(operation: Operation) -> bool:
    """Whether it is no path of before there were versions."""
    return not operation.said.get("deprecated")


def _tag(operation: Operation) -> str:
    tag: str = operation.said["tags"][0]
    return tag


def _overview(current: list[Operation]) -> str:
    rows = [
        f"| [{each.said['summary'].rstrip('.')}](#{_anchor(each)}) | `{each.method.upper()} {each.path}` |"
        for each in current
    ]
    return "\n".join(["| what it does | operation |", "| --- | --- |", *rows, ""])


def _anchor(operation: Operation) -> str:
    return re.sub(r"[^\w -]", "", f"{operation.method} {operation.path}").replace(" ", "-")


def _common(current: list[Operation]) -> tuple[set[str], set[str]]:
    """The types of problems that most operations may answer, and beyond them all that take a body."""
    usual = {kind for kind in PROBLEMS if sum(kind in kinds(each) for each in current) > 0.75 * len(current)}
    with_body = [kinds(each) for each in current if "requestBody" in each.said]
    return usual, set.intersection(*with_body) - usual


def _endpoint(api: dict[str, Any], operation: Operation, common: set[str]) -> str:
    said = operation.said
    role = said.get("x-role")
    who = f"**{role}{'' if role == 'admin' else ' or greater'}**" if role else "everybody"
    proofs = [_PROOFS[name] for proof in said.get("security", ()) for name in proof]
    own = kinds(operation) - common
    refused = f" Refused also with {_linked(own)}." if own else ""
    parts = [
        f"### {operation.method.upper()} {operation.path}\n",
        f"{said['summary']} {said.get('description', '')}".strip() + "\n",
        f"May be called by {who}{', ' if proofs else ''}{' '.join(proofs)}.{refused}\n",
    ]
    rows = [_parameter(each) for each in operation.parameters] + [*_body(api, said)]
    if rows:
        parts.append("\n".join(["| parameter | in | what it says |", "| --- | --- | --- |", *rows, ""]))
    parts.append(_example(operation))
    return "\n".join(parts)


def _body(api: dict[str, Any], said: dict[str, Any]) -> Iterator[str]:
    """Rows for the fields of a body; for documents one, which leads to their fields."""
    if "requestBody" not in said:
        return
    content = next(iter(said["requestBody"]["content"].values()))
    name = content["schema"]["$ref"].rpartition("/")[2]
    if _DOCUMENTS.fullmatch(name):
        yield "| (the whole) | body | a document, or the fields of one: [fields of the catalog](fields.md) |"
        return
    schema = api["components"]["schemas"][name]
    for field, of_field in schema["properties"].items():
        told = {
            "required": field in schema.get("required", ()),
            "description": of_field.get("description", ""),
        }
        yield _parameter({"name": field, "in": "body", "schema": of_field, **told})


def kinds(operation: Operation) -> set[str]:
    """The types of problems that it may answer."""
    names = (each.get("$ref", "").removeprefix(_REFERENCE) for each in operation.said["responses"].values())
    return {kind for name in names if name for kind in name.split(".")}


def _linked(kinds: set[str]) -> str:
    return ", ".join(f"[{kind}](problems.md#{kind})" for kind in PROBLEMS if kind in kinds)


def _parameter(parameter: dict[str, Any]) -> str:
    schema, told = parameter["schema"], parameter.get("description", "")
    values = [each if isinstance(each, str) else json.dumps(each) for each in schema.get("enum", ())]
    limits = [f"one of {', '.join(f'`{each}`' for each in values)}"] if values else []
    limits += [
        f"{word} {schema[name]:,}"
        for name, word in (("minimum", "from"), ("maximum", "to"))
        if schema.get(name, _UNBOUNDED) != _UNBOUNDED
    ]
    if "default" in schema:
        limits.append(f"`{json.dumps(schema['default'])}` by default")
    if not told and not values:
        kind = schema.get("type", "")
        limits.insert(0, schema.get("format") or (kind if isinstance(kind, str) else " or ".join(kind)))
    required = " (required)" if parameter.get("required") and parameter["in"] != "path" else ""
    text = "; ".join(filter(None, [told, *limits])).replace("|", "\\|").replace("\n", " ")
    return f"| `{parameter['name']}`{required} | {parameter['in']} | {text} |"


def _example(operation: Operation) -> str:
    example = recorded()["operations"][operation.said["operationId"]]
    parts = ["```console", f"$ {_curl(operation, example)}", "```\n"]
    for status, contents in example["answers"].items():
        for kind, answer in contents.items():
            text = answer if isinstance(answer, str) else json.dumps(answer, indent=1, ensure_ascii=False)
            language = "json" if not isinstance(answer, str) else "text"
            parts += [
                f"{status}, `{kind}`:\n",
                f"```{language}",
                text.replace("\r\n", "\n").rstrip("\n"),
                "```\n",
            ]
    return "\n".join(parts)


def _curl(operation: Operation, example: dict[str, Any]) -> str:
    of = {place: dict(_given(operation, example, place)) for place in ("path", "query", "header")}
    query = "&".join(f"{name}={value}" for name, value in of["query"].items())
    address = _BASE + operation.path.format(**of["path"]) + (f"?{query}" if query else "")
    words = (
        ["curl -s"]
        + ([f"-X {operation.method.upper()}"] if operation.method != "get" else [])
        + [f"'{address}'"]
    )
    headers = [f"{name}: {value}" for name, value in of["header"].items()]
    if "security" in operation.said:
        words.append('-H "Authorization: Bearer $TOKEN"')
    if "body" in example:
        headers.append(f"Content-Type: {next(iter(operation.said['requestBody']['content']))}")
        words.append(f"-d '{json.dumps(example['body'], ensure_ascii=False)}'")
    return " ".join([*words, *(f"-H '{each}'" for each in headers)])


def _given(operation: Operation, example: dict[str, Any], place: str) -> Iterator[tuple[str, str]]:
    for each in operation.parameters:
        if each["in"] == place and each["name"] in example.get("parameters", {}):
            value = example["parameters"][each["name"]]
            text = ",".join(value) if isinstance(value, list) else value
            yield each["name"], str(text).lower() if isinstance(value, bool) else str(text)


if __name__ == "__main__":
    sys.exit(kept({"reference/endpoints.md": page()}))
