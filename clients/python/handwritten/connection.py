"""The way in for analysts: a connection that reads metrics, values, queries and the scorecard."""

import ssl
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Self, TypeVar, overload

from mdl_client.api.auth import logout
from mdl_client.api.catalog import get_metric, list_metrics
from mdl_client.api.query import query_metrics
from mdl_client.api.scorecards import get_scorecard
from mdl_client.client import AuthenticatedClient
from mdl_client.identity import ApiKey, Session
from mdl_client.models.listed_metric import ListedMetric
from mdl_client.models.metric_document import MetricDocument
from mdl_client.models.problem import Problem
from mdl_client.models.query import Query
from mdl_client.models.query_grain import QueryGrain as Grain
from mdl_client.pages import read_values
from mdl_client.problems import MdlError
from mdl_client.results import PERIOD_COLUMNS, Aligned, Scorecard, Values, table_of_query, table_of_scorecard
from mdl_client.transport import PatientClient, is_stale

T = TypeVar("T")
Moment = date | str
"""A day, a moment, or either as text; a moment without an offset is in the reporting zone."""


def connect(
    url: str,
    key: str | None = None,
    *,
    username: str | None = None,
    password: str | None = None,
    timeout: float = 60.0,
    patience: float = 60.0,
    verify: ssl.SSLContext | bool = True,
) -> "Connection":
    """Connect with an API key, or sign in by name and password.

    Args:
        url: where the API is, such as https://mdl.example.com.
        key: an API key.
        username: in place of a key.
        password: of the user; used once and not kept.
        timeout: seconds that one answer may take.
        patience: seconds that one request may wait in all where the API says to ask again later (429, 503).
        verify: whether, or by what, to check the server's certificate.

    Raises:
        NotSignedInError: name and password do not fit.
        MdlError: the sign-in was not answered; see mdl_client.problems.
    """
    client = PatientClient(patience, base_url=url, timeout=timeout, verify=verify)
    try:
        client.auth = _identity(client, key, username, password)
    except (MdlError, ValueError):
        client.close()
        raise
    return Connection(client)


def _identity(
    client: PatientClient, key: str | None, username: str | None, password: str | None
) -> ApiKey | Session:
    if key is not None and username is None and password is None:
        return ApiKey(key)
    if key is None and username is not None and password is not None:
        return Session(client, username, password)
    raise ValueError("connect with a key, or with username and password")


