from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_metrics_include_item import (
    ListMetricsIncludeItem,
)
from ...models.list_metrics_sort import ListMetricsSort
from ...models.metric_page import MetricPage
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    sort: ListMetricsSort | Unset = "id",
    search: str | Unset = UNSET,
    tier: str | Unset = UNSET,
    category: str | Unset = UNSET,
    metric_type: str | Unset = UNSET,
    owner_team: str | Unset = UNSET,
    status: str | Unset = UNSET,
    business_domain: str | Unset = UNSET,
    tag: str | Unset = UNSET,
    include: list[ListMetricsIncludeItem] | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["page"] = page

    params["limit"] = limit

    json_sort: str | Unset = UNSET
    if not isinstance(sort, Unset):
        json_sort = sort

    params["sort"] = json_sort

    params["search"] = search

    params["tier"] = tier

    params["category"] = category

    params["metric_type"] = metric_type

    params["owner_team"] = owner_team

    params["status"] = status

    params["business_domain"] = business_domain

    params["tag"] = tag

    json_include: list[str] | Unset = UNSET
    if not isinstance(include, Unset):
        json_include = []
        for include_item_data in include:
            include_item: str = include_item_data
            json_include.append(include_item)

    params["include"] = json_include

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/metrics",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> MetricPage | Problem | None:
    if response.status_code == 200:
        response_200 = MetricPage.from_dict(response.json())

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
) -> Response[MetricPage | Problem]:
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
    sort: ListMetricsSort | Unset = "id",
    search: str | Unset = UNSET,
    tier: str | Unset = UNSET,
    category: str | Unset = UNSET,
    metric_type: str | Unset = UNSET,
    owner_team: str | Unset = UNSET,
    status: str | Unset = UNSET,
    business_domain: str | Unset = UNSET,
    tag: str | Unset = UNSET,
    include: list[ListMetricsIncludeItem] | Unset = UNSET,
) -> Response[MetricPage | Problem]:
    """List metrics.

     Filtered, searched and ordered; the newest version of each.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        sort (ListMetricsSort | Unset):  Default: 'id'.
        search (str | Unset):
        tier (str | Unset):
        category (str | Unset):
        metric_type (str | Unset):
        owner_team (str | Unset):
        status (str | Unset):
        business_domain (str | Unset):
        tag (str | Unset):
        include (list[ListMetricsIncludeItem] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MetricPage | Problem]
    """

    kwargs = _get_kwargs(
        page=page,
        limit=limit,
        sort=sort,
        search=search,
        tier=tier,
        category=category,
        metric_type=metric_type,
        owner_team=owner_team,
        status=status,
        business_domain=business_domain,
        tag=tag,
        include=include,
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
    sort: ListMetricsSort | Unset = "id",
    search: str | Unset = UNSET,
    tier: str | Unset = UNSET,
    category: str | Unset = UNSET,
    metric_type: str | Unset = UNSET,
    owner_team: str | Unset = UNSET,
    status: str | Unset = UNSET,
    business_domain: str | Unset = UNSET,
    tag: str | Unset = UNSET,
    include: list[ListMetricsIncludeItem] | Unset = UNSET,
) -> MetricPage | Problem | None:
    """List metrics.

     Filtered, searched and ordered; the newest version of each.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        sort (ListMetricsSort | Unset):  Default: 'id'.
        search (str | Unset):
        tier (str | Unset):
        category (str | Unset):
        metric_type (str | Unset):
        owner_team (str | Unset):
        status (str | Unset):
        business_domain (str | Unset):
        tag (str | Unset):
        include (list[ListMetricsIncludeItem] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MetricPage | Problem
    """

    return sync_detailed(
        client=client,
        page=page,
        limit=limit,
        sort=sort,
        search=search,
        tier=tier,
        category=category,
        metric_type=metric_type,
        owner_team=owner_team,
        status=status,
        business_domain=business_domain,
        tag=tag,
        include=include,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    sort: ListMetricsSort | Unset = "id",
    search: str | Unset = UNSET,
    tier: str | Unset = UNSET,
    category: str | Unset = UNSET,
    metric_type: str | Unset = UNSET,
    owner_team: str | Unset = UNSET,
    status: str | Unset = UNSET,
    business_domain: str | Unset = UNSET,
    tag: str | Unset = UNSET,
    include: list[ListMetricsIncludeItem] | Unset = UNSET,
) -> Response[MetricPage | Problem]:
    """List metrics.

     Filtered, searched and ordered; the newest version of each.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        sort (ListMetricsSort | Unset):  Default: 'id'.
        search (str | Unset):
        tier (str | Unset):
        category (str | Unset):
        metric_type (str | Unset):
        owner_team (str | Unset):
        status (str | Unset):
        business_domain (str | Unset):
        tag (str | Unset):
        include (list[ListMetricsIncludeItem] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MetricPage | Problem]
    """

    kwargs = _get_kwargs(
        page=page,
        limit=limit,
        sort=sort,
        search=search,
        tier=tier,
        category=category,
        metric_type=metric_type,
        owner_team=owner_team,
        status=status,
        business_domain=business_domain,
        tag=tag,
        include=include,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    sort: ListMetricsSort | Unset = "id",
    search: str | Unset = UNSET,
    tier: str | Unset = UNSET,
    category: str | Unset = UNSET,
    metric_type: str | Unset = UNSET,
    owner_team: str | Unset = UNSET,
    status: str | Unset = UNSET,
    business_domain: str | Unset = UNSET,
    tag: str | Unset = UNSET,
    include: list[ListMetricsIncludeItem] | Unset = UNSET,
) -> MetricPage | Problem | None:
    """List metrics.

     Filtered, searched and ordered; the newest version of each.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        sort (ListMetricsSort | Unset):  Default: 'id'.
        search (str | Unset):
        tier (str | Unset):
        category (str | Unset):
        metric_type (str | Unset):
        owner_team (str | Unset):
        status (str | Unset):
        business_domain (str | Unset):
        tag (str | Unset):
        include (list[ListMetricsIncludeItem] | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MetricPage | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            page=page,
            limit=limit,
            sort=sort,
            search=search,
            tier=tier,
            category=category,
            metric_type=metric_type,
            owner_team=owner_team,
            status=status,
            business_domain=business_domain,
            tag=tag,
            include=include,
        )
    ).parsed
