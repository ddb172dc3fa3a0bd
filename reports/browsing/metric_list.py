"""The list of metrics as readers browse it: what the catalog says of each, and where each stands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, lateral, select, true
from sqlalchemy.sql.selectable import LateralFromClause

from reports.errors import NothingPublishedError
from reports.models import Trust
from reports.publications import standing_publication, trust_of
from schemas.catalog.metric_facts import MetricFacts, read_metric_facts
from schemas.identity.readers import Reader
from schemas.tables import metric_values, published_metrics

PERIODS = 12
"""Finished periods of a sparkline."""
_GRAVITY = {"critical": 0, "warning": 1, "ok": 2, "no_data": 3}


@dataclass(frozen=True)
class ListedNumbers:
    """Where a published metric stands: its total in the latest finished period at its current grain.

    restricted: the reader may not see its numbers, which are None.
    """

    kind: str
    unit: str | None
    expected_direction: str | None
    status: str | None = None
    value: float | None = None
    change_pct: float | None = None
    restricted: bool = False


@dataclass(frozen=True)
class ListedMetric:
    """One metric of the list; `entry` is None where it is not published yet.

    recent: values of its newest finished periods, the latest last.
    """

    facts: MetricFacts
    entry: ListedNumbers | None
    recent: tuple[float | None, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MetricListQuery:
    """Which metrics, in which order; `sort` is one of SORTS, with `-` for descending; no limit is all of them."""

    search: str = ""
    domain: str | None = None
    owner_team: str | None = None
    tier: str | None = None
    tag: str | None = None
    status: str | None = None
    kind: str | None = None
    certified: bool | None = None
    sort: str = "name"
    page: int = 1
    limit: int | None = 50


@dataclass(frozen=True)
class MetricPage:
    """One page of the list; `choices` are what filters can be set to, by the filter's name.

    trust is None before the first publication.
    """

    rows: tuple[ListedMetric, ...]
    total: int
    in_catalog: int
    trust: Trust | None
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


SORTS: Mapping[str, Callable[[ListedMetric], Any]] = {
    "name": lambda one: one.facts.name.casefold(),
    "id": lambda one: one.facts.metric_id,
    "domain": lambda one: next((name.casefold() for name in one.facts.domains.values()), None),
    "owner_team": lambda one: one.facts.owner_team,
    "tier": lambda one: one.facts.tier,
    "status": lambda one: _GRAVITY.get(one.entry.status or "") if one.entry else None,
    "change": lambda one: one.entry.change_pct if one.entry else None,
}


def metric_page(connection: Connection, query: MetricListQuery, reader: Reader) -> MetricPage:
    """One page of the metrics that are asked for. Four statements.

    What the reader may not see is neither found by it nor put in order by it.
    """
    facts = read_metric_facts(connection)
    entries = _numbers(connection, reader)
    try:
        trust = trust_of(standing_publication(connection), reader, is_complete=True)
    except NothingPublishedError:
        trust = None
    every = [ListedMetric(one, entries.get(metric_id)) for metric_id, one in facts.items()]
    chosen = _ordered([one for one in every if _fits(one, query)], query.sort)
    limit = len(chosen) if query.limit is None else query.limit
    shown = chosen[(query.page - 1) * limit : query.page * limit]
    recent = recent_values(connection, [one.facts.metric_id for one in shown], reader)
    rows = (replace(one, recent=recent.get(one.facts.metric_id, ())) for one in shown)
    return MetricPage(tuple(rows), len(chosen), len(every), trust, _choices(every))


def recent_values(
    connection: Connection, metric_ids: Sequence[str], reader: Reader
) -> dict[str, tuple[float | None, ...]]:
    """Totals of the newest finished periods at each metric's current grain, the latest last. One statement."""
    metrics, newest = published_metrics.c, _newest(PERIODS)
    seen = [metric_id for metric_id in metric_ids if reader.sees(metric_id)]
    statement = (
        select(metrics.metric_id, newest.c.value)
        .select_from(published_metrics.join(newest, true()))
        .where(metrics.metric_id.in_(seen))
        .order_by(metrics.metric_id, newest.c.period_start)
    )
    found: dict[str, list[float | None]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.metric_id, []).append(row.value)
    return {metric_id: tuple(numbers) for metric_id, numbers in found.items()}


def _numbers(connection: Connection, reader: Reader) -> dict[str, ListedNumbers]:
    metrics, newest = published_metrics.c, _newest(1)
    statement = select(
        metrics.metric_id,
        metrics.kind,
        metrics.unit,
        metrics.expected_direction,
        newest.c.status,
        newest.c.value,
        newest.c.change_pct,
    ).select_from(published_metrics.join(newest, true(), isouter=True))
    return {
        row.metric_id: ListedNumbers(*row[1:])
        if reader.sees(row.metric_id)
        else ListedNumbers(*row[1:4], restricted=True)
        for row in connection.execute(statement)
    }


def _newest(periods: int) -> LateralFromClause:
    """Totals of so many newest finished periods of each published metric, at its current grain."""
    values, metrics = metric_values.c, published_metrics.c
    statement = (
        select(values.period_start, values.value, values.status, values.change_pct)
        .where(
            values.metric_id == metrics.metric_id,
            values.grain == metrics.current_grain,
            values.slice == "",
            values.is_complete,
        )
        .order_by(values.period_start.desc())
        .limit(periods)
    )
    return lateral(statement)


def _fits(one: ListedMetric, query: MetricListQuery) -> bool:
    facts, entry = one.facts, one.entry
    wanted = (
        (query.domain, facts.domains),
        (query.owner_team, (facts.owner_team,)),
        (query.tier, (facts.tier,)),
        (query.tag, facts.tags),
        (query.status, (entry.status,) if entry else ()),
        (query.kind, (entry.kind,) if entry else ()),
        (query.certified, (facts.is_certified,)),
    )
    return all(value is None or value in having for value, having in wanted) and _is_found(
        facts, query.search
    )


def _is_found(facts: MetricFacts, search: str) -> bool:
    """Whether each word is in what is written of the metric."""
    text = "\n".join((facts.metric_id, facts.name, facts.description, *facts.tags)).casefold()
    return all(word in text for word in search.casefold().split())


def _ordered(metrics: list[ListedMetric], sort: str) -> list[ListedMetric]:
    """By name within the same, and what has nothing to be ordered by last."""
    key = SORTS[sort.removeprefix("-")]
    by_name = sorted(metrics, key=lambda one: (SORTS["name"](one), one.facts.metric_id))
    known = [one for one in by_name if key(one) is not None]
    unknown = [one for one in by_name if key(one) is None]
    return [*sorted(known, key=key, reverse=sort.startswith("-")), *unknown]


def _choices(metrics: Sequence[ListedMetric]) -> dict[str, dict[str, str]]:
    """What to choose from, shown text by value, in order of the text."""
    found: dict[str, dict[str, str]] = {
        "domain": {each: name for one in metrics for each, name in one.facts.domains.items()}
    }
    for name in ("owner_team", "tier"):
        found[name] = {value: value for one in metrics if (value := getattr(one.facts, name)) is not None}
    found["tag"] = {tag: tag for one in metrics for tag in one.facts.tags}
    return {
        name: dict(sorted(values.items(), key=lambda item: item[1].casefold()))
        for name, values in found.items()
    }
