"""The two ways a formula fails: wrong (an error), or not computable (the metric is documented)."""

from core.errors import CatalogError


class FormulaError(CatalogError):
    """A formula that is wrong, forbidden or beyond the limits: its catalog is refused."""


class NotComputableError(CatalogError):
    """Text that no part of the catalog can compute; the metric is documented with this reason."""


class UnresolvedError(NotComputableError):
    """A formula with names that the catalog does not have, or that do not fit.

    `metric_refs` are the metrics that it reads all the same.
    """

    def __init__(self, message: str, metric_refs: tuple[str, ...]) -> None:
        super().__init__(message)
        self.metric_refs = metric_refs


class ForeignConstructError(FormulaError):
    """A construct of another language; an error only where `names` holds a measure of the metric's own document.

    `names` are the identifiers of the text as (event or "", name).
    """

    def __init__(self, message: str, names: frozenset[tuple[str, str]]) -> None:
        super().__init__(message)
        self.names = names