class Connection:
    """Reads from one API; `client` is for what is generated (blocking), with the same identity and exceptions.

    Close it, or use it as a context manager. Threads may share it.
    """

    def __init__(self, client: PatientClient) -> None:
        self._http = client
        self.client = AuthenticatedClient(str(client.base_url), token="").set_httpx_client(client)

    def metrics(
        self,
        search: str | None = None,
        *,
        domain: str | None = None,
        owner_team: str | None = None,
        tag: str | None = None,
        tier: str | None = None,
        status: str | None = None,
        current: bool = False,
    ) -> list[ListedMetric]:
        """The metrics that fit, by id; `current` adds where each stands.

        Raises:
            MdlError: see mdl_client.problems, here and in all that follows.
        """
        wanted = _given(
            search=search,
            business_domain=domain,
            owner_team=owner_team,
            tag=tag,
            tier=tier,
            status=status,
            include=["current"] if current else None,
        )
        found: list[ListedMetric] = []
        number, has_next = 1, True
        while has_next:
            page = _parsed(list_metrics.sync(client=self.client, page=number, limit=100, **wanted))
            found += page.data
            number, has_next = number + 1, page.pagination.has_next
        return found

    def metric(self, metric_id: str) -> MetricDocument:
        """The definition of a metric, with its version."""
        return _parsed(get_metric.sync(_in_address(metric_id), client=self.client)).data

    def values(
        self,
        metric_id: str,
        *,
        grain: Grain | None = None,
        slices: str | Sequence[str] | None = None,
        by: str | Sequence[str] | None = None,
        start: Moment | None = None,
        end: Moment | None = None,
        as_of: Moment | None = None,
        complete: bool | None = None,
        limit: int | None = None,
    ) -> Values:
        """Values of a metric, however many pages they take; all of one publication.

        Args:
            metric_id: the metric.
            grain: by default the coarsest that it offers up to month.
            slices: such as "country=US", "" for the total.
            by: dimensions to slice by.
            start: the first day, or the moment from which periods begin.
            end: the last day (included), or the moment before which periods begin.
            as_of: answer with what was published by the end of that day.
            complete: only finished, or only running, periods.
            limit: only so many rows, the newest.

        Raises:
            PublicationChangedError: every attempt met a new publication between two pages.
        """
        wanted = _given(
            grain=grain,
            slice_=_listed(slices),
            by=None if by is None else [",".join(_listed(by))],
            as_of=_moment(as_of),
            from_=_moment(start),
            to=_moment(end),
            complete=complete,
        )
        return read_values(self._http, _in_address(metric_id), wanted, limit)

    def query(
        self,
        metric_ids: Sequence[str],
        grain: Grain,
        *,
        slices: str | Sequence[str] | None = None,
        by: str | Sequence[str] | None = None,
        start: Moment | None = None,
        end: Moment | None = None,
        as_of: Moment | None = None,
        complete: bool | None = None,
    ) -> Aligned:
        """Up to 20 metrics side by side: a row per slice and period that any of them has. Else as `values`.

        The API refuses more than 20,000 values at once (`too-many-rows`).
        """
        wanted = _given(
            slices=_listed(slices),
            by=_listed(by),
            as_of=_moment(as_of),
            from_=_moment(start),
            to=_moment(end),
            complete=complete,
        )
        body = Query(metric_ids=_listed(metric_ids), grain=grain, **wanted)
        if taken := set(body.metric_ids).intersection(PERIOD_COLUMNS):
            raise ValueError(f"a column cannot have the name {taken.pop()}: read this metric by values()")
        answer = _parsed(query_metrics.sync(client=self.client, body=body))
        return Aligned(table_of_query(answer), answer.meta, is_stale=False, metrics=answer.metrics)

    def scorecard(self, as_of: Moment | None = None) -> Scorecard:
        """Every domain with its objectives and their key results."""
        response = get_scorecard.sync_detailed(client=self.client, **_given(as_of=_moment(as_of)))
        answer = _parsed(response.parsed)
        return Scorecard(
            table_of_scorecard(answer.data), answer.meta, is_stale(response.headers), answer.data
        )

    def close(self) -> None:
        """Close the connections, and end the session if there is one."""
        if isinstance(self._http.auth, Session):
            with suppress(MdlError):  # it ends by itself
                logout.sync_detailed(client=self.client)
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        how = "by session" if isinstance(self._http.auth, Session) else "by API key"
        return f"<Connection to {self._http.base_url.copy_with(userinfo=b'')} {how}>"


def _parsed(answer: T | Problem | None) -> T:
    """What a request was answered with; what is no success was raised when it came."""
    if answer is None or isinstance(answer, Problem):
        raise MdlError("the API gave an answer that its document does not know")
    return answer


def _given(**named: Any) -> dict[str, Any]:
    return {name: value for name, value in named.items() if value is not None}


@overload
def _listed(names: None) -> None: ...
@overload
def _listed(names: str | Sequence[str]) -> list[str]: ...
def _listed(names: str | Sequence[str] | None) -> list[str] | None:
    if names is None:
        return None
    return [names] if isinstance(names, str) else list(names)


def _moment(given: Moment | None) -> date | None:
    if not isinstance(given, str):
        return given
    return date.fromisoformat(given) if len(given) <= 10 else datetime.fromisoformat(given)


def _in_address(metric_id: str) -> str:
    if metric_id in ("", ".", "..") or "/" in metric_id:
        raise ValueError(f"{metric_id!r} cannot stand in an address; query() reads metrics of any id")
    return metric_id
