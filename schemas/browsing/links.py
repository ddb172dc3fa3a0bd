"""Which document names which other one, and where."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemas.documents.belonging import Domains, domains_of
from schemas.documents.documents import Catalog, Domain, Metric, Objective, Report
from schemas.documents.kinds import DocumentKey


@dataclass(frozen=True)
class Reference:
    """One document names another one, at a path of its own."""

    start: DocumentKey
    end: DocumentKey
    path: str


def references(catalog: Catalog) -> list[Reference]:
    """Every name in documents that leads to a document; what formulas read is in the lineage."""
    domains = domains_of(catalog)
    found = [
        *(each for metric in catalog.metrics.values() for each in _of_metric(metric, domains, catalog)),
        *(each for objective in catalog.objectives.values() for each in _of_objective(objective, domains)),
        *(each for domain in catalog.domains.values() for each in _of_domain(domain)),
        *(each for report in catalog.reports.values() for each in _of_report(report)),
    ]
    return [each for each in found if each.end[1] in getattr(catalog, f"{each.end[0]}s")]


def _of_metric(metric: Metric, domains: Domains, catalog: Catalog) -> Iterator[Reference]:
    start: DocumentKey = ("metric", metric.metric_id)
    yield from _belongs(start, domains, metric.business_domain)
    related, aligned = metric.relationships, metric.alignment
    yield from _each(start, "metric", related.upstream_metric_ids, "relationships.upstream_metric_ids")
    yield from _each(start, "metric", related.downstream_metric_ids, "relationships.downstream_metric_ids")
    yield from _each(start, "objective", aligned.primary_objective_ids, "alignment.primary_objective_ids")
    named = set(aligned.related_okr_ids)
    for objective in catalog.objectives.values() if named else ():
        if named & {objective.objective_id, *(result.kr_id for result in objective.key_results)}:
            yield Reference(start, ("objective", objective.objective_id), "alignment.related_okr_ids")


def _of_objective(objective: Objective, domains: Domains) -> Iterator[Reference]:
    start: DocumentKey = ("objective", objective.objective_id)
    yield from _belongs(start, domains, objective.business_domain)
    yield from _each(start, "metric", objective.metric_ids, "metric_ids")
    for result in objective.key_results:
        yield from _each(start, "metric", result.metric_ids, f"key_results[{result.kr_id}].metric_ids")


def _of_domain(domain: Domain) -> Iterator[Reference]:
    start: DocumentKey = ("domain", domain.domain_id)
    yield from _each(start, "objective", domain.objectives, "objectives")
    yield from _each(start, "metric", domain.key_metrics, "key_metrics")


def _of_report(report: Report) -> Iterator[Reference]:
    start: DocumentKey = ("report", report.report_id)
    yield from _each(start, "domain", report.scope.domains, "scope.domains")
    yield from _each(start, "objective", report.scope.objectives, "scope.objectives")
    yield from _each(start, "metric", report.scope.metrics, "scope.metrics")


def _belongs(start: DocumentKey, domains: Domains, said: str | None) -> Iterator[Reference]:
    domain_id = domains.named(said)
    if domain_id is not None:
        yield Reference(start, ("domain", domain_id), "business_domain")


def _each(start: DocumentKey, kind: str, ids: Iterable[str], path: str) -> Iterator[Reference]:
    for document_id in dict.fromkeys(ids):
        yield Reference(start, (kind, document_id), path)  # type: ignore[arg-type]  # one of Kind
