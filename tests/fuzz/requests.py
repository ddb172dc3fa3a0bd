"""Requests made from the OpenAPI document, legal and illegal ones, and what every answer to them must keep to."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tests.integration.webapi.conftest import Asked

# documents that are there, so that not every request ends with 404
KNOWN = {
    "metric_id": "revenue",
    "objective_id": "SELL",
    "domain_id": "SHOP",
    "source_id": "orders",
    "kr_id": "REVENUE",
    "user_id": 1,
}
# rules between fields are beyond what a schema can say: 422 is documented for them
_NOT_CHECKED = [positive_data_acceptance]
# the reader of catalog documents takes numbers for text, which their schema, made for editors, does not offer
_NOT_CHECKED_OF_DOCUMENTS = [*_NOT_CHECKED, negative_data_rejection]


def try_operation(operation: Any, most: int, headers: Callable[[], dict[str, str]]) -> int:
    """Send at most so many requests; how many were sent.

    Args:
        operation: of a schema that schemathesis loaded.
        most: half of them legal, half not.
        headers: called before each request, since what it sends may end a session.
    """
    kinds = [_legal(operation)]
    if operation.body or operation.query or operation.path_parameters:
        kinds.append(_illegal(operation))
    takes_documents = "/Catalog" in str(operation.definition.raw.get("requestBody"))
    excluded = _NOT_CHECKED_OF_DOCUMENTS if takes_documents else _NOT_CHECKED
    return sum(_try(cases, -(-most // len(kinds)), headers, excluded) for cases in kinds)


def proof(ask: Asked, role: str | None) -> dict[str, str]:
    """Headers that prove a role; signs in anew where the last request ended the session."""
    # over WSGI nothing would unpack an answer
    sent = {"Accept-Encoding": "identity"}
    if role is None:
        return sent
    if ask.get("/api/auth/me", role).status_code == 401:
        ask.tokens.clear()
    return {**sent, "Authorization": f"Bearer {ask.token(role)}"}


def _legal(operation: Any) -> st.SearchStrategy[Any]:
    names = {parameter.name for parameter in operation.path_parameters}
    known = {name: value for name, value in KNOWN.items() if name in names}
    any_state = {"If-Match": "*"} if any(each.name == "If-Match" for each in operation.headers) else {}
    if not known:
        return operation.as_strategy()  # type: ignore[no-any-return]  # as schemathesis has it
    there = operation.as_strategy(path_parameters=known, headers=any_state)
    return operation.as_strategy() | there  # type: ignore[no-any-return]


def _illegal(operation: Any) -> st.SearchStrategy[Any]:
    return operation.as_strategy(GenerationMode.NEGATIVE)  # type: ignore[no-any-return]


def _try(
    cases: st.SearchStrategy[Any], most: int, headers: Callable[[], dict[str, str]], excluded: list[Any]
) -> int:
    sent = 0

    @settings(max_examples=most, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=cases)
    def check(case: Any) -> None:
        nonlocal sent
        sent += 1
        case.call_and_validate(headers=headers(), excluded_checks=excluded)

    check()
    return sent
