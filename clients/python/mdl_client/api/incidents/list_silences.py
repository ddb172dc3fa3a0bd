from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.silences import Silences
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    with_ended: bool | Unset = False,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["page"] = page

    params["limit"] = limit

    params["with_ended"] = with_ended

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/silences",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | Silences | None:
    if response.status_code == 200:
        response_200 = Silences.from_dict(response.json())

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
) -> Response[Problem | Silences]:
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
    with_ended: bool | Unset = False,
) -> Response[Problem | Silences]:
    """List silences, newest first.

     Those that hold now or later; with `with_ended` also those that are over.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        with_ended (bool | Unset):  Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Silences]
    """

    kwargs = _get_kwargs(
        page=page,
        limit=limit,
        with_ended=with_ended,
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
    with_ended: bool | Unset = False,
) -> Problem | Silences | None:
    """List silences, newest first.

     Those that hold now or later; with `with_ended` also those that are over.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        with_ended (bool | Unset):  Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Silences
    """

    return sync_detailed(
        client=client,
        page=page,
        limit=limit,
        with_ended=with_ended,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    with_ended: bool | Unset = False,
) -> Response[Problem | Silences]:
    """List silences, newest first.

     Those that hold now or later; with `with_ended` also those that are over.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        with_ended (bool | Unset):  Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Silences]
    """

    kwargs = _get_kwargs(
        page=page,
        limit=limit,
        with_ended=with_ended,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    with_ended: bool | Unset = False,
) -> Problem | Silences | None:
    """List silences, newest first.

     Those that hold now or later; with `with_ended` also those that are over.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        with_ended (bool | Unset):  Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Silences
    """

    return (
        await asyncio_detailed(
            client=client,
            page=page,
            limit=limit,
            with_ended=with_ended,
        )
    ).parsed
