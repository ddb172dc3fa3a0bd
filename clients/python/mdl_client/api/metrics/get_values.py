import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.get_values_grain import GetValuesGrain
from ...models.problem import Problem
from ...models.values import Values
from ...types import UNSET, Response, Unset


def _get_kwargs(
    metric_id: str,
    *,
    as_of: datetime.date | Unset = UNSET,
    from_: datetime.date | datetime.datetime | Unset = UNSET,
    to: datetime.date | datetime.datetime | Unset = UNSET,
    complete: bool | Unset = UNSET,
    grain: GetValuesGrain | Unset = UNSET,
    slice_: list[str] | Unset = UNSET,
    by: list[str] | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_as_of: str | Unset = UNSET
    if not isinstance(as_of, Unset):
        json_as_of = as_of.isoformat()
    params["as_of"] = json_as_of

    json_from_: str | Unset
    if isinstance(from_, Unset):
        json_from_ = UNSET
    elif isinstance(from_, datetime.date):
        json_from_ = from_.isoformat()
    else:
        json_from_ = from_.isoformat()

    params["from"] = json_from_

    json_to: str | Unset
    if isinstance(to, Unset):
        json_to = UNSET
    elif isinstance(to, datetime.date):
        json_to = to.isoformat()
    else:
        json_to = to.isoformat()

    params["to"] = json_to

    params["complete"] = complete

    json_grain: str | Unset = UNSET
    if not isinstance(grain, Unset):
        json_grain = grain

    params["grain"] = json_grain

    json_slice_: list[str] | Unset = UNSET
    if not isinstance(slice_, Unset):
        json_slice_ = slice_

    params["slice"] = json_slice_

    json_by: list[str] | Unset = UNSET
    if not isinstance(by, Unset):
        json_by = by

    params["by"] = json_by

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/metrics/{metric_id}/values".format(
            metric_id=quote(str(metric_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | Values | None:
    if response.status_code == 200:
        response_200 = Values.from_dict(response.json())

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

    if response.status_code == 406:
        response_406 = Problem.from_dict(response.json())

        return response_406

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
) -> Response[Problem | Values]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    metric_id: str,
    *,
    client: AuthenticatedClient,
    as_of: datetime.date | Unset = UNSET,
    from_: datetime.date | datetime.datetime | Unset = UNSET,
    to: datetime.date | datetime.datetime | Unset = UNSET,
    complete: bool | Unset = UNSET,
    grain: GetValuesGrain | Unset = UNSET,
    slice_: list[str] | Unset = UNSET,
    by: list[str] | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> Response[Problem | Values]:
    """Read a metric's values.

     By period and slice, at one grain, with what each value was made of. As CSV or Arrow, the envelope
    comes in the
    header X-MDL-Meta, and in Arrow also as the schema's metadata `mdl`.

    Args:
        metric_id (str):
        as_of (datetime.date | Unset):
        from_ (datetime.date | datetime.datetime | Unset):
        to (datetime.date | datetime.datetime | Unset):
        complete (bool | Unset):
        grain (GetValuesGrain | Unset):
        slice_ (list[str] | Unset):
        by (list[str] | Unset):
        limit (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Values]
    """

    kwargs = _get_kwargs(
        metric_id=metric_id,
        as_of=as_of,
        from_=from_,
        to=to,
        complete=complete,
        grain=grain,
        slice_=slice_,
        by=by,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    metric_id: str,
    *,
    client: AuthenticatedClient,
    as_of: datetime.date | Unset = UNSET,
    from_: datetime.date | datetime.datetime | Unset = UNSET,
    to: datetime.date | datetime.datetime | Unset = UNSET,
    complete: bool | Unset = UNSET,
    grain: GetValuesGrain | Unset = UNSET,
    slice_: list[str] | Unset = UNSET,
    by: list[str] | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> Problem | Values | None:
    """Read a metric's values.

     By period and slice, at one grain, with what each value was made of. As CSV or Arrow, the envelope
    comes in the
    header X-MDL-Meta, and in Arrow also as the schema's metadata `mdl`.

    Args:
        metric_id (str):
        as_of (datetime.date | Unset):
        from_ (datetime.date | datetime.datetime | Unset):
        to (datetime.date | datetime.datetime | Unset):
        complete (bool | Unset):
        grain (GetValuesGrain | Unset):
        slice_ (list[str] | Unset):
        by (list[str] | Unset):
        limit (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Values
    """

    return sync_detailed(
        metric_id=metric_id,
        client=client,
        as_of=as_of,
        from_=from_,
        to=to,
        complete=complete,
        grain=grain,
        slice_=slice_,
        by=by,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    metric_id: str,
    *,
    client: AuthenticatedClient,
    as_of: datetime.date | Unset = UNSET,
    from_: datetime.date | datetime.datetime | Unset = UNSET,
    to: datetime.date | datetime.datetime | Unset = UNSET,
    complete: bool | Unset = UNSET,
    grain: GetValuesGrain | Unset = UNSET,
    slice_: list[str] | Unset = UNSET,
    by: list[str] | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> Response[Problem | Values]:
    """Read a metric's values.

     By period and slice, at one grain, with what each value was made of. As CSV or Arrow, the envelope
    comes in the
    header X-MDL-Meta, and in Arrow also as the schema's metadata `mdl`.

    Args:
        metric_id (str):
        as_of (datetime.date | Unset):
        from_ (datetime.date | datetime.datetime | Unset):
        to (datetime.date | datetime.datetime | Unset):
        complete (bool | Unset):
        grain (GetValuesGrain | Unset):
        slice_ (list[str] | Unset):
        by (list[str] | Unset):
        limit (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Values]
    """

    kwargs = _get_kwargs(
        metric_id=metric_id,
        as_of=as_of,
        from_=from_,
        to=to,
        complete=complete,
        grain=grain,
        slice_=slice_,
        by=by,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    metric_id: str,
    *,
    client: AuthenticatedClient,
    as_of: datetime.date | Unset = UNSET,
    from_: datetime.date | datetime.datetime | Unset = UNSET,
    to: datetime.date | datetime.datetime | Unset = UNSET,
    complete: bool | Unset = UNSET,
    grain: GetValuesGrain | Unset = UNSET,
    slice_: list[str] | Unset = UNSET,
    by: list[str] | Unset = UNSET,
    limit: int | Unset = UNSET,
) -> Problem | Values | None:
    """Read a metric's values.

     By period and slice, at one grain, with what each value was made of. As CSV or Arrow, the envelope
    comes in the
    header X-MDL-Meta, and in Arrow also as the schema's metadata `mdl`.

    Args:
        metric_id (str):
        as_of (datetime.date | Unset):
        from_ (datetime.date | datetime.datetime | Unset):
        to (datetime.date | datetime.datetime | Unset):
        complete (bool | Unset):
        grain (GetValuesGrain | Unset):
        slice_ (list[str] | Unset):
        by (list[str] | Unset):
        limit (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Values
    """

    return (
        await asyncio_detailed(
            metric_id=metric_id,
            client=client,
            as_of=as_of,
            from_=from_,
            to=to,
            complete=complete,
            grain=grain,
            slice_=slice_,
            by=by,
            limit=limit,
        )
    ).parsed
