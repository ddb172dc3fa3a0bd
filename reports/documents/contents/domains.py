"""Domains of a report, as scored on the day of its publication."""

from reports.cells import Cell, Figure, Share, Table
from reports.documents.contents.basis import Basis
from reports.documents.contents.names import link_to
from reports.documents.model import Section
from reports.scores.models import DomainStanding, Scorecard

_DOMAINS = {
    "domain": "Domain",
    "health": "Health",
    "coverage": "With data",
    "ok": "Well",
    "warning": "Warning",
    "critical": "Critical",
    "no_data": "No data",
    "metrics": "Metrics",
    "progress": "Progress of objectives",
}


def domain_section(basis: Basis, card: Scorecard) -> Section | None:
    """A row for each domain of the scope."""
    rows = [_domain_row(one) for one in card.domains if one.domain_id in basis.scope.domains]
    if not rows:
        return None
    caption = "Domains on the day of the publication"
    table = Table("domains", caption, _DOMAINS, rows, frozenset(_DOMAINS) - {"domain"})
    return Section("domains", "Domains", tables=[table])


def _domain_row(one: DomainStanding) -> dict[str, Cell]:
    return {
        "domain": link_to("domains", one.domain_id, one.name),
        "health": Figure(one.health),
        "coverage": Share(one.coverage),
        "ok": one.metrics_ok,
        "warning": one.metrics_warning,
        "critical": one.metrics_critical,
        "no_data": one.metrics_no_data,
        "metrics": one.metrics_count,
        "progress": Share(one.objective_progress),
    }
