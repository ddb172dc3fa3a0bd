"""Which metrics a report is about."""

from schemas.documents.documents import Catalog, Report


def metrics_of(catalog: Catalog, report: Report) -> set[str]:
    """Ids of the metrics that a report's scope names, by domains and objectives too; all where it is empty."""
    scope = report.scope
    if not (scope.domains or scope.objectives or scope.metrics):
        return set(catalog.metrics)
    domains = [catalog.domains[each] for each in scope.domains if each in catalog.domains]
    objectives = {*scope.objectives, *(each for domain in domains for each in domain.objectives)}
    found = {*scope.metrics, *(each for domain in domains for each in domain.key_metrics)}
    found |= {each.metric_id for each in catalog.metrics.values() if each.business_domain in scope.domains}
    for objective in catalog.objectives.values():
        if objective.objective_id in objectives or objective.business_domain in scope.domains:
            found.update(objective.metric_ids)
            found.update(each for result in objective.key_results for each in result.metric_ids)
    return found & set(catalog.metrics)
