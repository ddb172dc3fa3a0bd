from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.catalog_objective import CatalogObjective
from ...models.objective_edited import ObjectiveEdited
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    objective_id: str,
    *,
    body: CatalogObjective,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/v1/objectives/{objective_id}".format(
            objective_id=quote(str(objective_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ObjectiveEdited | Problem | None:
    if response.status_code == 200:
        response_200 = ObjectiveEdited.from_dict(response.json())

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

    if response.status_code == 408:
        response_408 = Problem.from_dict(response.json())

        return response_408

    if response.status_code == 412:
        response_412 = Problem.from_dict(response.json())

        return response_412

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 428:
        response_428 = Problem.from_dict(response.json())

        return response_428

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
) -> Response[ObjectiveEdited | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    objective_id: str,
    *,
    client: AuthenticatedClient,
    body: CatalogObjective,
    if_match: str | Unset = UNSET,
) -> Response[ObjectiveEdited | Problem]:
    """Replace an objective.

     The body is the whole document; sending back what was read changes nothing.

    Args:
        objective_id (str):
        if_match (str | Unset):
        body (CatalogObjective): What a team wants, with the key results that show it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ObjectiveEdited | Problem]
    """

    kwargs = _get_kwargs(
        objective_id=objective_id,
        body=body,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    objective_id: str,
    *,
    client: AuthenticatedClient,
    body: CatalogObjective,
    if_match: str | Unset = UNSET,
) -> ObjectiveEdited | Problem | None:
    """Replace an objective.

     The body is the whole document; sending back what was read changes nothing.

    Args:
        objective_id (str):
        if_match (str | Unset):
        body (CatalogObjective): What a team wants, with the key results that show it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ObjectiveEdited | Problem
    """

    return sync_detailed(
        objective_id=objective_id,
        client=client,
        body=body,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    objective_id: str,
    *,
    client: AuthenticatedClient,
    body: CatalogObjective,
    if_match: str | Unset = UNSET,
) -> Response[ObjectiveEdited | Problem]:
    """Replace an objective.

     The body is the whole document; sending back what was read changes nothing.

    Args:
        objective_id (str):
        if_match (str | Unset):
        body (CatalogObjective): What a team wants, with the key results that show it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ObjectiveEdited | Problem]
    """

    kwargs = _get_kwargs(
        objective_id=objective_id,
        body=body,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    objective_id: str,
    *,
    client: AuthenticatedClient,
    body: CatalogObjective,
    if_match: str | Unset = UNSET,
) -> ObjectiveEdited | Problem | None:
    """Replace an objective.

     The body is the whole document; sending back what was read changes nothing.

    Args:
        objective_id (str):
        if_match (str | Unset):
        body (CatalogObjective): What a team wants, with the key results that show it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ObjectiveEdited | Problem
    """

    return (
        await asyncio_detailed(
            objective_id=objective_id,
            client=client,
            body=body,
            if_match=if_match,
        )
    ).parsed
