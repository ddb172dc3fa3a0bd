import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.incidents import Incidents
from ...models.list_incidents_severity import (
    ListIncidentsSeverity,
)
from ...models.list_incidents_state import (
    ListIncidentsState,
)
from ...models.list_incidents_subject_kind import (
    ListIncidentsSubjectKind,
)
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    state: ListIncidentsState | Unset = UNSET,
    severity: ListIncidentsSeverity | Unset = UNSET,
    subject_kind: ListIncidentsSubjectKind | Unset = UNSET,
    subject_id: str | Unset = UNSET,
    rule_id: str | Unset = UNSET,
    slice_: str | Unset = UNSET,
    domain: str | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
    search: str | Unset = "",
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["page"] = page

    params["limit"] = limit

    json_state: str | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state

    params["state"] = json_state

    json_severity: str | Unset = UNSET
    if not isinstance(severity, Unset):
        json_severity = severity

    params["severity"] = json_severity

    json_subject_kind: str | Unset = UNSET
    if not isinstance(subject_kind, Unset):
        json_subject_kind = subject_kind

    params["subject_kind"] = json_subject_kind

    params["subject_id"] = subject_id

    params["rule_id"] = rule_id

    params["slice"] = slice_

    params["domain"] = domain

    json_since: str | Unset = UNSET
    if not isinstance(since, Unset):
        json_since = since.isoformat()
    params["since"] = json_since

    json_until: str | Unset = UNSET
    if not isinstance(until, Unset):
        json_until = until.isoformat()
    params["until"] = json_until

    params["search"] = search

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/incidents",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Incidents | Problem | None:
    if response.status_code == 200:
        response_200 = Incidents.from_dict(response.json())

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
) -> Response[Incidents | Problem]:
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
    state: ListIncidentsState | Unset = UNSET,
    severity: ListIncidentsSeverity | Unset = UNSET,
    subject_kind: ListIncidentsSubjectKind | Unset = UNSET,
    subject_id: str | Unset = UNSET,
    rule_id: str | Unset = UNSET,
    slice_: str | Unset = UNSET,
    domain: str | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
    search: str | Unset = "",
) -> Response[Incidents | Problem]:
    """List incidents, newest first.

     Those that are open or ever fired; what passed before anybody was told only with `state=all`.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        state (ListIncidentsState | Unset):
        severity (ListIncidentsSeverity | Unset):
        subject_kind (ListIncidentsSubjectKind | Unset):
        subject_id (str | Unset):
        rule_id (str | Unset):
        slice_ (str | Unset):
        domain (str | Unset):
        since (datetime.datetime | Unset):
        until (datetime.datetime | Unset):
        search (str | Unset):  Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Incidents | Problem]
    """

    kwargs = _get_kwargs(
        page=page,
        limit=limit,
        state=state,
        severity=severity,
        subject_kind=subject_kind,
        subject_id=subject_id,
        rule_id=rule_id,
        slice_=slice_,
        domain=domain,
        since=since,
        until=until,
        search=search,
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
    state: ListIncidentsState | Unset = UNSET,
    severity: ListIncidentsSeverity | Unset = UNSET,
    subject_kind: ListIncidentsSubjectKind | Unset = UNSET,
    subject_id: str | Unset = UNSET,
    rule_id: str | Unset = UNSET,
    slice_: str | Unset = UNSET,
    domain: str | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
    search: str | Unset = "",
) -> Incidents | Problem | None:
    """List incidents, newest first.

     Those that are open or ever fired; what passed before anybody was told only with `state=all`.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        state (ListIncidentsState | Unset):
        severity (ListIncidentsSeverity | Unset):
        subject_kind (ListIncidentsSubjectKind | Unset):
        subject_id (str | Unset):
        rule_id (str | Unset):
        slice_ (str | Unset):
        domain (str | Unset):
        since (datetime.datetime | Unset):
        until (datetime.datetime | Unset):
        search (str | Unset):  Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Incidents | Problem
    """

    return sync_detailed(
        client=client,
        page=page,
        limit=limit,
        state=state,
        severity=severity,
        subject_kind=subject_kind,
        subject_id=subject_id,
        rule_id=rule_id,
        slice_=slice_,
        domain=domain,
        since=since,
        until=until,
        search=search,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    state: ListIncidentsState | Unset = UNSET,
    severity: ListIncidentsSeverity | Unset = UNSET,
    subject_kind: ListIncidentsSubjectKind | Unset = UNSET,
    subject_id: str | Unset = UNSET,
    rule_id: str | Unset = UNSET,
    slice_: str | Unset = UNSET,
    domain: str | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
    search: str | Unset = "",
) -> Response[Incidents | Problem]:
    """List incidents, newest first.

     Those that are open or ever fired; what passed before anybody was told only with `state=all`.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        state (ListIncidentsState | Unset):
        severity (ListIncidentsSeverity | Unset):
        subject_kind (ListIncidentsSubjectKind | Unset):
        subject_id (str | Unset):
        rule_id (str | Unset):
        slice_ (str | Unset):
        domain (str | Unset):
        since (datetime.datetime | Unset):
        until (datetime.datetime | Unset):
        search (str | Unset):  Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Incidents | Problem]
    """

    kwargs = _get_kwargs(
        page=page,
        limit=limit,
        state=state,
        severity=severity,
        subject_kind=subject_kind,
        subject_id=subject_id,
        rule_id=rule_id,
        slice_=slice_,
        domain=domain,
        since=since,
        until=until,
        search=search,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    limit: int | Unset = 50,
    state: ListIncidentsState | Unset = UNSET,
    severity: ListIncidentsSeverity | Unset = UNSET,
    subject_kind: ListIncidentsSubjectKind | Unset = UNSET,
    subject_id: str | Unset = UNSET,
    rule_id: str | Unset = UNSET,
    slice_: str | Unset = UNSET,
    domain: str | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
    search: str | Unset = "",
) -> Incidents | Problem | None:
    """List incidents, newest first.

     Those that are open or ever fired; what passed before anybody was told only with `state=all`.

    Args:
        page (int | Unset):  Default: 1.
        limit (int | Unset):  Default: 50.
        state (ListIncidentsState | Unset):
        severity (ListIncidentsSeverity | Unset):
        subject_kind (ListIncidentsSubjectKind | Unset):
        subject_id (str | Unset):
        rule_id (str | Unset):
        slice_ (str | Unset):
        domain (str | Unset):
        since (datetime.datetime | Unset):
        until (datetime.datetime | Unset):
        search (str | Unset):  Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Incidents | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            page=page,
            limit=limit,
            state=state,
            severity=severity,
            subject_kind=subject_kind,
            subject_id=subject_id,
            rule_id=rule_id,
            slice_=slice_,
            domain=domain,
            since=since,
            until=until,
            search=search,
        )
    ).parsed
