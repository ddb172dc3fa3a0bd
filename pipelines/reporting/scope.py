"""Which metrics a report's numbers are made of."""

from reports.documents.contents.scope import scope_of
from schemas.documents.documents import Catalog, Report


def metrics_of(catalog: Catalog, report: Report) -> set[str]:
    """Ids of the metrics that are in a report, and of those behind the key results of its objectives."""
    found = scope_of(report.scope, catalog)
    objectives = [catalog.objectives[each] for each in found.objectives]
    linked = (
        metric_id
        for objective in objectives
        for result in objective.key_results
        for metric_id in result.metric_ids
    )
    return {*found.metrics, *linked} & set(catalog.metrics)
