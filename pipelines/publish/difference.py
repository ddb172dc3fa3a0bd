"""What computed values change in the marts, worked out in DuckDB from the rows concerned.

Three sets of period ranges per (metric_id, grain) carry it: replaced, within target, within fetched.
Computed rows stand for everything in `replaced`. Rows in `target` may change, because what they are
compared with lies in `replaced`. Rows in `fetched` are all that the target needs to know.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
from sqlalchemy import text

from pipelines.calendar import steps
from pipelines.calendar.ranges import END, Range, union
from pipelines.publish.rules import StatusRule
from pipelines.publish.scope import Key, as_table, context, dependents, replaced_ranges, within
from pipelines.publish.slices import SERIES, follow_slices, write_slices
from pipelines.publish.transfer import Exchange, duckdb_types
from schemas.rounding import less_sql, same_sql
from schemas.tables import metric_values

COLUMNS = tuple(column.name for column in metric_values.columns if column.name != "publication_id")
_KEY = (*SERIES, "period_start")
_DELIVERED = ("period_end", "is_complete", "value", "numerator", "denominator", "sample_count", "is_carried")
_FLOATS = {"value", "numerator", "denominator", "previous_value", "change_pct", "baseline_value"}
# nothing where the numbers are the same but for rounding; none where it is beyond doubles
_CHANGE = f"""
    case when {same_sql("a.value", "a.previous_value")} and a.previous_value <> 0 then 0
         when isfinite(100 * (a.value - a.previous_value) / nullif(abs(a.previous_value), 0))
         then 100 * (a.value - a.previous_value) / nullif(abs(a.previous_value), 0) end"""
# the version alone may rise by a reworded description; the hash tells whether the arithmetic changed
_COMPARED = [name for name in COLUMNS if name not in {*_KEY, "definition_version"}]

_INSTANT = pa.timestamp("us", tz="UTC")
_RULES = pa.schema(
    [
        ("metric_id", pa.string()),
        ("grain", pa.string()),
        ("baseline_number", pa.float64()),
        ("is_previous", pa.bool_()),
        ("step", pa.string()),
        ("sign", pa.float64()),
        ("warning", pa.float64()),
        ("critical", pa.float64()),
        ("definition_version", pa.string()),
        ("definition_hash", pa.string()),
    ]
)
_CALENDAR = pa.schema(
    [("step", pa.string()), ("grain", pa.string()), ("period_start", _INSTANT), ("baseline_start", _INSTANT)]
)


@dataclass(frozen=True)
class ComputedRows:
    """Computed rows and what they stand for.

    values: Parquet file with metric_id, grain, slice, period_start, period_end (instants), is_complete,
        value, numerator, denominator, sample_count, is_carried; dense per slice within `ranges`.
    ranges: per (metric_id, grain), half-open UTC ranges of period starts that the rows replace.
    full: metrics whose every published row they replace.
    """

    values: Path
    ranges: Mapping[Key, Sequence[Range]]
    full: Collection[str] = ()


@dataclass(frozen=True)
class Changes:
    """How many rows were delivered, and are new, changed and gone; how many slices begin elsewhere."""

    computed: int
    inserted: int
    changed: int
    removed: int
    slices: int

    @property
    def values_changed(self) -> int:
        """Rows of the marts that the publication touches."""
        return self.inserted + self.changed + self.removed


class Difference:
    """Compares computed rows with the marts within the running transaction; `write` then makes it so."""

    def __init__(self, exchange: Exchange, rules: Mapping[Key, StatusRule], zone: ZoneInfo) -> None:
        self._exchange = exchange
        self._rules = rules
        self._zone = zone

    def compute(self, computed: ComputedRows) -> Changes:
        """Leave the tables `fresh` (rows to write), `gone` (rows that no longer stand) and `slice_next`."""
        published = self._exchange.connection.execute(
            text("select distinct metric_id, grain from marts.metric_slices")
        )
        replaced = replaced_ranges(
            computed.ranges,
            computed.full,
            [(row.metric_id, row.grain) for row in published],
            self._rules,
        )
        self._load(computed.values, replaced)
        moved = follow_slices(self._exchange)
        target = {
            key: union(
                [
                    *dependents(ranges, self._rules.get(key), self._zone),
                    *((low, self._next(key, high)) for low, high in moved.get(key, ())),
                ]
            )
            for key, ranges in replaced.items()
        }
        self._fetch(target)
        self._merge()
        self._judge()
        self._compare()
        return self._count()

    def write(self, changes: Changes, publication_id: int) -> None:
        """Move rows that no longer stand to the revisions, and append the new ones."""
        if changes.changed or changes.removed:
            self._retire(publication_id)
        if changes.inserted or changes.changed:
            self._exchange.append(
                "marts.metric_values",
                f"select {_list('', COLUMNS)}, {publication_id} from fresh order by {_list('', _KEY)}",
                [*COLUMNS, "publication_id"],
            )
        if changes.slices:
            write_slices(self._exchange)

    def _load(self, values: Path, replaced: Mapping[Key, Sequence[Range]]) -> None:
        """Make `replaced`, `rule` and `incoming`."""
        self._exchange.load("replaced", as_table(replaced))
        self._exchange.send("scope_replaced", "select * from replaced")
        rules = [_rule_row(rule) for rule in self._rules.values()]
        self._exchange.load("rule", pa.Table.from_pylist(rules, schema=_RULES))
        self._exchange.keep(
            "incoming",
            f"select {_list('d', (*_KEY, *_DELIVERED))}, r.definition_version, r.definition_hash "
            f"from read_parquet(?) d join rule r using (metric_id, grain) where {within('replaced', 'd')}",
            [str(values)],
        )

    def _next(self, key: Key, first: datetime | None) -> datetime:
        """End of the period with which a slice now begins: it has nothing before it any more."""
        rule = self._rules.get(key)
        if first is None or rule is None:
            return END
        return steps.shift(first, rule.grain, 1, self._zone)

    def _fetch(self, target: Mapping[Key, Sequence[Range]]) -> None:
        """Make `old`: the published rows that matter, and in which of the sets they lie."""
        fetched = {
            key: union(context(ranges, self._rules.get(key), self._zone)) for key, ranges in target.items()
        }
        self._exchange.load("target", as_table(target))
        self._exchange.load("fetched", as_table(fetched))
        self._exchange.send("scope_fetched", "select * from fetched")
        # by way of the slices, so that the primary key finds every range
        self._exchange.fetch(
            "published",
            f"select {_list('v', COLUMNS)} from scope_fetched r "
            "join marts.metric_slices s on (s.metric_id, s.grain) = (r.metric_id, r.grain) "
            "join marts.metric_values v on (v.metric_id, v.grain, v.slice) = (s.metric_id, s.grain, s.slice) "
            "and v.period_start >= r.low and v.period_start < r.high",
            duckdb_types(metric_values, COLUMNS),
        )
        self._exchange.keep(
            "old",
            f"select p.*, {within('target', 'p')} as is_target, {within('replaced', 'p')} as is_replaced "
            "from published p",
        )
        self._exchange.drop("published")

    def _merge(self) -> None:
        """Make `merged`: how the concerned series look from now on."""
        columns = (*_KEY, *_DELIVERED, "definition_version", "definition_hash")
        self._exchange.keep(
            "merged",
            f"select {_list('i', columns)}, true as is_target from incoming i "
            "join slice_next s using (metric_id, grain, slice) where i.period_start >= s.first_period_start "
            f"union all select {_list('o', columns)}, o.is_target from old o "
            "join slice_next s using (metric_id, grain, slice) "
            "where not o.is_replaced and o.period_start >= s.first_period_start",
        )

    def _judge(self) -> None:
        """Make `final`: the target rows with what they are compared with, and their status."""
        self._exchange.load("calendar", self._calendar())
        self._exchange.keep(
            "final",
            f"""
            with aligned as (
                select *, lag(value) over series as previous_value
                from merged
                window series as (partition by {_list("", SERIES)} order by period_start)
            )
            select {_list("a", (*_KEY, *_DELIVERED))},
                   case when a.value is null then 'no_data'
                        when {less_sql("r.sign * a.value", "r.sign * r.critical")} then 'critical'
                        when {less_sql("r.sign * a.value", "r.sign * r.warning")} then 'warning'
                        else 'ok' end as status,
                   a.previous_value,
                   {_CHANGE} as change_pct,
                   case when r.is_previous then a.previous_value
                        when r.step is null then r.baseline_number else b.value end as baseline_value,
                   a.definition_version, a.definition_hash
            from aligned a
            join rule r using (metric_id, grain)
            left join calendar c on c.step = r.step and c.grain = a.grain and c.period_start = a.period_start
            left join merged b on b.metric_id = a.metric_id and b.grain = a.grain and b.slice = a.slice
                               and b.period_start = c.baseline_start
            where a.is_target
            """,
        )
        self._exchange.drop("merged")

    def _calendar(self) -> pa.Table:
        """The period that each period start is compared with, per step in use."""
        rows = []
        for unit, count in sorted(
            {rule.baseline.step for rule in self._rules.values() if rule.baseline.step}
        ):
            name = f"{count} {unit}"
            starts = self._exchange.duck.execute(
                "select distinct grain, period_start from merged join rule using (metric_id, grain) "
                "where step = ? and is_target",
                [name],
            ).fetchall()
            for grain, start in starts:
                earlier = steps.counterpart(start, grain, unit, -count, self._zone)
                rows.append({"step": name, "grain": grain, "period_start": start, "baseline_start": earlier})
        return pa.Table.from_pylist(rows, schema=_CALENDAR)

    def _compare(self) -> None:
        """Make `fresh` and `gone`."""
        same_key = " and ".join(f"f.{name} = o.{name}" for name in _KEY)
        differs = " or ".join(_differs(name) for name in _COMPARED)
        self._exchange.keep(
            "fresh",
            f"select f.*, o.metric_id is not null as is_change from final f left join old o on {same_key} "
            f"where o.metric_id is null or {differs}",
        )
        self._exchange.keep(
            "gone",
            f"select {_list('o', _KEY)} from old o where o.is_target "
            f"and (exists (select 1 from fresh f where {same_key}) "
            f"or not exists (select 1 from final f where {same_key}))",
        )

    def _count(self) -> Changes:
        computed, inserted, changed, gone, slices = self._exchange.row(
            """
            select (select count(*) from incoming),
                   (select count(*) from fresh where not is_change),
                   (select count(*) from fresh where is_change),
                   (select count(*) from gone),
                   (select count(*) from slice_next where previously is distinct from first_period_start)
            """
        )
        return Changes(computed, inserted, changed, gone - changed, slices)

    def _retire(self, publication_id: int) -> None:
        self._exchange.send("gone", "select * from gone")
        columns = _list("", (*COLUMNS, "publication_id"))
        same_key = " and ".join(f"v.{name} = g.{name}" for name in _KEY)
        self._exchange.connection.execute(
            text(
                f"with retired as (delete from marts.metric_values v using gone g where {same_key} "
                f"returning {_list('v', (*COLUMNS, 'publication_id'))}) "
                f"insert into marts.metric_value_revisions ({columns}, superseded_by) "
                f"select {columns}, :publication_id from retired"
            ),
            {"publication_id": publication_id},
        )


def _rule_row(rule: StatusRule) -> dict[str, object]:
    step = rule.baseline.step
    return {
        "metric_id": rule.metric_id,
        "grain": rule.grain,
        "baseline_number": rule.baseline.number,
        "is_previous": rule.baseline.is_previous,
        "step": f"{step[1]} {step[0]}" if step else None,
        "sign": rule.thresholds.sign,
        "warning": rule.thresholds.warning,
        "critical": rule.thresholds.critical,
        "definition_version": rule.definition_version,
        "definition_hash": rule.definition_hash,
    }


def _list(alias: str, columns: Iterable[str]) -> str:
    prefix = f"{alias}." if alias else ""
    return ", ".join(f"{prefix}{column}" for column in columns)


def _differs(name: str) -> str:
    if name not in _FLOATS:
        return f"f.{name} is distinct from o.{name}"
    # a change of nearly nothing is all noise: it is judged by the values that it is a percentage of
    size = "100" if name == "change_pct" else "0"
    return f"(f.{name} is null) <> (o.{name} is null) or not {same_sql(f'f.{name}', f'o.{name}', size)}"
