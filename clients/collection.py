"""The request collection (Postman's format 2.1, which Bruno and Insomnia import too), made of the OpenAPI document.

`python -m clients.collection DOCUMENT INTO`
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

_FORMAT = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_ABOUT = (
    "Set the variables baseUrl, username and password, and send login: answers set token, refreshToken and, after each"
    " read of a document, etag. With an API key choose the authorization 'API Key' with the header X-API-Key instead."
)
_REMEMBER = """\
if (pm.response.headers.has("ETag")) pm.collectionVariables.set("etag", pm.response.headers.get("ETag"));
if (/\\/auth\\/(login|refresh)$/.test(pm.request.url.getPath()) && pm.response.code === 200) {
  const tokens = pm.response.json();
  pm.collectionVariables.set("token", tokens.access_token);
  pm.collectionVariables.set("refreshToken", tokens.refresh_token);
}"""
_VARIABLES = {
    "baseUrl": "http://127.0.0.1:8000",
    "username": "admin",
    "password": "",
    "token": "",
    "refreshToken": "",
    "etag": "",
}
# what stands for a value that answers or the variables know
_KNOWN = {
    "If-Match": "{{etag}}",
    "Idempotency-Key": "{{$guid}}",
    "username": "{{username}}",
    "password": "{{password}}",
    "refresh_token": "{{refreshToken}}",
}
_METHODS = ("get", "post", "put", "patch", "delete")


def collection(document: dict[str, Any]) -> dict[str, Any]:
    """One folder per tag, one request per operation, in the document's order."""
    folders: dict[str, list[dict[str, Any]]] = {}
    for method, path, operation in _operations(document):
        request = _request(method, path, operation)
        name = operation["operationId"]
        folders.setdefault(operation["tags"][0], []).append({"name": name, "request": request})
    return {
        "info": {"name": document["info"]["title"], "description": _ABOUT, "schema": _FORMAT},
        "variable": [{"key": name, "value": value} for name, value in _VARIABLES.items()],
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]},
        "event": [{"listen": "test", "script": {"type": "text/javascript", "exec": _REMEMBER.splitlines()}}],
        "item": [{"name": name, "item": requests} for name, requests in folders.items()],
    }


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """All but the deprecated ones, which no new client should know."""
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item and not item[method].get("deprecated"):
                parameters = [*item.get("parameters", []), *item[method].get("parameters", [])]
                yield method, path, {**item[method], "parameters": parameters}


def _request(method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    of = {
        place: [_pair(each) for each in operation["parameters"] if each["in"] == place]
        for place in ("path", "query", "header")
    }
    parts = path.strip("/").replace("{", ":").replace("}", "").split("/")
    request: dict[str, Any] = {
        "method": method.upper(),
        "description": f"{operation['summary']}\n\n{operation.get('description', '')}".strip(),
        "url": {"host": ["{{baseUrl}}"], "path": parts, "query": of["query"], "variable": of["path"]},
        "header": of["header"],
    }
    request["url"]["raw"] = "{{baseUrl}}/" + "/".join(parts)
    if "security" not in operation:
        request["auth"] = {"type": "noauth"}
    if "requestBody" in operation:
        kind, content = next(iter(operation["requestBody"]["content"].items()))
        request["header"] = [*of["header"], {"key": "Content-Type", "value": kind}]
        request["body"] = {"mode": "raw", "raw": json.dumps(_filled(content["example"]), indent=2)}
    return request


def _filled(example: dict[str, Any]) -> dict[str, Any]:
    """The document's example of a body with the variables in it."""
    return {name: _KNOWN.get(name, value) for name, value in example.items()}


def _pair(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out is there to be ticked, but for the ETag."""
    name = parameter["name"]
    example = parameter.get("example", parameter["schema"].get("default", ""))
    text = ",".join(example) if isinstance(example, list) else str(example)
    pair = {"key": name, "value": _KNOWN.get(name, text), "description": parameter.get("description", "")}
    is_sent = parameter.get("required") or name == "If-Match"
    return pair if is_sent else {**pair, "disabled": True}


@click.command()
@click.argument("document", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("into", type=click.Path(dir_okay=False, path_type=Path))
def main(document: Path, into: Path) -> None:
    """Make the collection of an OpenAPI document."""
    text = json.dumps(collection(json.loads(document.read_text())), indent=1, ensure_ascii=False)
    into.write_text(text + "\n")


if __name__ == "__main__":
    main()
