"""What the stored catalog says of its metrics, as far as lists of them show it: small, and all of them at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from schemas.documents.belonging import Domains
from schemas.documents.documents import Domain
from schemas.tables import catalog_documents

_CERTIFIED = "certified"


@dataclass(frozen=True)
class MetricFacts:
    """What a metric's document says of it; `domains` are names by id, `status` is that of the definition."""

    metric_id: str
    name: str
    description: str = ""
    domains: Mapping[str, str] = field(default_factory=dict)
    owner_team: str | None = None
    tier: str | None = None
    tags: tuple[str, ...] = ()
    status: str | None = None
    classification: str | None = None

    @property
    def is_certified(self) -> bool:
        """Whether its owners stand for the definition."""
        return is_certified(self.status)


def is_certified(status: str | None) -> bool:
    """Whether the status of a definition says that its owners stand for it."""
    return (status or "").strip().casefold() == _CERTIFIED


def read_metric_facts(connection: Connection) -> dict[str, MetricFacts]:
    """Of every stored metric that is not deleted, by id. One statement."""
    table = catalog_documents.c
    content = table.content
    columns = {
        "name": content["name"].astext,
        "description": content["description"].astext,
        "said": content["business_domain"].astext,
        "tier": content["tier"].astext,
        "tags": content["tags"],
        "governance": content["governance"],
        "key_metrics": content["key_metrics"],
    }
    statement = (
        select(table.kind, table.document_id, *(column.label(name) for name, column in columns.items()))
        .where(table.kind.in_(("domain", "metric")), ~table.is_deleted)
        .order_by(table.document_id)
    )
    rows = connection.execute(statement).all()
    names = {row.document_id: row.name for row in rows if row.kind == "domain"}
    domains = Domains(
        Domain(domain_id=row.document_id, name=row.name, key_metrics=row.key_metrics or [])
        for row in rows
        if row.kind == "domain"
    )
    return {row.document_id: _facts(row, domains, names) for row in rows if row.kind == "metric"}


def _facts(row: Row[Any], domains: Domains, names: Mapping[str, str]) -> MetricFacts:
    governance = row.governance or {}
    return MetricFacts(
        metric_id=row.document_id,
        name=row.name,
        description=row.description or "",
        domains={each: names[each] for each in domains.of_metric(row.document_id, row.said)},
        owner_team=governance.get("owner_team"),
        tier=row.tier,
        tags=tuple(row.tags or ()),
        status=governance.get("status"),
        classification=governance.get("data_classification"),
    )
