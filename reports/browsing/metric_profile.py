"""Everything that is known of one metric, read at once: its definition, where it stands, and what is behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import Connection, select

from reports.alerting.incident_query import IncidentQuery
from reports.alerting.incidents import Incident, Moment, incident_page
from reports.alerting.rules import RuleBook, RuleQuery, rule_page
from reports.alerting.rules_in_force import RuleInForce
from reports.charts.data import Breakdown, ComparedSeries, MetricSeries
from reports.charts.read import ChartQuery, read_chart
from reports.errors import (
    NoNumbersError,
    NothingPublishedError,
    NotOfferedError,
    RestrictedError,
    TooManyRowsError,
    UnknownMetricError,
)
from reports.models import MetricEntry, Summary
from reports.operations.quarantine import QuarantinedRow, quarantined
from reports.publications import standing_publication
from reports.values import summary
from schemas.browsing.book import CatalogBook, OpenedCatalog
from schemas.browsing.neighbourhood import Graph, walk
from schemas.catalog.lineage import Node
from schemas.catalog.queries import read_document, read_history
from schemas.catalog.stored import Revision, StoredDocument
from schemas.catalog.versions import FieldDifference, differences
from schemas.documents.documents import Metric
from schemas.formula.words import Word, formula_words
from schemas.identity.readers import Reader
from schemas.tables import metric_slices, published_metrics

_MOST_REVISIONS = 10
_MOST_SLICES = 200
_MOST_SOURCES = 5
_MOST_ROWS = 5
_MOST_INCIDENTS = 50

Numbers = MetricSeries | ComparedSeries | Breakdown


@dataclass(frozen=True)
class MetricDefinition:
    """What the catalog says of a metric; `before` and `after` are its neighbours in the lineage.

    reports: that show it, or what is made of it.
    """

    document: StoredDocument
    metric: Metric
    words: Sequence[Word]
    before: Sequence[Node]
    after: Sequence[Node]
    reports: Sequence[Node]
    reason: str | None
    revisions: Sequence[Revision]
    changes: Mapping[int, Sequence[FieldDifference]]
    rules: Sequence[RuleInForce]


@dataclass(frozen=True)
class MetricProfile:
    """One metric.

    standing: None where there are no numbers to show; `withheld` says why. not_drawn: why `numbers` is None though
    there are numbers.
    """

    definition: MetricDefinition
    entry: MetricEntry | None
    standing: Summary | None = None
    withheld: str | None = None
    is_restricted: bool = False
    numbers: Numbers | None = None
    not_drawn: str | None = None
    slices: Sequence[str] = ()
    incidents: Sequence[Incident] = ()
    refused: Sequence[QuarantinedRow] = ()


def metric_profile(
    connection: Connection,
    query: ChartQuery,
    days: int | None,
    catalog: CatalogBook,
    rules: RuleBook,
    moment: Moment,
    reader: Reader,
) -> MetricProfile:
    """What there is of one metric. At most 31 statements, whatever the catalog's size.

    Args:
        connection: reads one publication.
        query: which chart of it.
        days: instead of the query's range the days up to now, as the publication has it.
        catalog: keeps the catalog in force.
        rules: keeps the rules in force.
        moment: this instant.
        reader: who reads; definitions are readable for all.

    Raises:
        UnknownDocumentError: the catalog has no such metric.
    """
    definition = _definition(connection, query.metric_id, catalog.open(connection), rules, reader)
    try:
        standing = summary(connection, query.metric_id, reader)
    except RestrictedError as error:
        return MetricProfile(definition, None, withheld=str(error), is_restricted=True)
    except (NoNumbersError, UnknownMetricError, NothingPublishedError) as error:
        is_known = isinstance(error, NoNumbersError)
        said = str(error) if is_known else "the definition is not published yet; `mdl run` publishes"
        return MetricProfile(definition, None, withheld=said)
    numbers, not_drawn = _numbers(connection, _within(connection, query, days), reader)
    about = IncidentQuery(
        subject_kind="metric", subject_id=query.metric_id, state="open", limit=_MOST_INCIDENTS
    )
    sources = standing.metric.sources
    return MetricProfile(
        definition,
        standing.metric,
        standing,
        numbers=numbers,
        not_drawn=not_drawn,
        slices=_slices(connection, query.metric_id),
        incidents=incident_page(connection, about, moment, reader)[0],
        refused=[
            row
            for source in sources[:_MOST_SOURCES]
            for row in quarantined(connection, reader, source, limit=_MOST_ROWS)
        ],
    )


def _definition(
    connection: Connection, metric_id: str, opened: OpenedCatalog, rules: RuleBook, reader: Reader
) -> MetricDefinition:
    document = read_document(connection, "metric", metric_id)
    metric, graph, own = opened.catalog.metrics[metric_id], opened.graph, f"metric:{metric_id}"
    revisions, _ = read_history(connection, "metric", metric_id, 1, _MOST_REVISIONS + 1)
    return MetricDefinition(
        document=document,
        metric=metric,
        words=formula_words(metric, opened.names),
        before=_sorted(graph, graph.before.get(own, ())),
        after=[each for each in _sorted(graph, graph.after.get(own, ())) if each.kind != "report"],
        reports=[each for each in _sorted(graph, walk(graph.after, own)) if each.kind == "report"],
        reason=graph.nodes[own].reason,
        revisions=revisions[:_MOST_REVISIONS],
        changes={
            newer.revision: differences(older.content, newer.content) for newer, older in pairwise(revisions)
        },
        rules=rule_page(connection, rules, RuleQuery(metric_id=metric_id, limit=100), reader)[0],
    )


def _sorted(graph: Graph, node_ids: Iterable[str]) -> list[Node]:
    return [graph.nodes[each] for each in sorted(node_ids)]


def _within(connection: Connection, query: ChartQuery, days: int | None) -> ChartQuery:
    if days is None:
        return query
    publication = standing_publication(connection)
    today = publication.as_of.date()
    return replace(query, start=today - timedelta(days=days), end=today)


def _numbers(connection: Connection, query: ChartQuery, reader: Reader) -> tuple[Numbers | None, str | None]:
    """The numbers of the chart, or why there is none."""
    try:
        return read_chart(connection, query, reader), None
    except (NotOfferedError, TooManyRowsError) as error:
        return None, str(error)


def _slices(connection: Connection, metric_id: str) -> list[str]:
    """Slices of the metric at its current grain, as many as help to choose one."""
    slices = metric_slices.c
    statement = (
        select(slices.slice)
        .join(published_metrics, published_metrics.c.metric_id == slices.metric_id)
        .where(
            slices.metric_id == metric_id,
            slices.grain == published_metrics.c.current_grain,
            slices.slice != "",
        )
        .order_by(slices.slice)
        .limit(_MOST_SLICES)
    )
    return list(connection.scalars(statement))
