"""Where a metric's numbers come from and what they lead to, as a graph."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

from sqlalchemy import Connection, and_, select

from schemas.catalog.queries import read_document
from schemas.catalog.stored import read_catalog
from schemas.documents.belonging import domains_of
from schemas.documents.documents import Catalog, Metric, Report
from schemas.formula.compile import OBSERVED_PREFIX, compile_metric
from schemas.formula.compiled import CompiledMetric
from schemas.formula.memory import Memory, Outcome, outcome_of
from schemas.formula.names import Names, collect_names
from schemas.tables import catalog_documents, published_metrics

NodeKind = Literal["source", "event", "metric", "key_result", "objective", "domain", "report"]


@dataclass(frozen=True)
class Node:
    """One thing on the way; `node_id` is unique in the graph, `reason` says why a metric has no numbers."""

    kind: NodeKind
    document_id: str
    name: str
    reason: str | None = None

    @property
    def node_id(self) -> str:
        """Such as `metric:revenue`."""
        return f"{self.kind}:{self.document_id}"


@dataclass(frozen=True)
class Edge:
    """What flows from one node to another, in the direction of the data."""

    start: str
    end: str


@dataclass(frozen=True)
class Lineage:
    """Nodes and edges, in the order of the data's way."""

    metric_id: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def read_lineage(connection: Connection, metric_id: str) -> Lineage:
    """The graph around a stored metric, with what metrics still wait for as their newest publication says.

    Raises:
        UnknownDocumentError: there is no such metric.
    """
    read_document(connection, "metric", metric_id)
    found = lineage(read_catalog(connection), metric_id)
    return replace(found, nodes=with_waiting(connection, found.nodes))


