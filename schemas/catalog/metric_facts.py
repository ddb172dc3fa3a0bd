"""What the stored catalog says of its metrics, as far as lists of them show it: small, and all of them at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Text, column, func, select, true
from sqlalchemy.dialects.postgresql import JSONB

from schemas.documents.belonging import Domains
from schemas.documents.documents import Domain
from schemas.tables import catalog_documents

_CERTIFIED = "certified"
_OF_GOVERNANCE = ("owner_team", "status", "data_classification")
# read at once: each `->` alone would unpack the whole document again, and take five times as long
_RECORD = (
    func.jsonb_to_record(catalog_documents.c.content)
    .table_valued(
        *(column(name, Text()) for name in ("name", "description", "business_domain", "tier")),
        *(column(name, JSONB()) for name in ("tags", "governance", "key_metrics")),
        name="said",
    )
    .render_derived(with_types=True)
    .lateral()
)


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
    table, said = catalog_documents.c, _RECORD.c
    statement = (
        select(
            table.kind,
            table.document_id,
            said.name,
            said.description,
            said.business_domain,
            said.tier,
            said.tags,
            said.key_metrics,
            *(said.governance[name].astext.label(name) for name in _OF_GOVERNANCE),
        )
        .select_from(catalog_documents.join(_RECORD, true()))
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
    return MetricFacts(
        metric_id=row.document_id,
        name=row.name,
        description=row.description or "",
        domains={each: names[each] for each in domains.of_metric(row.document_id, row.business_domain)},
        owner_team=row.owner_team,
        tier=row.tier,
        tags=tuple(row.tags or ()),
        status=row.status,
        classification=row.data_classification,
    )
