from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_sources_sort import ListSourcesSort
from ...models.problem import Problem
from ...models.source_page import SourcePage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    sort: ListSourcesSort | Unset = "id",
    search: str | Unset = UNSET,
    format_: str | Unset = UNSET,
    event: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["page"] = page

    params["limit"] = limit

    json_sort: str | Unset = UNSET
    if not isinstance(sort, Unset):
        json_sort = sort

    params["sort"] = json_sort

    params["search"] = search

    params["format"] = format_

    params["event"] = event

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/sources",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | SourcePage | None:
    if response.status_code == 200:
        response_200 = SourcePage.from_dict(response.json())

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
) -> Response[Problem | SourcePage]:
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
    sort: ListSourcesSort | Unset = "id",
    search: str | Unset = UNSET,
    format_: str | Unset = UNSET,
    event: str | Unset = UNSET,
) -> Response[Problem | SourcePage]:
    """List sources.

     Filtered, searched and ordered; the newest version of each.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        sort (ListSourcesSort | Unset):  Default: 'id'.
        search (str | Unset):
        format_ (str | Unset):
        event (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SourcePage]
    """

    kwargs = _get_kwargs(
        page=page,
        limit=limit,
        sort=sort,
        search=search,
        format_=format_,
        event=event,
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
    sort: ListSourcesSort | Unset = "id",
    search: str | Unset = UNSET,
    format_: str | Unset = UNSET,
    event: str | Unset = UNSET,
) -> Problem | SourcePage | None:
    """List sources.

     Filtered, searched and ordered; the newest version of each.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        sort (ListSourcesSort | Unset):  Default: 'id'.
        search (str | Unset):
        format_ (str | Unset):
        event (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SourcePage
    """

    return sync_detailed(
        client=client,
        page=page,
        limit=limit,
        sort=sort,
        search=search,
        format_=format_,
        event=event,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    sort: ListSourcesSort | Unset = "id",
    search: str | Unset = UNSET,
    format_: str | Unset = UNSET,
    event: str | Unset = UNSET,
) -> Response[Problem | SourcePage]:
    """List sources.

     Filtered, searched and ordered; the newest version of each.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        sort (ListSourcesSort | Unset):  Default: 'id'.
        search (str | Unset):
        format_ (str | Unset):
        event (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SourcePage]
    """

    kwargs = _get_kwargs(
        page=page,
        limit=limit,
        sort=sort,
        search=search,
        format_=format_,
        event=event,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    sort: ListSourcesSort | Unset = "id",
    search: str | Unset = UNSET,
    format_: str | Unset = UNSET,
    event: str | Unset = UNSET,
) -> Problem | SourcePage | None:
    """List sources.

     Filtered, searched and ordered; the newest version of each.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        sort (ListSourcesSort | Unset):  Default: 'id'.
        search (str | Unset):
        format_ (str | Unset):
        event (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SourcePage
    """

    return (
        await asyncio_detailed(
            client=client,
            page=page,
            limit=limit,
            sort=sort,
            search=search,
            format_=format_,
            event=event,
        )
    ).parsed
