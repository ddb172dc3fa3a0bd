"""What the stored catalog says of who may read its metrics, small enough for every process to hold."""

from typing import Any

from sqlalchemy import Connection, select

from schemas.catalog.stored import catalog_version
from schemas.identity.readers import CatalogAccess, MetricAccess
from schemas.tables import catalog_documents


def read_access(connection: Connection) -> CatalogAccess:
    """Read it of all documents, those that were deleted included: their numbers may still stand. One statement."""
    table = catalog_documents.c
    columns = (table.content["governance"], table.content["key_results"])
    statement = select(table.kind, table.document_id, *columns).where(table.kind.in_(["metric", "objective"]))
    metrics: dict[str, MetricAccess] = {}
    key_results: dict[str, tuple[str, ...]] = {}
    objectives: dict[str, frozenset[str]] = {}
    for kind, document_id, governance, results in connection.execute(statement):
        if kind == "metric":
            metrics[document_id] = MetricAccess.of(governance or {})
            continue
        linked = {f"{document_id}/{each['kr_id']}": _metrics_of(each) for each in results or ()}
        key_results |= linked
        objectives[document_id] = frozenset().union(*linked.values())
    return CatalogAccess(metrics, key_results, objectives)


def read_versioned_access(connection: Connection) -> tuple[int, CatalogAccess]:
    """As `read_access`, with the version that says it: a snapshot's may be older than the newest known."""
    return catalog_version(connection), read_access(connection)


def _metrics_of(key_result: dict[str, Any]) -> tuple[str, ...]:
    return tuple(key_result.get("metric_ids") or ())
