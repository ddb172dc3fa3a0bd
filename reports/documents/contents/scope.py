"""What a report is about: the domains, objectives and metrics that its scope means in a catalog; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.documents.belonging import domains_of
from schemas.documents.documents import Catalog, ReportScope


@dataclass(frozen=True)
class ReportedScope:
    """Ids of what is in a report, those of the catalog in its order; `named` are metrics that the scope itself names.

    is_all: nothing is left out. unknown: what the scope names and the catalog has not.
    """

    domains: tuple[str, ...]
    objectives: tuple[str, ...]
    metrics: tuple[str, ...]
    named: tuple[str, ...]
    is_all: bool
    unknown: tuple[str, ...] = ()


def scope_of(stated: ReportScope, catalog: Catalog) -> ReportedScope:
    """A domain brings its objectives and metrics; an objective brings what its key results say; nothing means all."""
    known = domains_of(catalog)
    if not (stated.domains or stated.objectives or stated.metrics):
        return ReportedScope(
            tuple(catalog.domains), tuple(catalog.objectives), tuple(catalog.metrics), (), is_all=True
        )
    domains = {each for said in stated.domains if (each := known.named(said)) is not None}
    objectives = {
        each.objective_id
        for each in catalog.objectives.values()
        if known.of_objective(each.objective_id, each.business_domain) in domains
    }
    metrics = {
        each.metric_id
        for each in catalog.metrics.values()
        if not domains.isdisjoint(known.of_metric(each.metric_id, each.business_domain))
    }
    lost = [
        *(said for said in stated.domains if known.named(said) is None),
        *(each for each in stated.objectives if each not in catalog.objectives),
        *(each for each in stated.metrics if each not in catalog.metrics),
    ]
    return ReportedScope(
        domains=_in_order(catalog.domains, domains),
        objectives=_in_order(catalog.objectives, {*objectives, *stated.objectives}),
        metrics=_in_order(catalog.metrics, {*metrics, *stated.metrics}),
        named=tuple(each for each in dict.fromkeys(stated.metrics) if each in catalog.metrics),
        is_all=False,
        unknown=tuple(lost),
    )


def _in_order(known: Iterable[str], wanted: set[str]) -> tuple[str, ...]:
    return tuple(each for each in known if each in wanted)
