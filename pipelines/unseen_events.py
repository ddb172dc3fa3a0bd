"""Metrics that are computed from events of which no row has ever come, told from what the lake holds."""

from collections.abc import Collection

from schemas.documents.documents import Catalog
from schemas.formula.compiled import Compilation
from schemas.formula.names import collect_names, suggestion


def unseen_events(compilation: Compilation, catalog: Catalog, seen: Collection[str]) -> dict[str, str]:
    """By metric: which events it waits for, and what was perhaps meant among those seen.

    Only events that no source names: where a source reads the event's name from a column any name may come, so that
    a slip in a formula is not found otherwise.
    """
    expected = {*collect_names(catalog).events, *seen}
    known = sorted(seen)
    said: dict[str, str] = {}
    for metric_id, compiled in compilation.metrics.items():
        missing = sorted(compiled.events - expected) if metric_id not in compilation.observed else []
        if missing:
            reasons = [
                f"no row of the event {name!r} has come yet{suggestion(name, known)}" for name in missing
            ]
            said[metric_id] = "; ".join(reasons)
    return said
