"""Records what the API answers over the flights sample, for the examples in its document: `make examples`.

It computes the sample in a folder of its own, takes two minutes, and writes webapi/document/examples.json. Long lists
and texts are cut, and secrets; everything else is as it was answered.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from core.clock import wall_now
from core.database import connect
from core.settings import Settings, load_settings
from docs import requests_of_examples
from examples.flights.prepare import prepare
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from webapi.app import create_app
from webapi.document.examples import FILE
from webapi.document.operations import Operation, operations
from webapi.request.problem_types import BASE

_ROOT = Path(__file__).parent.parent
PASSWORD = "correct horse battery staple"  # noqa: S105  of the sample
_ITEMS, _TEXT, _LINES = 2, 300, 4
_SECRET = re.compile(r"(access_token|refresh_token|key|password)")


class Recorder:
    """Asks the API as a user of a role, and keeps what it asked and was answered."""

    def __init__(self, app: Flask) -> None:
        """Nothing is asked yet."""
        self.told: dict[str, dict[str, Any]] = {}
        self.problems: dict[str, Any] = {}
        spec = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
        self._operations: dict[str, Operation] = {
            each.said["operationId"]: each for each in operations(spec) if "operationId" in each.said
        }
        self.client = app.test_client()
        self.proof: dict[str, str] = {}
        self._fault: Exception | None = None
        app.before_request_funcs[None].append(self._fail)

    def sign_in(self, password: str) -> None:
        """As the administrator."""
        given = {"username": "admin", "password": password}
        answer = self.client.post("/api/auth/login", json=given)
        self.proof = {"Authorization": f"Bearer {answer.get_json()['access_token']}"}

    def _fail(self) -> None:
        if self._fault is not None:
            raise self._fault

    def __call__(self, name: str, given: Mapping[str, Any] | None = None, body: Any = None) -> TestResponse:
        """Ask an operation, in every media type that it answers in, and keep the exchange; what was answered last.

        Args:
            name: of the operation.
            given: its parameters, of whatever place.
            body: JSON, if any.
        """
        operation, given = self._operations[name], dict(given or {})
        kept: dict[str, Any] = {"parameters": given} if given else {}
        if body is not None:
            kept["body"] = _without_tokens(body)
        success = next(status for status in operation.said["responses"] if status.startswith("2"))
        kinds = operation.said["responses"][success].get("content", {"": None})
        answers = {}
        for kind in (each for each in kinds if not each.endswith("yaml")):
            answer = self.sent(operation, given, body, kind)
            if answer.mimetype == kind:
                answers[kind] = shown(answer)
            if answer.status_code != int(success):
                sys.exit(f"{name}: {answer.status_code} {answer.text}")
        kept["answers"] = {success: answers} if answers else {}
        self.told[name] = kept
        return answer

    def sent(self, operation: Operation, given: Mapping[str, Any], body: Any, accept: str) -> TestResponse:
        """The answer to one request."""
        places = {each["name"]: each["in"] for each in operation.parameters}
        in_ = {
            place: {name: value for name, value in given.items() if places[name] == place}
            for place in set(places.values())
        }
        headers = {**in_.get("header", {}), "Accept": accept, **self.proof}
        options: dict[str, Any] = {}
        if body is not None:
            kind = next(iter(operation.said["requestBody"]["content"]))
            options = {"data": json.dumps(body), "content_type": kind}
        query = {
            name: ",".join(value) if isinstance(value, list) else value
            for name, value in in_.get("query", {}).items()
        }
        path = operation.path.format(**in_.get("path", {}))
        return self.client.open(
            path,
            method=operation.method.upper(),
            query_string=query,
            headers=headers,
            buffered=True,
            **options,
        )

    def problem(
        self,
        method: str,
        path: str,
        *,
        signed_in: bool = True,
        error: Exception | None = None,
        **options: Any,
    ) -> None:
        """Ask what is refused, or what fails by an error, and keep what is told."""
        self._fault = error
        headers = (self.proof if signed_in else {}) | options.pop("headers", {})
        answer = self.client.open(path, method=method, headers=headers, **options)
        found = answer.get_json()
        self._fault = None
        if answer.status_code < 400:
            sys.exit(f"{method} {path} is no problem: {answer.status} {answer.text}")
        self.problems[found["type"].removeprefix(BASE)] = cut(found)


def shown(answer: TestResponse) -> Any:
    """As much of an answer as an example needs."""
    kind = answer.mimetype or ""
    if kind == "application/json" or kind.endswith("+json"):
        return cut(answer.get_json())
    try:
        lines = answer.get_data().decode().splitlines(keepends=True)
    except UnicodeDecodeError:
        return f"{len(answer.data):,} bytes that begin with {answer.data[:8].hex(' ')}"
    return "".join(lines[:_LINES])[:_TEXT] + ("…" if len(lines) > _LINES else "")


def cut(value: Any, name: str = "", items: int = _ITEMS) -> Any:
    """A value without most of its lists, the rest of its long texts, and its secrets.

    Args:
        value: as JSON has it.
        name: of the field that it is in.
        items: how many of a list to keep; of a list in a list, one.
    """
    if isinstance(value, dict):
        return {key: cut(below, key, items) for key, below in value.items()}
    if isinstance(value, list):
        return [cut(below, items=1) for below in value[:items]]
    if isinstance(value, str):
        if _SECRET.fullmatch(name):
            return value[:6] + "…"
        # folders of this machine are nobody's; that of the recording has another name each time
        value = value.replace(os.environ["MDL_HOME"], ".mdl").replace(str(_ROOT), "…")
        return value if len(value) <= _TEXT else value[:_TEXT] + "…"
    return value


def _without_tokens(body: Any) -> Any:
    """A body as it is sent, whole but for tokens, which are nobody's to know."""
    if not isinstance(body, dict):
        return body
    return {name: cut(value, name) if name.endswith("_token") else value for name, value in body.items()}


@contextmanager
def sample(home: Path | None) -> Iterator[Settings]:
    """The settings of the sample, computed anew, judged, and with a report that was made of it."""
    with tempfile.TemporaryDirectory(prefix="mdl-record-") as folder:
        os.environ["MDL_HOME"] = str(home or Path(folder, "home"))
        os.environ["MDL_LANDING"] = str(Path(folder, "landing"))
        if home is None:
            prepare(Path(folder, "landing"))
            for command in (["run"], ["alerts", "evaluate"], ["report", "send", "monthly-punctuality"]):
                subprocess.run([sys.executable, "-c", "import mdl; mdl.main()", *command], check=True)  # noqa: S603
        settings = load_settings(rate_limit=10**6, strict_rate_limit=10**6, registration=True)
        yield settings


def main() -> None:
    """Write the file anew."""
    with sample(Path(sys.argv[1]) if len(sys.argv) > 1 else None) as settings:
        engine = connect(settings)
        with engine.begin() as connection:
            if not connection.exec_driver_sql("select 1 from identity.users").first():
                create_user(connection, "admin", PASSWORD, Role.ADMIN, wall_now())
        app = create_app(settings)
        record = Recorder(app)
        record.sign_in(PASSWORD)
        requests_of_examples.record(record)
        told = {"operations": record.told, "problems": record.problems}
        FILE.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
        app.extensions["mdl"].database.close()


if __name__ == "__main__":
    main()
