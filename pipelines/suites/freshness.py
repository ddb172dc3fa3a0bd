"""Freshness of published metrics by the newest period that has data, not by when something was last computed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from pipelines.publish.state import last_publication
from pipelines.suites import EXAMPLES, Suite, SuiteVerdict
from pipelines.workspace import Workspace
from schemas.documents.documents import Metric
from schemas.documents.durations import tolerated_age

# one index look-up per metric, at its finest grain
_NEWEST = """
    select p.metric_id, v.period_end from marts.published_metrics p left join lateral (
        select period_end from marts.metric_values m
        where (m.metric_id, m.grain, m.slice) = (p.metric_id, p.grains ->> 0, '') and m.sample_count > 0
        order by m.period_start desc limit 1
    ) v on true
    where p.kind <> 'documented' order by p.metric_id
"""


@dataclass(frozen=True)
class Covered:
    """Until when each published metric has data, and the instant that the publication stands at."""

    period_ends: Mapping[str, datetime | None]
    as_of: datetime | None
    metrics: Mapping[str, Metric]


@contextmanager
def published_periods(workspace: Workspace) -> Iterator[Covered]:
    """What the newest publication covers."""
    with workspace.engine.connect() as connection:
        publication = last_publication(connection)
        ends = {row.metric_id: row.period_end for row in connection.execute(text(_NEWEST))}
    yield Covered(ends, publication.as_of if publication else None, workspace.catalog().catalog.metrics)


def _fresh(covered: Covered) -> SuiteVerdict:
    stale = []
    for metric_id, end in covered.period_ends.items():
        metric = covered.metrics.get(metric_id)
        tolerated = tolerated_age(metric.data) if metric else None
        if tolerated is None or covered.as_of is None:
            continue
        if end is None or covered.as_of - end > tolerated:
            stale.append({"metric_id": metric_id, "data_until": end, "tolerated": str(tolerated)})
    return SuiteVerdict(len(stale), tuple(stale[:EXAMPLES]), {"metrics": len(covered.period_ends)})


FRESHNESS_SUITES: list[Suite[Covered]] = [
    Suite(
        "data_is_fresh",
        "The newest period with data of every metric is as recent as its document promises.",
        _fresh,
        severity="warn",
    )
]
