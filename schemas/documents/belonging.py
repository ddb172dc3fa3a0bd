"""Which domain a document belongs to: the one answer for scores, lineage, lists, incidents and warnings."""

from collections.abc import Iterable

from schemas.documents.documents import Catalog, Domain


def folded(text: str) -> str:
    """The spelling by which ids and names of domains are compared: case and blanks around do not count."""
    return text.strip().casefold()


class Domains:
    """Domains by what documents call them.

    A text means the domain that has it for its id, else for its name, as written; else the same with case folded.
    Of several it is the one with the least id.
    """

    def __init__(self, domains: Iterable[Domain]) -> None:
        self._ordered = sorted(domains, key=lambda domain: domain.domain_id)
        self._exact: dict[str, str] = {}
        self._folded: dict[str, str] = {}
        self._listing: dict[str, list[str]] = {}
        for domain in self._ordered:
            for metric_id in domain.key_metrics:
                self._listing.setdefault(metric_id, []).append(domain.domain_id)
        for spelling in ("domain_id", "name"):
            for domain in self._ordered:
                text = getattr(domain, spelling)
                self._exact.setdefault(text, domain.domain_id)
                self._folded.setdefault(folded(text), domain.domain_id)

    def named(self, said: str | None) -> str | None:
        """Id of the domain that a text means."""
        if said is None:
            return None
        return self._exact.get(said) or self._folded.get(folded(said))

    def of_objective(self, objective_id: str, said: str | None) -> str | None:
        """Id of the domain that an objective names, else of the first that lists it."""
        listing = (one.domain_id for one in self._ordered if objective_id in one.objectives)
        return self.named(said) or next(listing, None)

    def of_metric(self, metric_id: str, said: str | None) -> list[str]:
        """Ids of the domain that a metric names and of those that list it among their key metrics."""
        own = self.named(said)
        return list(dict.fromkeys([*([] if own is None else [own]), *self._listing.get(metric_id, ())]))


def domains_of(catalog: Catalog) -> Domains:
    """The domains of a catalog."""
    return Domains(catalog.domains.values())
