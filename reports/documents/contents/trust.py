"""Why the numbers of a report should not be trusted."""

from collections.abc import Collection

from reports.documents.contents.basis import Basis
from reports.models import Trust
from reports.operations.doubts import doubts
from reports.publications import standing_publication, trust_of


def trust_in(basis: Basis, sources: Collection[str]) -> Trust:
    """What the publication says of the scope."""
    scope = basis.scope
    return trust_of(
        basis.publication,
        basis.reader,
        is_complete=basis.window[1] <= basis.publication.as_of,
        sources=() if scope.is_all else sources,
        metrics=() if scope.is_all else scope.metrics,
    )


def doubts_of(basis: Basis, trust: Trust) -> tuple[str, ...]:
    """Reasons, the gravest first. Six statements at most.

    What is known beside the publication (open incidents of the data, sources that were late when the period ended,
    definitions changed since) is told while no other publication has followed: it is of the present, and says nothing
    of what stood before.
    """
    found = []
    if not trust.is_complete:
        found.append(f"the {basis.period.grain} was not over when these numbers were published")
    if trust.data_through is None:
        found.append("there were no data when these numbers were published")
    found += trust.deliveries.refusals if trust.deliveries else []
    found += [f"{basis.name_of(each)} is held back: {why}" for each, why in sorted(trust.held_back.items())]
    newest = standing_publication(basis.connection)
    if newest.publication_id == basis.publication.publication_id:
        moment = min(basis.window[1], newest.as_of)
        metrics = None if basis.scope.is_all else basis.scope.metrics
        found += [each.text for each in doubts(basis.connection, moment, metrics)]
    return tuple(dict.fromkeys(found))
