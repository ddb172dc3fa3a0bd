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
    rows = connection.execute(select(published_metrics.c.metric_id, published_metrics.c.sources)).all()
    known = {source for row in rows for source in row.sources}
    return frozenset(known.difference(*(row.sources for row in rows if not reader.sees(row.metric_id))))