def with_waiting(connection: Connection, nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The nodes, of metrics with what they still wait for as their newest publication says. One statement."""
    waiting = _waiting(connection, [node.document_id for node in nodes if node.kind == "metric"])
    return tuple(
        replace(node, reason=node.reason or waiting.get(node.document_id)) if node.kind == "metric" else node
        for node in nodes
    )


def _waiting(connection: Connection, metric_ids: Collection[str]) -> dict[str, str]:
    """Of which metrics the events have never come, in words; nothing of definitions that are newer than that."""
    published, documents = published_metrics.c, catalog_documents.c
    as_published = and_(
        documents.kind == "metric",
        documents.document_id == published.metric_id,
        documents.version == published.definition_version,
    )
    statement = (
        select(published.metric_id, published.reason)
        .join_from(published_metrics, catalog_documents, as_published)
        .where(
            published.metric_id.in_(metric_ids), published.kind == "computed", published.reason.is_not(None)
        )
    )
    return {row.metric_id: row.reason for row in connection.execute(statement)}


def lineage(catalog: Catalog, metric_id: str) -> Lineage:
    """The graph around a metric of the catalog: sources, events and metrics before it, goals and reports after it.

    Of a formula that cannot be computed, the metrics that the document names as upstream stand before it.
    """
    graph = _Graph(catalog, collect_names(catalog))
    graph.trace(metric_id)
    graph.follow(metric_id)
    graph.report_on(
        node.node_id
        for node in graph.nodes.values()
        if node.kind in ("objective", "domain") or node.node_id == f"metric:{metric_id}"
    )
    return graph.found(metric_id)


def whole_lineage(catalog: Catalog, memory: Memory) -> Lineage:
    """The graph of a whole catalog, documents included that lead nowhere; of no metric in particular.

    With the `memory` of an earlier catalog it comes sooner; the memory then holds this catalog's formulas.
    """
    names = collect_names(catalog)
    graph = _Graph(catalog, names, memory.outcomes_of(catalog.metrics.values(), names, compile_metric))
    for metric_id in catalog.metrics:
        if f"metric:{metric_id}" not in graph.nodes:
            graph.trace(metric_id)
        graph.follow(metric_id)
    graph.add_the_rest()
    graph.report_on(graph.nodes)
    return graph.found("")


class _Graph:
    """Nodes by id and edges, as they are found."""

    def __init__(self, catalog: Catalog, names: Names, outcomes: Mapping[str, Outcome] | None = None) -> None:
        self._catalog = catalog
        self._names = names
        self._outcomes = outcomes or {}
        self._domains = domains_of(catalog)
        self.nodes: dict[str, Node] = {}
        self.edges: set[Edge] = set()

    def trace(self, metric_id: str) -> None:
        """Everything before a metric, and before the metrics that it reads."""
        waiting = [metric_id]
        while waiting:
            metric = self._catalog.metrics[waiting.pop()]
            events, upstream, reason = self._inputs(metric)
            node = self._add(Node("metric", metric.metric_id, metric.name, reason))
            for event in events:
                self._link(self._event(event), node)
            for other in upstream:
                if f"metric:{other}" not in self.nodes:
                    waiting.append(other)
                self.edges.add(Edge(f"metric:{other}", node.node_id))

    def follow(self, metric_id: str) -> None:
        """Key results, objectives and domains that the metric serves."""
        metric = self._catalog.metrics[metric_id]
        node = self.nodes[f"metric:{metric_id}"]
        for objective in self._catalog.objectives.values():
            results = [result for result in objective.key_results if metric_id in result.metric_ids]
            if not results and metric_id not in objective.metric_ids:
                continue
            goal = self._add(Node("objective", objective.objective_id, objective.name))
            for result in results:
                key = f"{objective.objective_id}/{result.kr_id}"
                found = self._add(Node("key_result", key, result.name))
                self._link(node, found)
                self._link(found, goal)
            if not results:
                self._link(node, goal)
            domain_id = self._domains.of_objective(objective.objective_id, objective.business_domain)
            self._to_domains(goal, [] if domain_id is None else [domain_id])
        self._to_domains(node, self._domains.of_metric(metric_id, metric.business_domain))

    def report_on(self, node_ids: Iterable[str]) -> None:
        """Reports whose scope names one of these nodes."""
        present = set(node_ids)
        for report in self._catalog.reports.values():
            for start in present.intersection(self._scope_of(report)):
                self._link(self.nodes[start], self._add(Node("report", report.report_id, report.name)))

    def add_the_rest(self) -> None:
        """Sources that nothing reads, goals without metrics, and reports."""
        for report in self._catalog.reports.values():
            self._add(Node("report", report.report_id, report.name))
        for source in self._catalog.sources.values():
            node = self._add(Node("source", source.source_id, source.source_id))
            if source.event:
                self._link(node, self._add(Node("event", source.event, source.event)))
        for domain in self._catalog.domains.values():
            self._add(Node("domain", domain.domain_id, domain.name))
        for objective in self._catalog.objectives.values():
            goal = self._add(Node("objective", objective.objective_id, objective.name))
            for result in objective.key_results:
                key = f"{objective.objective_id}/{result.kr_id}"
                self._link(self._add(Node("key_result", key, result.name)), goal)
            domain_id = self._domains.of_objective(objective.objective_id, objective.business_domain)
            self._to_domains(goal, [] if domain_id is None else [domain_id])

    def _scope_of(self, report: Report) -> Sequence[str]:
        """Nodes that the report is about; where it is about everything, domains and what belongs to none."""
        scope = report.scope
        named = {"domain": scope.domains, "objective": scope.objectives, "metric": scope.metrics}
        found = [f"{kind}:{document_id}" for kind, ids in named.items() for document_id in ids]
        return found or self._everything

    @cached_property
    def _everything(self) -> Sequence[str]:
        of = self._domains
        return [
            *(f"domain:{domain_id}" for domain_id in self._catalog.domains),
            *(
                f"objective:{each.objective_id}"
                for each in self._catalog.objectives.values()
                if of.of_objective(each.objective_id, each.business_domain) is None
            ),
            *(
                f"metric:{each.metric_id}"
                for each in self._catalog.metrics.values()
                if not of.of_metric(each.metric_id, each.business_domain)
            ),
        ]

    def found(self, metric_id: str) -> Lineage:
        """What was found, in order."""
        ranks = {kind: rank for rank, kind in enumerate(get_args(NodeKind))}
        nodes = sorted(self.nodes.values(), key=lambda node: (ranks[node.kind], node.document_id))
        edges = sorted(self.edges, key=lambda edge: (edge.start, edge.end))
        return Lineage(metric_id, tuple(nodes), tuple(edges))

    def _inputs(self, metric: Metric) -> tuple[list[str], list[str], str | None]:
        """Events and metrics that a metric is made of, and why it is not computed, where it is not."""
        known = self._outcomes.get(metric.metric_id)
        outcome = known or outcome_of(metric, self._names, compile_metric)
        if isinstance(outcome, CompiledMetric):
            return _events_of(outcome), list(outcome.metric_refs), None
        observed = OBSERVED_PREFIX + metric.metric_id
        named = [name for name in metric.relationships.upstream_metric_ids if name in self._catalog.metrics]
        return ([observed] if self._names.event(observed) else []), named, str(outcome)

    def _event(self, name: str) -> Node:
        node = self._add(Node("event", name, name))
        for source in self._catalog.sources.values():
            # whoever reads the name from a column may deliver any
            if source.event == name or source.event_column:
                self._link(self._add(Node("source", source.source_id, source.source_id)), node)
        return node

    def _to_domains(self, node: Node, domain_ids: Iterable[str]) -> None:
        for domain_id in domain_ids:
            name = self._catalog.domains[domain_id].name
            self._link(node, self._add(Node("domain", domain_id, name)))

    def _add(self, node: Node) -> Node:
        return self.nodes.setdefault(node.node_id, node)

    def _link(self, start: Node, end: Node) -> None:
        self.edges.add(Edge(start.node_id, end.node_id))


def _events_of(compiled: CompiledMetric) -> list[str]:
    return list(dict.fromkeys(leaf.event for leaf in compiled.leaves))
