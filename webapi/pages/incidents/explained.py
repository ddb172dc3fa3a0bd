"""The numbers that explain an incident: its evidence as rows that people read, whatever kind of subject it is of."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from reports.cells import Cell, Change, Figure, Share, Status, Table
from webapi.pages.incidents.subjects import words

# in the order in which they explain; JSON in PostgreSQL keeps none
_FIRST = (
    *("name", "value", "status", "previous_value", "change_pct", "expected_value", "baseline_value"),
    *("target_value", "thresholds", "current_value", "progress", "expected_progress", "projected_value"),
    *("projected_progress", "z_score", "sample_count", "period_start", "period_end", "as_of_date"),
    *("condition", "critical_condition", "for_periods", "minutes_since_data", "data_through"),
)
_RANKS = {name: rank for rank, name in enumerate(_FIRST)}
_NAMES = {
    "change_pct": "change",
    "thresholds warning": "warning threshold",
    "thresholds critical": "critical threshold",
}
_OF_UNIT = frozenset(name for name in _FIRST if name == "value" or name.endswith("_value"))
_OF_UNIT_IN_LISTS = frozenset(("value", "previous", "previous_value", "contribution"))
_OF_THRESHOLDS = frozenset(("warning", "critical"))
_SHARES = frozenset(("progress", "expected_progress", "projected_progress", "raw_progress", "coverage"))
_OF_DAY = frozenset(("as_of_date", "start_date", "end_date"))
# said elsewhere on the page, or of no use to people
_LEFT_OUT = frozenset(("unit", "contributions_period_start", "backfill"))
_MOST = 100


def facts_table(evidence: Mapping[str, Any]) -> Table:
    """What is a single word, number or moment, by name."""
    rows = [
        {"name": words(_NAMES.get(name, name)), "value": cell}
        for name, cell in _facts(evidence, evidence.get("unit"))
    ]
    return Table("evidence", "The numbers that explain it", {"name": "What", "value": "Value"}, rows)


def list_tables(evidence: Mapping[str, Any]) -> list[Table]:
    """What are lists: contributions of slices, refused files, events that are late."""
    unit = evidence.get("unit")
    return [
        _list_table(name, value, unit)
        for name, value in evidence.items()
        if isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value)
    ]


def _facts(evidence: Mapping[str, Any], unit: Any, above: str = "") -> Iterator[tuple[str, Cell]]:
    ranked = sorted(evidence.items(), key=lambda one: _RANKS.get(one[0], len(_RANKS)))
    for name, value in ranked:
        if value is None or name in _LEFT_OUT:
            continue
        if isinstance(value, Mapping):
            yield from _facts(value, unit, f"{name} ")
        elif isinstance(value, list):
            if value and not isinstance(value[0], Mapping):
                yield f"{above}{name}", ", ".join(map(str, value[:_MOST]))
        else:
            is_of_unit = name in (_OF_THRESHOLDS if above == "thresholds " else _OF_UNIT)
            yield f"{above}{name}", _cell(name, value, unit if is_of_unit else None)


def _cell(name: str, value: Any, unit: Any) -> Cell:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _number(name, float(value), str(unit) if unit else None)
    text = str(value)
    if name == "status":
        return Status(text)
    if name in _OF_DAY:
        return _parsed(date, text)
    return _parsed(datetime, text) if name.endswith(("_at", "_start", "_end", "_through")) else text


def _number(name: str, value: float, unit: str | None) -> Cell:
    if name == "change_pct":
        return Change(value)
    return Share(value) if name in _SHARES else Figure(value, unit)


def _parsed(kind: type[date], text: str) -> Cell:
    try:
        return kind.fromisoformat(text)
    except ValueError:
        return text


def _list_table(name: str, items: Sequence[Mapping[str, Any]], unit: Any) -> Table:
    keys = list(dict.fromkeys(key for each in items[:_MOST] for key in each))
    rows = [
        {key: None if each.get(key) is None else _listed(key, each[key], unit) for key in keys}
        for each in items[:_MOST]
    ]
    numeric = frozenset(key for key in keys if any(isinstance(row[key], Figure) for row in rows))
    return Table(name.replace("_", "-"), words(name), {key: words(key) for key in keys}, rows, numeric)


def _listed(key: str, value: Any, unit: Any) -> Cell:
    if key == "path":
        return str(value)
    return _cell(key, value, unit if key in _OF_UNIT_IN_LISTS else None)
