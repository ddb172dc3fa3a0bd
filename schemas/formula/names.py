"""What the names of a formula can mean: events with their columns, and metrics by their short names."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlglot import exp

from core.suggestions import near
from schemas.documents.documents import Catalog, Source

FIELD_PREFIX = "field_"
DIMENSION_PREFIX = "dim_"
VALUE = "value"


@dataclass(frozen=True)
class Event:
    """One event with the numeric fields and the dimensions that its sources map."""

    name: str
    fields: frozenset[str]
    dimensions: frozenset[str]

    def column(self, name: str) -> exp.Column | None:
        """The lake's column of a field, else of a dimension; None where no source maps the name."""
        if name in self.fields:
            return exp.column(FIELD_PREFIX + name, quoted=True)
        if name in self.dimensions:
            return exp.column(DIMENSION_PREFIX + name, quoted=True)
        return None

    @property
    def value(self) -> exp.Expr:
        """What the bare event means where a number is wanted: its `value` field, else 1 per row."""
        if VALUE not in self.fields:
            return exp.Literal.number(1)
        return exp.column(FIELD_PREFIX + VALUE, quoted=True)

    def unknown_column(self, name: str) -> str:
        """Say that no source maps the name, and which ones are mapped."""
        known = sorted(self.fields | self.dimensions)
        return f"event {self.name!r} has no field or dimension {name!r}{suggestion(name, known)}"


@dataclass(frozen=True)
class Names:
    """Everything outside a metric's own document that its formula may name."""

    events: dict[str, Event] = field(default_factory=dict)
    any_event: Event | None = None
    """Columns of the sources that read the event's name from a column, so that any name may come."""
    short_names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    metric_ids: frozenset[str] = frozenset()

    def event(self, name: str) -> Event | None:
        """The event of that name, or None where no source can deliver it."""
        known = self.events.get(name)
        if known is None and self.any_event is not None:
            return Event(name, self.any_event.fields, self.any_event.dimensions)
        return known

    def unknown(self, name: str, others: Iterable[str] = ()) -> str:
        """Say that the name means nothing, with what was perhaps meant: a column of that name comes first."""
        said = f"{name!r} is no event of any source, no measure and no metric's short name"
        columns = [
            f"{kind} {event.name}.{name}"
            for event in self.events.values()
            for kind, names in (("field", event.fields), ("dimension", event.dimensions))
            if name in names
        ]
        if columns:
            return f"{said}; did you mean the {' or the '.join(columns[:3])}?"
        choices = sorted({*self.events, *others, *(self.short_names if len(self.short_names) < 200 else ())})
        return said + suggestion(name, choices)


def suggestion(name: str, choices: list[str]) -> str:
    """Close matches of a name, else the first few choices, as the end of a sentence."""
    close = near(name, choices)
    if close:
        return f"; did you mean {' or '.join(map(repr, close))}?"
    if not choices:
        return "; there are none"
    return f"; there are {', '.join(choices[:8])}{', …' if len(choices) > 8 else ''}"


def collect_names(catalog: Catalog) -> Names:
    """Read the names that sources and metrics of a catalog declare."""
    sources = list(catalog.sources.values())
    anything = [source for source in sources if source.event_column]
    named = dict.fromkeys(source.event for source in sources if source.event)
    events = {
        name: _event(name, [source for source in sources if source.event == name or source in anything])
        for name in named
    }
    short_names: dict[str, tuple[str, ...]] = {}
    for metric in catalog.metrics.values():
        if metric.short_name:
            short_names[metric.short_name] = (*short_names.get(metric.short_name, ()), metric.metric_id)
    return Names(events, _event("", anything) if anything else None, short_names, frozenset(catalog.metrics))


def _event(name: str, sources: list[Source]) -> Event:
    return Event(
        name,
        frozenset(column for source in sources for column in source.fields),
        frozenset(column for source in sources for column in source.dimensions),
    )
