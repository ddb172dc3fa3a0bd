"""The API does what its document says, whatever is sent: no 5xx, no status or shape that is not documented.

`make fuzz` tries many more than the few here.
"""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import schemathesis

from schemas.alerting.silences import silence_incident
from tests.build_incidents import NOW, add_incident
from tests.fuzz.requests import proof, try_operation
from tests.integration.webapi.conftest import Asked
from webapi.openapi import FILE

_REQUESTS = 2


@pytest.mark.parametrize("role", [None, "viewer", "editor", "admin"])
def test_nobody_meets_what_is_not_documented(ask_own: Asked, role: str | None) -> None:
    with ask_own.app.extensions["mdl"].database.primary.begin() as connection:
        silence_incident(connection, add_incident(connection), "x", NOW + timedelta(days=30), "user:ann", NOW)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", ask_own.app)
    # what is deprecated is the views of its successors
    for operation in schema.exclude(deprecated=True).get_all_operations():
        try_operation(operation.ok(), _REQUESTS, lambda: proof(ask_own, role))


def test_the_committed_document_is_the_one_that_is_served(
    ask_of: Callable[..., Asked], published_url: str
) -> None:
    served = ask_of(published_url).get("/api/v1/openapi.json", None).get_json()
    assert json.loads(FILE.read_text()) == served
