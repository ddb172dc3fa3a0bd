"""What the catalog asks of rows, as rules: one per column, however many metrics stand behind it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from schemas.documents.documents import Catalog, Source
from schemas.formula.compile import compile_catalog

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
# clocks of those who send events may run ahead of ours by as much
TOLERANCE = timedelta(minutes=5)
_LAST_YEARS = re.compile(r"\+?(9999|[0-9]{5,})-[0-9]{1,2}-[0-9]{1,2}(?!.*BC)")

Row = Mapping[str, Any]
Kind = Literal["null", "not_null", "between", "equal"]
_EXPECTATIONS: dict[Kind, str] = {
    "null": "expect_column_values_to_be_null",
    "not_null": "expect_column_values_to_not_be_null",
    "between": "expect_column_values_to_be_between",
    "equal": "expect_column_pair_values_to_be_equal",
}


@dataclass(frozen=True)
class RowRule:
    """One expectation on checked rows, and how to say to a person that a row fails it.

    `kind` null and not_null look at `column`; between compares it with `low` and `high`, inclusive; equal compares
    it with `other`. A rule that is not blocking is recorded and refuses no row.
    """

    kind: Kind
    column: str
    reason: Callable[[Row], str]
    other: str = ""
    low: float | datetime | None = None
    high: float | datetime | None = None
    is_blocking: bool = True

    @property
    def expectation(self) -> str:
        """Great Expectations' name of the rule."""
        return _EXPECTATIONS[self.kind]

    @property
    def kwargs(self) -> dict[str, Any]:
        """The expectation's arguments."""
        if self.kind == "equal":
            pair = {"column_A": self.column, "column_B": self.other}
            return {**pair, "ignore_row_if": "both_values_are_missing"}
        if self.kind == "between":
            return {"column": self.column, "min_value": _bound(self.low), "max_value": _bound(self.high)}
        return {"column": self.column}


def _bound(value: float | datetime | None) -> float | str | None:
    return value.isoformat() if isinstance(value, datetime) else value


@dataclass(frozen=True)
class DimensionRule:
    """What the metrics of an event ask of one dimension, taken together.

    Required where any metric requires it. Allowed is what any metric that lists values allows: a row that one
    metric has no use for may be another's.
    """

    event: str
    dimension: str
    is_required: bool = False
    allowed: frozenset[str] = field(default_factory=frozenset)


def dimension_rules(catalog: Catalog) -> list[DimensionRule]:
    """One rule per event and dimension of the catalog that anything is asked of."""
    compilation = compile_catalog(catalog)
    required: set[tuple[str, str]] = set()
    allowed: dict[tuple[str, str], set[str]] = {}
    for metric_id, compiled in compilation.metrics.items():
        for dimension in catalog.metrics[metric_id].dimensions:
            for event in compiled.events:
                if dimension.required:
                    required.add((event, dimension.name))
                if dimension.allowed_values:
                    texts = {_text(value) for value in dimension.allowed_values}
                    allowed.setdefault((event, dimension.name), set()).update(texts)
    return [
        DimensionRule(event, name, (event, name) in required, frozenset(allowed.get((event, name), ())))
        for event, name in sorted(required | set(allowed))
    ]


def _text(value: object) -> str:
    """A value as the lake writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def row_rules(source: Source, dimensions: list[DimensionRule], now: datetime) -> list[RowRule]:
    """Every rule on rows of a source. `now` is the real time: nothing has happened later than just after it."""
    return [
        RowRule("null", "malformed", lambda row: str(row["malformed"])),
        *_event_rules(source),
        *_time_rules(source, now),
        *(rule for name, column in source.fields.items() for rule in _field_rules(source, name, column)),
        *_dimension_rules(source, dimensions),
        *_key_rules(source),
    ]


def _event_rules(source: Source) -> list[RowRule]:
    def unnamed(row: Row) -> str:
        if row["unread_event"] is not None:
            return f"{source.event_column}: the name of the event is too long"
        return f"{source.event_column}: no event is named"

    return [RowRule("not_null", "event", unnamed)] if source.event_column else []


def _time_rules(source: Source, now: datetime) -> list[RowRule]:
    column = source.timestamp.column
    latest = now + TOLERANCE

    def outside(row: Row) -> str:
        moment = row["occurred_at"]
        return f"{column}: {moment:%Y-%m-%d %H:%M:%S} UTC is {'in the future' if moment > now else 'before 1900'}"

    def unread(row: Row) -> str:
        given = str(row["unread_occurred_at"])
        if _LAST_YEARS.match(given):
            return f"{column}: {given!r} is in the future"
        return f"{column}: no time in {given!r}"

    return [
        RowRule("null", "unread_occurred_at", unread),
        RowRule("not_null", "occurred_at", lambda _: f"{column}: no time"),
        RowRule("between", "occurred_at", outside, low=EARLIEST, high=latest),
    ]


def _field_rules(source: Source, name: str, column: str) -> list[RowRule]:
    value, unread = f"field_{name}", f"unread_field_{name}"
    rules = [RowRule("null", unread, lambda row: f"{column}: {row[unread]!r} is no finite number")]
    bounds = source.ranges.get(name)
    if bounds and (bounds.min is not None or bounds.max is not None):
        low = "" if bounds.min is None else f" from {bounds.min:g}"
        high = "" if bounds.max is None else f" to {bounds.max:g}"

        def outside(row: Row) -> str:
            return f"{column}: {row[value]:g} is outside the range{low}{high}"

        rules.append(RowRule("between", value, outside, low=bounds.min, high=bounds.max))
    return rules


def _dimension_rules(source: Source, dimensions: list[DimensionRule]) -> list[RowRule]:
    rules = []
    for name in ruled_dimensions(source, dimensions):
        column, stored = source.dimensions[name], f"dim_{name}"

        def missing(_row: Row, column: str = column) -> str:
            return f"{column}: a value is required"

        def refused(row: Row, column: str = column, stored: str = stored) -> str:
            return f"{column}: {row[stored]!r} is not an allowed value"

        rules.append(RowRule("not_null", f"required_{name}", missing))
        rules.append(RowRule("equal", stored, refused, other=f"allowed_{name}"))
    return rules


def ruled_dimensions(source: Source, dimensions: list[DimensionRule]) -> list[str]:
    """The source's dimensions that something is asked of, for any event that it may deliver."""
    named = {rule.dimension for rule in dimensions if source.event in (None, rule.event)}
    return [name for name in source.dimensions if name in named]


def _key_rules(source: Source) -> list[RowRule]:
    if not source.unique_key:
        return []
    columns = ", ".join(source.unique_key)
    return [
        RowRule("not_null", "unique_key", lambda _: f"{columns}: the unique key is not complete"),
        # a later row of the same key replaces the earlier: worth knowing, nothing to refuse
        RowRule("equal", "row_number", lambda _: "", other="latest_row_number", is_blocking=False),
    ]


def file_rules(source: Source) -> list[RowRule]:
    """The rules on a file as a whole: its number of rows."""
    expected = source.expected_rows
    if expected.min is None and expected.max is None:
        return []
    return [RowRule("between", "row_count", lambda _: "", low=expected.min, high=expected.max)]
