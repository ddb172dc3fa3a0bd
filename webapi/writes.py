"""What writes have in common: the state they are meant for, keys that make them happen once, and fresh reads after."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import marshmallow as ma
from flask import Response, request
from werkzeug.exceptions import BadRequest, PreconditionRequired, UnsupportedMediaType

from schemas.catalog.edit import Author
from schemas.catalog.reach import Reach
from schemas.identity.audit import record
from schemas.identity.idempotency import Answer, Asked, answer_once
from webapi.audit import doer, refusals_noted
from webapi.cache import ENCODINGS
from webapi.identity import principal
from webapi.json_text import to_json
from webapi.services import services

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_TAGS = re.compile(rf"{_TAG.pattern}(?:\s*,\s*{_TAG.pattern})*")
_SUFFIXES = tuple(f"-{name}" for name in (*ENCODINGS, "identity"))


def author() -> Author:
    """Who edits, when, and what sources may reach that come over the API."""
    return Author(principal().actor, services().clock(), Reach.of(services().settings))


def expected_tags() -> frozenset[str] | None:
    """The states that the change is meant for, of If-Match; None for any.

    The ETag of a compressed answer names its encoding too; that is no part of the document's state. A weak tag is as
    good as a strong one: tags name revisions, not bytes, and proxies that compress make them weak.

    Raises:
        PreconditionRequired: there is no If-Match.
        BadRequest: it holds no tags.
    """
    if "If-Match" not in request.headers:
        raise PreconditionRequired("If-Match is needed: the ETag of the document as you read it")
    header = request.headers["If-Match"].strip()
    if header == "*":
        return None
    if not _TAGS.fullmatch(header):
        raise BadRequest(
            'If-Match takes the ETag as it was read, quoted ("2-4d7412592c75"), several with commas, or *'
        )
    return frozenset(_plain(tag) for tag in _TAG.findall(header))


def json_body() -> bytes:
    """The body of a request that sends JSON.

    Raises:
        UnsupportedMediaType: it says that it sends something else.
    """
    if not request.is_json:
        raise UnsupportedMediaType("expected a body of type application/json")
    return request.get_data()


def write_once(
    action: str,
    target: str,
    render: Callable[[Any], Answer],
    function: Callable[..., Any],
    *args: Any,
    **kwargs: Any,
) -> Response:
    """As `audit.write`, answered as `render` says; with an Idempotency-Key, again and again, but done only once."""
    at_work, who, now = services(), doer(), services().clock()

    def perform(connection: Any) -> Answer:
        def answer() -> Answer:
            value = function(connection, *args, **kwargs)
            record(connection, who, action, target, "done", {}, now)
            return render(value)

        key = request.headers.get("Idempotency-Key")
        if key is None:
            return answer()
        return answer_once(connection, Asked(who.actor, key, _request_hash()), now, answer)

    with refusals_noted(action, target):
        answered = at_work.database.write(perform)
    at_work.state.forget()
    response = Response(answered.body, status=answered.status, content_type="application/json")
    response.headers.update(answered.headers)
    if answered.is_replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def rendered(status: int, schema: type[ma.Schema], value: Any, **headers: str) -> Answer:
    """An answer in the shape of a schema; `_` in the names of headers stands for `-`."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, named, to_json(schema().dump(value)).decode())


def _request_hash() -> str:
    parts = (request.method, request.full_path, request.mimetype)
    return hashlib.sha256("\n".join(parts).encode() + b"\n" + request.get_data()).hexdigest()


def _plain(tag: str) -> str:
    """Without names of encodings; a proxy may have added its own to ours."""
    while tag.endswith(_SUFFIXES):
        tag = tag.rpartition("-")[0]
    return tag
