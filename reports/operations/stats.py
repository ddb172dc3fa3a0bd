"""How much there is, and how it stands: counts over the catalog and the newest publication."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from reports.metrics import metric_list
from reports.operations.models import Stats
from reports.publications import RESTRICTED, publication_count, standing_publication, trust_of
from schemas.identity.readers import Reader
from schemas.tables import catalog_documents, key_result_progress, objective_progress


def stats(connection: Connection, reader: Reader) -> Stats:
    """Counts of metrics, domains, objectives, reports and publications. Six statements.

    What the reader may not see counts as restricted instead of by its status. Documented metrics have no status and are
    not counted by it. Tiers and domains are the catalog's as it stands now.

    Raises:
        NothingPublishedError: there is no publication.
    """
    publication = standing_publication(connection)
    day = publication.as_of.astimezone(ZoneInfo(publication.timezone)).date()
    metrics = metric_list(connection, reader)
    judged = [
        RESTRICTED if metric.restricted else metric.status or "no_data"
        for metric in metrics
        if metric.kind != "documented"
    ]
    objectives = Counter(_objectives(connection, day, reader))
    documents = _documents(connection)
    return Stats(
        metrics=len(metrics),
        metrics_by_kind=dict(Counter(metric.kind for metric in metrics)),
        metrics_by_status=dict(Counter(judged)),
        metrics_by_tier={tier: count for (kind, tier), count in documents.items() if kind == "metric"},
        domains=_count_of("domain", documents),
        objectives=objectives.total(),
        objectives_by_status=dict(objectives),
        reports=_count_of("report", documents),
        publications=publication_count(connection),
        trust=trust_of(publication, reader, is_complete=True),
    )


def _objectives(connection: Connection, day: date, reader: Reader) -> Iterator[str]:
    """The status of each, or that it is restricted, as the scorecard says it. One statement."""
    scored, results = objective_progress.c, key_result_progress.c
    of_day = (results.as_of_date == scored.as_of_date) & (results.objective_id == scored.objective_id)
    metrics = select(func.array_agg(results.metric_id)).where(of_day).scalar_subquery()
    statement = select(scored.objective_id, scored.status, metrics).where(scored.as_of_date == day)
    for objective_id, status, metric_ids in connection.execute(statement):
        is_seen = reader.sees_objective(objective_id) and all(
            reader.sees(each) for each in metric_ids or () if each is not None
        )
        yield status if is_seen else RESTRICTED


def _count_of(wanted: str, documents: Mapping[tuple[str, str], int]) -> int:
    return sum(count for (kind, _), count in documents.items() if kind == wanted)


def _documents(connection: Connection) -> dict[tuple[str, str], int]:
    """Documents that are not deleted, by kind and tier; only metrics have tiers."""
    table = catalog_documents
    tier = func.coalesce(table.c.content["tier"].astext, "none")
    statement = select(table.c.kind, tier, func.count()).where(~table.c.is_deleted)
    rows = connection.execute(statement.group_by(table.c.kind, tier).order_by(table.c.kind, tier))
    return {(kind, name): count for kind, name, count in rows}
