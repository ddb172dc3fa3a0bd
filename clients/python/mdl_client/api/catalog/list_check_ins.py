from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.check_ins import CheckIns
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    kr_id: str,
    *,
    objective: str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 50,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["objective"] = objective

    params["page"] = page

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/key-results/{kr_id}/check-ins".format(
            kr_id=quote(str(kr_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CheckIns | Problem | None:
    if response.status_code == 200:
        response_200 = CheckIns.from_dict(response.json())

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

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

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
) -> Response[CheckIns | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    kr_id: str,
    *,
    client: AuthenticatedClient,
    objective: str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 50,
) -> Response[CheckIns | Problem]:
    """List the check-ins of a key result.

     Values typed in by hand, newest first.

    Args:
        kr_id (str):
        objective (str | Unset):
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CheckIns | Problem]
    """

    kwargs = _get_kwargs(
        kr_id=kr_id,
        objective=objective,
        page=page,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    kr_id: str,
    *,
    client: AuthenticatedClient,
    objective: str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 50,
) -> CheckIns | Problem | None:
    """List the check-ins of a key result.

     Values typed in by hand, newest first.

    Args:
        kr_id (str):
        objective (str | Unset):
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CheckIns | Problem
    """

    return sync_detailed(
        kr_id=kr_id,
        client=client,
        objective=objective,
        page=page,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    kr_id: str,
    *,
    client: AuthenticatedClient,
    objective: str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 50,
) -> Response[CheckIns | Problem]:
    """List the check-ins of a key result.

     Values typed in by hand, newest first.

    Args:
        kr_id (str):
        objective (str | Unset):
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CheckIns | Problem]
    """

    kwargs = _get_kwargs(
        kr_id=kr_id,
        objective=objective,
        page=page,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    kr_id: str,
    *,
    client: AuthenticatedClient,
    objective: str | Unset = UNSET,
    page: int | Unset = 1,
    limit: int | Unset = 50,
) -> CheckIns | Problem | None:
    """List the check-ins of a key result.

     Values typed in by hand, newest first.

    Args:
        kr_id (str):
        objective (str | Unset):
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CheckIns | Problem
    """

    return (
        await asyncio_detailed(
            kr_id=kr_id,
            client=client,
            objective=objective,
            page=page,
            limit=limit,
        )
    ).parsed
