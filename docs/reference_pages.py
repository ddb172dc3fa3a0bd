"""The pages of docs/reference, made of what the code says: types of problems, metrics of Prometheus."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.settings import load_settings
from docs.drift import kept
from docs.reference_endpoints import is_current, kinds
from webapi.document.examples import recorded
from webapi.document.operations import operations
from webapi.openapi import document
from webapi.request.problem_types import BASE, PROBLEMS
from webapi.telemetry.described import DescribedMetric, described

_ROOT = Path(__file__).parent.parent
_MADE = "<!-- made from the code by `make docs` -->\n"
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


def pages() -> dict[str, str]:
    """The pages by their names below docs/."""
    api = document(load_settings())
    return {
        "reference/problems.md": problems(api),
        "reference/exported-metrics.md": exported_metrics(),
    }


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
    current = [each for each in operations(api) if is_current(each)]
    found = [f"`{each.said['operationId']}`" for each in current if kind in kinds(each)]
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
