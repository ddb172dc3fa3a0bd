from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.outcomes import Outcomes
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    subject_kind: str,
    subject_id: str,
    rule_id: str,
    *,
    page: int | Unset = 1,
    limit: int | Unset = 50,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["page"] = page

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/alert-rules/{subject_kind}/{subject_id}/{rule_id}/outcomes".format(
            subject_kind=quote(str(subject_kind), safe=""),
            subject_id=quote(str(subject_id), safe=""),
            rule_id=quote(str(rule_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Outcomes | Problem | None:
    if response.status_code == 200:
        response_200 = Outcomes.from_dict(response.json())

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

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

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
) -> Response[Outcomes | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    subject_kind: str,
    subject_id: str,
    rule_id: str,
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
) -> Response[Outcomes | Problem]:
    """Read what became of an alert rule.

     Every slice's outcomes over time, one row per unbroken series: why it fired, why it did not, since
    when.

    Args:
        subject_kind (str):
        subject_id (str):
        rule_id (str):
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Outcomes | Problem]
    """

    kwargs = _get_kwargs(
        subject_kind=subject_kind,
        subject_id=subject_id,
        rule_id=rule_id,
        page=page,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    subject_kind: str,
    subject_id: str,
    rule_id: str,
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
) -> Outcomes | Problem | None:
    """Read what became of an alert rule.

     Every slice's outcomes over time, one row per unbroken series: why it fired, why it did not, since
    when.

    Args:
        subject_kind (str):
        subject_id (str):
        rule_id (str):
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Outcomes | Problem
    """

    return sync_detailed(
        subject_kind=subject_kind,
        subject_id=subject_id,
        rule_id=rule_id,
        client=client,
        page=page,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    subject_kind: str,
    subject_id: str,
    rule_id: str,
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
) -> Response[Outcomes | Problem]:
    """Read what became of an alert rule.

     Every slice's outcomes over time, one row per unbroken series: why it fired, why it did not, since
    when.

    Args:
        subject_kind (str):
        subject_id (str):
        rule_id (str):
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Outcomes | Problem]
    """

    kwargs = _get_kwargs(
        subject_kind=subject_kind,
        subject_id=subject_id,
        rule_id=rule_id,
        page=page,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    subject_kind: str,
    subject_id: str,
    rule_id: str,
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
) -> Outcomes | Problem | None:
    """Read what became of an alert rule.

     Every slice's outcomes over time, one row per unbroken series: why it fired, why it did not, since
    when.

    Args:
        subject_kind (str):
        subject_id (str):
        rule_id (str):
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Outcomes | Problem
    """

    return (
        await asyncio_detailed(
            subject_kind=subject_kind,
            subject_id=subject_id,
            rule_id=rule_id,
            client=client,
            page=page,
            limit=limit,
        )
    ).parsed
