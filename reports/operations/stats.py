"""How much there is, and how it stands: counts over the catalog and the newest publication."""

from collections import Counter
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from reports.metrics import metric_list
from reports.operations.models import Stats
from reports.publications import publication_count, standing_publication, trust_of
from schemas.tables import catalog_documents, objective_progress


def stats(connection: Connection) -> Stats:
    """Counts of metrics, domains, objectives and publications. Six statements.

    Documented metrics have no status and are not counted by it. Tiers and domains are the catalog's as it stands now.

    Raises:
        NothingPublishedError: there is no publication.
    """
    publication = standing_publication(connection)
    day = publication.as_of.astimezone(ZoneInfo(publication.timezone)).date()
    metrics = metric_list(connection)
    judged = [metric.status or "no_data" for metric in metrics if metric.kind != "documented"]
    statuses = select(objective_progress.c.status).where(objective_progress.c.as_of_date == day)
    objectives = Counter(connection.scalars(statuses))
    documents = _documents(connection)
    return Stats(
        metrics=len(metrics),
        metrics_by_kind=dict(Counter(metric.kind for metric in metrics)),
        metrics_by_status=dict(Counter(judged)),
        metrics_by_tier={tier: count for (kind, tier), count in documents.items() if kind == "metric"},
        domains=sum(count for (kind, _), count in documents.items() if kind == "domain"),
        objectives=objectives.total(),
        objectives_by_status=dict(objectives),
        publications=publication_count(connection),
        trust=trust_of(publication, is_complete=True),
    )


def _documents(connection: Connection) -> dict[tuple[str, str], int]:
    """Documents that are not deleted, by kind and tier; only metrics have tiers."""
    table = catalog_documents
    tier = func.coalesce(table.c.content["tier"].astext, "none")
    statement = select(table.c.kind, tier, func.count()).where(~table.c.is_deleted)
    rows = connection.execute(statement.group_by(table.c.kind, tier).order_by(table.c.kind, tier))
    return {(kind, name): count for kind, name, count in rows}
