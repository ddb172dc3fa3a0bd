"""The pages of docs/reference, made of what the code says: endpoints, types of problems, metrics of Prometheus."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.settings import load_settings
from docs.drift import kept
from webapi.document.examples import recorded
from webapi.document.operations import Operation, operations
from webapi.openapi import document
from webapi.request.problem_types import BASE, PROBLEMS
from webapi.telemetry.described import DescribedMetric, described

_ROOT = Path(__file__).parent.parent
_MADE = "<!-- made from the code by `make docs` -->\n"
_BASE = "http://127.0.0.1:8000"
_REFERENCE = "#/components/responses/"
_OF_ENDPOINTS = """\
Every operation of the [reporting API](../api.md), from its [document](../openapi.json). Answers are of the flights
sample; lists, long texts and secrets in them are cut. `$TOKEN` is the access token of a sign-in; an API key goes into
the header `X-API-Key` instead.
"""
_OF_PROBLEMS = """\
Every refusal and fault of the API is a document of the type `application/problem+json`
([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)): `type` says which of those below it is, `detail` what is wrong
this time, `request_id` what to look for in the log. `errors`, where it is there, names single fields. Compare `type`,
not `title` or `detail`, which are for people; the header `Link` with `rel="help"` leads here. New types may come at any
time: treat what you do not know by its status.
"""
_OF_METRICS = """\
What `/metrics` tells Prometheus, with the rules and panels that read it.
[What is counted and how](../operations.md#metrics). Histograms come as `_bucket`, `_sum` and `_count`.
"""
_PROOFS = {"bearer": "signed in", "api_key": "or with an API key"}


def pages() -> dict[str, str]:
    """The pages by their names below docs/."""
    api = document(load_settings())
    return {
        "reference/endpoints.md": endpoints(api),
        "reference/problems.md": problems(api),
        "reference/exported-metrics.md": exported_metrics(),
    }


def endpoints(api: dict[str, Any]) -> str:
    """Every operation: what it does, who may call it, what it takes, and an example."""
    found = list(operations(api))
    parts = [
        "# Endpoints\n",
        _MADE,
        _OF_ENDPOINTS,
    ]
    for tag in dict.fromkeys(each.said["tags"][0] for each in found):
        parts.append(f"## {tag}\n")
        parts += [_endpoint(each) for each in found if each.said["tags"][0] == tag and _is_current(each)]
    old = [
        f"| `{each.method.upper()} {each.path}` | `{each.said['x-successor']}` |"
        for each in found
        if not _is_current(each)
    ]
    parts += [
        "## Deprecated paths\n",
        "[Until when](../api-versioning.md#the-paths-without-a-version).\n",
        "\n".join(["| path | what has taken its place |", "| --- | --- |", *old, ""]),
    ]
    return "\n".join(parts)


def _is_current(operation: Operation) -> bool:
    return not operation.said.get("deprecated")


def _endpoint(operation: Operation) -> str:
    said = operation.said
    who = f"**{said['x-role']}** or greater" if "x-role" in said else "everybody"
    proofs = [_PROOFS[name] for proof in said.get("security", ()) for name in proof]
    parts = [
        f"### {operation.method.upper()} {operation.path}\n",
        f"{said['summary']} {said.get('description', '')}".strip() + "\n",
        f"May be called by {who}{', ' if proofs else ''}{' '.join(proofs)}. Refused with {_refusals(said)}.\n",
    ]
    if operation.parameters:
        rows = [_parameter(each) for each in operation.parameters]
        parts.append("\n".join(["| parameter | in | what it says |", "| --- | --- | --- |", *rows, ""]))
    parts.append(_example(operation))
    return "\n".join(parts)


def _refusals(said: dict[str, Any]) -> str:
    names = (each.get("$ref", "").removeprefix(_REFERENCE) for each in said["responses"].values())
    kinds = sorted({kind for name in names if name for kind in name.split(".")}, key=list(PROBLEMS).index)
    return ", ".join(f"[{kind}](problems.md#{kind})" for kind in kinds)


def _parameter(parameter: dict[str, Any]) -> str:
    schema, told = parameter["schema"], parameter.get("description", "")
    limits = [f"one of {', '.join(f'`{each}`' for each in schema['enum'])}"] if "enum" in schema else []
    limits += [
        f"{word} {schema[name]:,}"
        for name, word in (("minimum", "from"), ("maximum", "to"))
        if name in schema
    ]
    if "default" in schema:
        limits.append(f"`{json.dumps(schema['default'])}` by default")
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


def problems(api: dict[str, Any]) -> str:
    """Every type of problem: what it means, what to do, an example, and who may answer it."""
    parts = [
        "# Problems\n",
        _MADE,
        _OF_PROBLEMS,
        "| type | status | meaning |",
        "| --- | --- | --- |",
        *(f"| [{kind}](#{kind}) | {each.status} | {each.meaning} |" for kind, each in PROBLEMS.items()),
        "",
    ]
    for kind, each in PROBLEMS.items():
        example = json.dumps(recorded()["problems"][kind], indent=1, ensure_ascii=False)
        parts += [
            f"## {kind}\n",
            f"`{BASE}{kind}`, status {each.status}, “{each.title}”. {each.meaning}\n",
            f"What to do: {each.remedy[0].lower()}{each.remedy[1:]}\n",
            f"{_answered_by(api, kind)}\n",
            f"```json\n{example}\n```\n",
        ]
    return "\n".join(parts)


def _answered_by(api: dict[str, Any], kind: str) -> str:
    current = [each for each in operations(api) if _is_current(each)]
    found = [
        f"`{each.said['operationId']}`"
        for each in current
        if kind in _refusals(each.said).replace("]", "[").split("[")
    ]
    if len(found) > 12:
        return f"{len(found)} of {len(current)} operations may answer it."
    return (
        f"Answered by {', '.join(found)}."
        if found
        else "Answered by pages, or before it is known which operation is meant."
    )


def exported_metrics() -> str:
    """Every metric of /metrics: its type, its labels, what it means, and what reads it."""
    readers = _readers()
    rows = [_metric(each, readers.get(each.name, set())) for each in described()]
    return "\n".join(
        [
            "# Exported metrics\n",
            _MADE,
            _OF_METRICS,
            "| metric | type | labels | meaning | read by |",
            "| --- | --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _metric(each: DescribedMetric, readers: set[str]) -> str:
    labels = ", ".join(f"`{label}`" for label in each.labels)
    return f"| `{each.name}` | {each.kind} | {labels} | {each.text} | {', '.join(sorted(readers))} |"


def _readers() -> dict[str, set[str]]:
    """Rules, linked to their runbooks, and dashboards with their panels, by the metric that they read."""
    names = sorted((each.name for each in described()), key=len, reverse=True)
    metric = re.compile(rf"\b({'|'.join(names)})(?:_bucket|_sum|_count)?\b")
    found: dict[str, set[str]] = {}
    for reader, query in _queries():
        for name in metric.findall(query):
            found.setdefault(name, set()).add(reader)
    return found


def _queries() -> Iterator[tuple[str, str]]:
    rules = (_ROOT / "docker" / "prometheus" / "mdl-alerts.yaml").read_text()
    for name, rest in re.findall(r"- alert: (\w+)\n(.*?)(?=- alert: |\Z)", rules, flags=re.DOTALL):
        yield f"[{name}](../runbooks/{name}.md)", rest.split("labels:")[0]
    for path in sorted((_ROOT / "docker" / "grafana" / "dashboards").glob("*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel["targets"]:
                yield f"{path.stem}: {panel['title']}", target["expr"]


if __name__ == "__main__":
    sys.exit(kept(pages()))
