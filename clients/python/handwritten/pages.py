"""Reads all values of a metric: Arrow by the page, the newest periods first, all of one publication."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs
import httpx
from mdl_client.api.metrics import get_values
from mdl_client.models.trust import Trust
from mdl_client.problems import MdlError, PublicationChangedError, unexpected
from mdl_client.results import Result, Values, arrow
from mdl_client.transport import is_stale

# rows that the API answers at most
PAGE_ROWS = 50_000
_ARROW = "application/vnd.apache.arrow.stream"
_ATTEMPTS = 3
# answers of an older publication may still be given so long after a new one
_KEPT_SECONDS = 1.0

ReadPage = Callable[[datetime | None, int], Result]
"""Given the moment before which periods begin, and how many of the newest rows to answer."""


def read_values(client: httpx.Client, metric_id: str, wanted: Mapping[str, Any], limit: int | None) -> Values:
    """Values of a metric as the parameters of the generated request want them.

    Raises:
        PublicationChangedError: every attempt met a new publication between two pages.
    """

    def read(before: datetime | None, rows: int) -> Result:
        asked = dict(wanted) | ({} if before is None else {"to": before}) | {"limit": rows}
        return _page(client, get_values._get_kwargs(metric_id, **asked))  # noqa: SLF001  `sync` reads no Arrow

    for attempt in range(_ATTEMPTS):
        time.sleep(_KEPT_SECONDS if attempt else 0)
        pages = newest_first(read, limit)
        if len({page.trust.publication_id for page in pages}) == 1:
            return _joined(metric_id, pages)
    raise PublicationChangedError(f"{metric_id} was published anew each time while its values were read")


def newest_first(read: ReadPage, limit: int | None) -> Sequence[Result]:
    """All pages, or those of the newest `limit` rows. A page ends between two periods: slices stay together."""
    pages: list[Result] = []
    before, gathered = None, 0
    while True:
        rows = PAGE_ROWS if limit is None else min(PAGE_ROWS, limit - gathered)
        page = read(before, rows)
        if len(page) < rows or gathered + len(page) == limit:
            return [*pages, page]
        page, before = _whole_periods(page)
        pages.append(page)
        gathered += len(page)


def _page(client: httpx.Client, request: Mapping[str, Any]) -> Result:
    response = client.request(**request, headers={"Accept": _ARROW})
    if response.headers.get("Content-Type") != _ARROW:
        raise unexpected(response)
    table = arrow().ipc.open_stream(response.content).read_all()
    trust = Trust.from_dict(json.loads(table.schema.metadata[b"mdl"]))
    return Result(table, trust, is_stale(response.headers))


def _whole_periods(page: Result) -> tuple[Result, datetime]:
    """A full page without its oldest period, of which slices may be missing, and the oldest start it has then."""
    compute = arrow().compute
    starts = page.table["period_start"]
    kept = page.table.filter(compute.greater(starts, compute.min(starts)))
    if kept.num_rows == 0:
        raise MdlError(f"a period has {len(page):,} slices or more; name those that you need")
    oldest: datetime = compute.min(kept["period_start"]).as_py()
    return Result(kept, page.trust, page.is_stale), oldest.astimezone(UTC)


def _joined(metric_id: str, pages: Sequence[Result]) -> Values:
    table = arrow().concat_tables([page.table for page in pages])
    if len(pages) > 1:
        table = table.sort_by([("slice", "ascending"), ("period_start", "ascending")])
    trust = attrs.evolve(pages[0].trust, is_complete=all(page.trust.is_complete for page in pages))
    return Values(table, trust, any(page.is_stale for page in pages), metric_id)
