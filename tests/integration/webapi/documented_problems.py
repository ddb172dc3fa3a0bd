"""Holds every problem that a test meets to the OpenAPI document."""

import json
import re
from functools import cache

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from webapi.document.operations import operations
from webapi.openapi import FILE
from webapi.request.problem_types import BASE, PROBLEMS
from webapi.request.problems import CONTENT_TYPE


def hold_to_document(app: Flask, answer: TestResponse) -> None:
    """Assert that a problem is of a type that there is, with its status, and one that its operation may answer."""
    if answer.content_type != CONTENT_TYPE or answer.request.method == "HEAD":
        return
    # not as the app reads JSON: that takes no NUL, which an address that is told again may hold
    kind = json.loads(answer.text)["type"].removeprefix(BASE)
    assert PROBLEMS[kind].status == answer.status_code
    assert f'#{kind}>; rel="help"' in ", ".join(answer.headers.getlist("Link"))
    declared = _declared().get((answer.request.method.lower(), _rule(app, answer)))
    assert declared is None or kind in declared, f"{answer.request.method} {answer.request.path}: {kind}"


def _rule(app: Flask, answer: TestResponse) -> str:
    """As the document writes the path; empty where there is none."""
    try:
        adapter = app.url_map.bind("localhost")
        rule, _ = adapter.match(answer.request.path, answer.request.method, return_rule=True)
    except HTTPException:
        return ""
    return re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule.rule)


@cache
def _declared() -> dict[tuple[str, str], set[str]]:
    """Types by method and path, of operations that answer problems only."""
    return {
        (each.method, each.path): {
            kind
            for response in each.said["responses"].values()
            for kind in response.get("$ref", "").rpartition("/")[2].split(".")
        }
        for each in operations(json.loads(FILE.read_text()))
        if not each.said.get("deprecated") and each.path != "/health/ready"
    }
