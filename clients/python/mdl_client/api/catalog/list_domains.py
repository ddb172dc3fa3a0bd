from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.domain_page import DomainPage
from ...models.list_domains_sort import ListDomainsSort
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    sort: ListDomainsSort | Unset = "id",
    search: str | Unset = UNSET,
    owner_team: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["page"] = page

    params["limit"] = limit

    json_sort: str | Unset = UNSET
    if not isinstance(sort, Unset):
        json_sort = sort

    params["sort"] = json_sort

    params["search"] = search

    params["owner_team"] = owner_team

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/domains",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DomainPage | Problem | None:
    if response.status_code == 200:
        response_200 = DomainPage.from_dict(response.json())

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
) -> Response[DomainPage | Problem]:
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
    sort: ListDomainsSort | Unset = "id",
    search: str | Unset = UNSET,
    owner_team: str | Unset = UNSET,
) -> Response[DomainPage | Problem]:
    """List domains.

     Filtered, searched and ordered; the newest version of each.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        sort (ListDomainsSort | Unset):  Default: 'id'.
        search (str | Unset):
        owner_team (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DomainPage | Problem]
    """

    kwargs = _get_kwargs(
        page=page,
        limit=limit,
        sort=sort,
        search=search,
        owner_team=owner_team,
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
    sort: ListDomainsSort | Unset = "id",
    search: str | Unset = UNSET,
    owner_team: str | Unset = UNSET,
) -> DomainPage | Problem | None:
    """List domains.

     Filtered, searched and ordered; the newest version of each.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        sort (ListDomainsSort | Unset):  Default: 'id'.
        search (str | Unset):
        owner_team (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DomainPage | Problem
    """

    return sync_detailed(
        client=client,
        page=page,
        limit=limit,
        sort=sort,
        search=search,
        owner_team=owner_team,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    sort: ListDomainsSort | Unset = "id",
    search: str | Unset = UNSET,
    owner_team: str | Unset = UNSET,
) -> Response[DomainPage | Problem]:
    """List domains.

     Filtered, searched and ordered; the newest version of each.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        sort (ListDomainsSort | Unset):  Default: 'id'.
        search (str | Unset):
        owner_team (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DomainPage | Problem]
    """

    kwargs = _get_kwargs(
        page=page,
        limit=limit,
        sort=sort,
        search=search,
        owner_team=owner_team,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    sort: ListDomainsSort | Unset = "id",
    search: str | Unset = UNSET,
    owner_team: str | Unset = UNSET,
) -> DomainPage | Problem | None:
    """List domains.

     Filtered, searched and ordered; the newest version of each.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        sort (ListDomainsSort | Unset):  Default: 'id'.
        search (str | Unset):
        owner_team (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DomainPage | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            page=page,
            limit=limit,
            sort=sort,
            search=search,
            owner_team=owner_team,
        )
    ).parsed
