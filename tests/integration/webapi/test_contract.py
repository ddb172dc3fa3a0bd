"""The API does what its document says, whatever is sent: no 5xx, no status or shape that is not documented.

`MDL_CONTRACT_EXAMPLES=500 pytest tests/integration/webapi/test_contract.py` tries more than the few of a usual run.
"""

import json
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from schemas.alerting.silences import silence_incident
from tests.build_incidents import NOW, add_incident
from tests.integration.webapi.conftest import Asked
from webapi.openapi import FILE

EXAMPLES = int(os.environ.get("MDL_CONTRACT_EXAMPLES", "4"))


@pytest.mark.parametrize("role", [None, "viewer", "editor", "admin"])
def test_nobody_meets_what_is_not_documented(ask_own: Asked, role: str | None) -> None:
    with ask_own.app.extensions["mdl"].database.primary.begin() as connection:
        silence_incident(connection, add_incident(connection), "x", NOW + timedelta(days=30), "user:ann", NOW)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", ask_own.app)
    # over WSGI nothing would unpack an answer
    headers = {"Accept-Encoding": "identity"}
    if role is not None:
        headers["Authorization"] = f"Bearer {ask_own.token(role)}"
    for operation in schema.get_all_operations():
        _try(operation.ok(), headers)


def _try(operation: Any, headers: dict[str, str]) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy())
    def check(case: Any) -> None:
        # rules between fields are beyond what a schema can say: 422 is documented for them
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    check()


def test_the_committed_document_is_the_one_that_is_served(
    ask_of: Callable[..., Asked], published_url: str
) -> None:
    served = ask_of(published_url).get("/api/v1/openapi.json", None).get_json()
    assert json.loads(FILE.read_text()) == served
