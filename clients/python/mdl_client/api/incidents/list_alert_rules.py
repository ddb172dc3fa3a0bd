from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_alert_rules_outcome import (
    ListAlertRulesOutcome,
)
from ...models.problem import Problem
from ...models.rules import Rules
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    metric: str | Unset = UNSET,
    problem: bool | Unset = UNSET,
    outcome: ListAlertRulesOutcome | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["page"] = page

    params["limit"] = limit

    params["metric"] = metric

    params["problem"] = problem

    json_outcome: str | Unset = UNSET
    if not isinstance(outcome, Unset):
        json_outcome = outcome

    params["outcome"] = json_outcome

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/alert-rules",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | Rules | None:
    if response.status_code == 200:
        response_200 = Rules.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | Rules]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    metric: str | Unset = UNSET,
    problem: bool | Unset = UNSET,
    outcome: ListAlertRulesOutcome | Unset = UNSET,
) -> Response[Problem | Rules]:
    """List the alert rules in force.

     Those of documents and those that follow from thresholds and objectives, with what became of them
    when they were
    last evaluated; rules that can never be evaluated are listed with the reason.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        metric (str | Unset):
        problem (bool | Unset):
        outcome (ListAlertRulesOutcome | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Rules]
    """

    kwargs = _get_kwargs(
        page=page,
        limit=limit,
        metric=metric,
        problem=problem,
        outcome=outcome,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    metric: str | Unset = UNSET,
    problem: bool | Unset = UNSET,
    outcome: ListAlertRulesOutcome | Unset = UNSET,
) -> Problem | Rules | None:
    """List the alert rules in force.

     Those of documents and those that follow from thresholds and objectives, with what became of them
    when they were
    last evaluated; rules that can never be evaluated are listed with the reason.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        metric (str | Unset):
        problem (bool | Unset):
        outcome (ListAlertRulesOutcome | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Rules
    """

    return sync_detailed(
        client=client,
        page=page,
        limit=limit,
        metric=metric,
        problem=problem,
        outcome=outcome,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    metric: str | Unset = UNSET,
    problem: bool | Unset = UNSET,
    outcome: ListAlertRulesOutcome | Unset = UNSET,
) -> Response[Problem | Rules]:
    """List the alert rules in force.

     Those of documents and those that follow from thresholds and objectives, with what became of them
    when they were
    last evaluated; rules that can never be evaluated are listed with the reason.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        metric (str | Unset):
        problem (bool | Unset):
        outcome (ListAlertRulesOutcome | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Rules]
    """

    kwargs = _get_kwargs(
        page=page,
        limit=limit,
        metric=metric,
        problem=problem,
        outcome=outcome,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    metric: str | Unset = UNSET,
    problem: bool | Unset = UNSET,
    outcome: ListAlertRulesOutcome | Unset = UNSET,
) -> Problem | Rules | None:
    """List the alert rules in force.

     Those of documents and those that follow from thresholds and objectives, with what became of them
    when they were
    last evaluated; rules that can never be evaluated are listed with the reason.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        metric (str | Unset):
        problem (bool | Unset):
        outcome (ListAlertRulesOutcome | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Rules
    """

    return (
        await asyncio_detailed(
            client=client,
            page=page,
            limit=limit,
            metric=metric,
            problem=problem,
            outcome=outcome,
        )
    ).parsed
