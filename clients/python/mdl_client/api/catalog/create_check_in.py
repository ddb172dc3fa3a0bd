from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.check_in_answer import CheckInAnswer
from ...models.new_check_in import NewCheckIn
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    kr_id: str,
    *,
    body: NewCheckIn,
    objective: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    params: dict[str, Any] = {}

    params["objective"] = objective

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/key-results/{kr_id}/check-ins".format(
            kr_id=quote(str(kr_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CheckInAnswer | Problem | None:
    if response.status_code == 201:
        response_201 = CheckInAnswer.from_dict(response.json())

        return response_201

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

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

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
) -> Response[CheckInAnswer | Problem]:
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
    body: NewCheckIn,
    objective: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[CheckInAnswer | Problem]:
    """Check in a value of a key result.

     It counts from the next publication on, for key results none of whose metrics has a value.

    Args:
        kr_id (str):
        objective (str | Unset):
        idempotency_key (str | Unset):
        body (NewCheckIn):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CheckInAnswer | Problem]
    """

    kwargs = _get_kwargs(
        kr_id=kr_id,
        body=body,
        objective=objective,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    kr_id: str,
    *,
    client: AuthenticatedClient,
    body: NewCheckIn,
    objective: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> CheckInAnswer | Problem | None:
    """Check in a value of a key result.

     It counts from the next publication on, for key results none of whose metrics has a value.

    Args:
        kr_id (str):
        objective (str | Unset):
        idempotency_key (str | Unset):
        body (NewCheckIn):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CheckInAnswer | Problem
    """

    return sync_detailed(
        kr_id=kr_id,
        client=client,
        body=body,
        objective=objective,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    kr_id: str,
    *,
    client: AuthenticatedClient,
    body: NewCheckIn,
    objective: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[CheckInAnswer | Problem]:
    """Check in a value of a key result.

     It counts from the next publication on, for key results none of whose metrics has a value.

    Args:
        kr_id (str):
        objective (str | Unset):
        idempotency_key (str | Unset):
        body (NewCheckIn):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CheckInAnswer | Problem]
    """

    kwargs = _get_kwargs(
        kr_id=kr_id,
        body=body,
        objective=objective,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    kr_id: str,
    *,
    client: AuthenticatedClient,
    body: NewCheckIn,
    objective: str | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> CheckInAnswer | Problem | None:
    """Check in a value of a key result.

     It counts from the next publication on, for key results none of whose metrics has a value.

    Args:
        kr_id (str):
        objective (str | Unset):
        idempotency_key (str | Unset):
        body (NewCheckIn):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CheckInAnswer | Problem
    """

    return (
        await asyncio_detailed(
            kr_id=kr_id,
            client=client,
            body=body,
            objective=objective,
            idempotency_key=idempotency_key,
        )
    ).parsed
