"""Whose rows a reader may see: those of sources that stand behind nothing but metrics that he may read."""

from sqlalchemy import Connection, select

from schemas.identity.readers import Reader
from schemas.tables import published_metrics


def seen_sources(connection: Connection, reader: Reader) -> frozenset[str] | None:
    """Sources whose rows may be shown; None is all. Of a source that no published metric reads nothing is known yet.

    One statement, none for a reader who may see all.
    """
    if reader.sees_all:
        return None
    seen: set[str] = set()
    hidden: set[str] = set()
    statement = select(published_metrics.c.metric_id, published_metrics.c.sources)
    for metric_id, sources in connection.execute(statement):
        (seen if reader.sees(metric_id) else hidden).update(sources)
    return frozenset(seen - hidden)
