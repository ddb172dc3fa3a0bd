"""Which published rows a publication may change, and which it needs to know, as ranges of period starts."""

from collections.abc import Collection, Mapping, Sequence
from zoneinfo import ZoneInfo

import pyarrow as pa

from pipelines.arrow_schemas import RANGES
from pipelines.calendar import steps
from pipelines.calendar.ranges import ALWAYS, Range, Ranges, union
from pipelines.publish.rules import StatusRule

Key = tuple[str, str]
"""metric_id, grain"""


def replaced_ranges(
    ranges: Mapping[Key, Sequence[Range]],
    full: Collection[str],
    published: Collection[Key],
    rules: Mapping[Key, StatusRule],
) -> dict[Key, Ranges]:
    """What delivered rows stand for: their ranges, and all of `full` metrics and of what left the catalog."""
    result = {key: union(merged) for key, merged in ranges.items() if key in rules}
    for key in [*published, *rules]:
        if key[0] in full or key not in rules:
            result[key] = (ALWAYS,)
    return result


def dependents(ranges: Sequence[Range], rule: StatusRule | None, zone: ZoneInfo) -> list[Range]:
    """Where the rows lie that are compared with rows in `ranges`; holds `ranges` too."""
    return _steps(ranges, rule, 1, zone)


def context(ranges: Sequence[Range], rule: StatusRule | None, zone: ZoneInfo) -> list[Range]:
    """Where the rows lie that rows in `ranges` are compared with; holds `ranges` too."""
    return _steps(ranges, rule, -1, zone)


def _steps(ranges: Sequence[Range], rule: StatusRule | None, direction: int, zone: ZoneInfo) -> list[Range]:
    if rule is None:
        return list(ranges)
    neighbours = steps.widen(ranges, rule.grain, direction, zone)
    joined = [(min(a, c), max(b, d)) for (a, b), (c, d) in zip(ranges, neighbours, strict=True)]
    if rule.baseline.step is not None:
        unit, count = rule.baseline.step
        joined += steps.widen(ranges, unit, direction * count, zone)
    return joined


def as_table(ranges: Mapping[Key, Sequence[Range]]) -> pa.Table:
    """One row per range."""
    rows = [
        {"metric_id": key[0], "grain": key[1], "low": low, "high": high}
        for key, merged in ranges.items()
        for low, high in merged
    ]
    return pa.Table.from_pylist(rows, schema=RANGES)


def within(ranges: str, alias: str, column: str = "period_start") -> str:
    """SQL condition that the row `alias` lies in the table of ranges."""
    return (
        f"exists (select 1 from {ranges} r where r.metric_id = {alias}.metric_id and r.grain = {alias}.grain "
        f"and {alias}.{column} >= r.low and {alias}.{column} < r.high)"
    )
