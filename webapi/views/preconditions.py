"""What a write is meant for: the state of the document of If-Match, and the key under which it happens once."""

import re

from flask import request
from marshmallow import fields, validate
from werkzeug.exceptions import BadRequest, PreconditionRequired

from webapi.process.media_types import ENCODINGS, PLAIN
from webapi.views.schemas import Schema

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_TAGS = re.compile(rf"{_TAG.pattern}(?:\s*,\s*{_TAG.pattern})*")
_SUFFIXES = tuple(f"-{name}" for name in (*ENCODINGS, PLAIN))


class IfMatchSchema(Schema):
    """Which state of the document the change is meant for."""

    if_match = fields.String(
        data_key="If-Match",
        metadata={"description": "the ETag of the document as it was read; * for any. Without it: 428"},
    )


class OnceSchema(Schema):
    """How the sender names a write that must happen once."""

    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        validate=validate.Length(min=1, max=255),
        metadata={"description": "the same key within a day gets the first answer again"},
    )


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


def _plain(tag: str) -> str:
    """Without names of encodings; a proxy may have added its own to ours."""
    while tag.endswith(_SUFFIXES):
        tag = tag.rpartition("-")[0]
    return tag
