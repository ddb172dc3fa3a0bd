"""What a delivery of computed values changes in the marts; worked out in DuckDB from exactly the rows concerned.

Three sets of period ranges per (metric_id, grain) carry it:
replaced ⊂ target ⊂ fetched. Delivered rows stand for everything in `replaced`. Rows in `target` may change,
because a row they are compared with lies in `replaced`. Rows in `fetched` are all that the target needs to know.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
from sqlalchemy import Connection, text

from pipelines.publish import periods, transfer
from pipelines.publish.periods import Range
from pipelines.publish.rules import Rule
from schemas.tables import metric_slices, metric_values

Key = tuple[str, str]
"""metric_id, grain"""

SERIES = ("metric_id", "grain", "slice")
COLUMNS = tuple(column.name for column in metric_values.columns if column.name != "publication_id")
_KEY = (*SERIES, "period_start")
_DELIVERED = ("period_end", "is_complete", "value", "numerator", "denominator", "sample_count", "is_carried")
_FLOATS = {"value", "numerator", "denominator", "previous_value", "change_pct", "baseline_value"}
# sums of doubles depend in their last digits on the order of the rows; that is no change of a number
_TOLERANCE = "1e-12"
# the version alone may rise by a reworded description; the hash tells whether the arithmetic changed
_COMPARED = [name for name in COLUMNS if name not in {*_KEY, "definition_version"}]

_RANGES = pa.schema(
    [
        ("metric_id", pa.string()),
        ("grain", pa.string()),
        ("low", pa.timestamp("us", tz="UTC")),
        ("high", pa.timestamp("us", tz="UTC")),
    ]
)
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


@dataclass(frozen=True)
class Changes:
    """How many rows are new, changed and gone, and how many were compared."""

    inserted: int
    changed: int
    removed: int
    computed: int
    slices: int

    @property
    def values_changed(self) -> int:
        """Rows of the marts that the publication touches."""
        return self.inserted + self.changed + self.removed


@contextmanager
def workspace(workdir: Path, memory_limit: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of bounded memory that spills to `workdir`."""
    workdir.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "temp_directory": str(workdir / "spill"),
    }
    with duckdb.connect(config=config) as duck:
        duck.execute("set TimeZone = 'UTC'")
        yield duck


class Difference:
    """Works out, within the running transaction, what `values` change; `write` then makes it so."""

    def __init__(
        self, connection: Connection, duck: duckdb.DuckDBPyConnection, zone: ZoneInfo, workdir: Path
    ) -> None:
        self._connection = connection
        self._duck = duck
        self._zone = zone
        self._csv = workdir / "transfer.csv"

    def compute(
        self, values: Path, replaced: Mapping[Key, Sequence[Range]], rules: Mapping[Key, Rule]
    ) -> Changes:
        """Compare the delivered rows with the marts; leaves the tables `fresh`, `gone` and `slice_next`."""
        replaced = self._with_removed_metrics(replaced, rules)
        self._load(values, replaced, rules)
        moved = self._follow_slices(replaced)
        target = {
            key: periods.merge([*ranges, *self._dependents(key, ranges, rules), *moved.get(key, ())])
            for key, ranges in replaced.items()
        }
        fetched = {
            key: periods.merge([*ranges, *self._context(key, ranges, rules)])
            for key, ranges in target.items()
        }
        self._fetch(target, fetched)
        self._merge()
        self._join_context(rules)
        self._compare()
        return self._count()

    # ---- scope ----------------------------------------------------------------------------------------

    def _with_removed_metrics(
        self, replaced: Mapping[Key, Sequence[Range]], rules: Mapping[Key, Rule]
    ) -> dict[Key, list[Range]]:
        """Add everything of metrics and grains that are published but no longer in the catalog."""
        result = {key: periods.merge(ranges) for key, ranges in replaced.items() if key in rules}
        published = self._connection.execute(
            text("select distinct metric_id, grain from marts.metric_slices")
        )
        for metric_id, grain in published:
            if (metric_id, grain) not in rules:
                result[metric_id, grain] = [(periods.BEGINNING, periods.END)]
        return result

    def _dependents(self, key: Key, ranges: Sequence[Range], rules: Mapping[Key, Rule]) -> list[Range]:
        """Where the rows lie that are compared with rows in `ranges`."""
        return self._steps(key, ranges, rules, 1)

    def _context(self, key: Key, ranges: Sequence[Range], rules: Mapping[Key, Rule]) -> list[Range]:
        """Where the rows lie that rows in `ranges` are compared with."""
        return self._steps(key, ranges, rules, -1)

    def _steps(
        self, key: Key, ranges: Sequence[Range], rules: Mapping[Key, Rule], direction: int
    ) -> list[Range]:
        if key not in rules:
            return []
        rule = rules[key]
        neighbours = periods.widen(ranges, rule.grain, direction, self._zone)
        # the neighbour of a range that begins in mid-period touches the range itself
        joined = [(min(a, c), max(b, d)) for (a, b), (c, d) in zip(ranges, neighbours, strict=True)]
        if rule.baseline.step is None:
            return joined
        unit, count = rule.baseline.step
        return [*joined, *periods.widen(ranges, unit, direction * count, self._zone)]

    # ---- loading --------------------------------------------------------------------------------------

    def _load(self, values: Path, replaced: Mapping[Key, Sequence[Range]], rules: Mapping[Key, Rule]) -> None:
        self._ranges_table("replaced", replaced)
        self._register(
            "rule", pa.Table.from_pylist([_rule_row(rule) for rule in rules.values()], schema=_RULES)
        )
        self._duck.execute(
            f"create table incoming as select {_list('d', (*_KEY, *_DELIVERED))}, r.definition_version, "
            "r.definition_hash from read_parquet(?) d join rule r using (metric_id, grain) "
            f"where {_within('replaced', 'd')}",
            [str(values)],
        )

    def _ranges_table(self, name: str, ranges: Mapping[Key, Sequence[Range]]) -> None:
        """The same ranges as a DuckDB table and as a temporary table of the transaction."""
        rows = [
            {"metric_id": key[0], "grain": key[1], "low": low, "high": high}
            for key, merged in ranges.items()
            for low, high in merged
        ]
        self._register(name, pa.Table.from_pylist(rows, schema=_RANGES))
        self._connection.execute(
            text(
                f"create temporary table scope_{name} (metric_id text, grain text, low timestamptz, "
                "high timestamptz) on commit drop"
            )
        )
        self._copy(f"select * from {name}", f"scope_{name}", _RANGES.names)
        self._connection.execute(text(f"analyze scope_{name}"))

    def _register(self, name: str, table: pa.Table) -> None:
        self._duck.register("arrow_input", table)
        self._duck.execute(f"create or replace table {name} as select * from arrow_input")
        self._duck.unregister("arrow_input")

    def _copy(self, query: str, target: str, columns: Sequence[str]) -> None:
        transfer.copy_from(self._connection, self._duck, query, target, columns, self._csv)

    def _fetch_into(self, name: str, query: str, types: dict[str, str]) -> None:
        transfer.fetch_into(self._connection, query, self._duck, name, types, self._csv)

    # ---- slices ---------------------------------------------------------------------------------------

    def _follow_slices(self, replaced: Mapping[Key, Sequence[Range]]) -> dict[Key, list[Range]]:
        """Make `slice_next` (first period with rows, per series) and tell where published rows lose their place.

        A series begins with its first period that has rows. If a correction empties that period, the rows up to
        the next one with rows go too, even outside of what was computed.
        """
        slice_types = transfer.duckdb_types(metric_slices, metric_slices.columns.keys())
        self._fetch_into(
            "slice_was",
            "select s.metric_id, s.grain, s.slice, s.first_period_start from marts.metric_slices s "
            "where (s.metric_id, s.grain) in (select metric_id, grain from scope_replaced)",
            slice_types,
        )
        self._duck.execute(
            "create table slice_now as select metric_id, grain, slice, min(period_start) as first_period_start "
            "from incoming where sample_count > 0 group by all"
        )
        self._find_first_outside(slice_types)
        self._duck.execute(
            """
            create table slice_next as
            select metric_id, grain, slice, was.first_period_start as previously,
                   least(now.first_period_start,
                         case when outside.metric_id is null then was.first_period_start
                              else outside.first_period_start end) as first_period_start
            from slice_was was
            full join slice_now now using (metric_id, grain, slice)
            left join outside using (metric_id, grain, slice)
            """
        )
        later = self._duck.execute(
            "select distinct metric_id, grain, previously, first_period_start from slice_next "
            "where previously is not null and (first_period_start is null or first_period_start > previously)"
        ).fetchall()
        moved: dict[Key, list[Range]] = {}
        for metric_id, grain, previously, first in later:
            end = periods.END if first is None else periods.shift(first, grain, 1, self._zone)
            moved.setdefault((metric_id, grain), []).append((previously, end))
        return moved

    def _find_first_outside(self, slice_types: dict[str, str]) -> None:
        """Make `outside`: for series whose first period may be emptied, the first one with rows that stays."""
        self._connection.execute(
            text(
                "create temporary table emptied (metric_id text, grain text, slice text, "
                "first_period_start timestamptz) on commit drop"
            )
        )
        self._copy(
            "select was.* from slice_was was left join slice_now now using (metric_id, grain, slice) "
            "where (now.first_period_start is null or now.first_period_start > was.first_period_start) and "
            + _within("replaced", "was", "first_period_start"),
            "emptied",
            list(slice_types),
        )
        self._fetch_into(
            "outside",
            "select e.metric_id, e.grain, e.slice, ("
            " select v.period_start from marts.metric_values v"
            " where (v.metric_id, v.grain, v.slice) = (e.metric_id, e.grain, e.slice)"
            " and v.period_start > e.first_period_start and v.sample_count > 0 and not "
            + _within("scope_replaced", "v")
            + " order by v.period_start limit 1) from emptied e",
            slice_types,
        )

    # ---- rows -----------------------------------------------------------------------------------------

    def _fetch(self, target: Mapping[Key, Sequence[Range]], fetched: Mapping[Key, Sequence[Range]]) -> None:
        """Make `old`: the published rows in `fetched`, and which of them are in `target`."""
        self._ranges_table("target", target)
        self._ranges_table("fetched", fetched)
        self._fetch_into(
            "old_row",
            f"select {_list('v', COLUMNS)} from scope_fetched r "
            "join marts.metric_slices s on (s.metric_id, s.grain) = (r.metric_id, r.grain) "
            "join marts.metric_values v on (v.metric_id, v.grain, v.slice) = (s.metric_id, s.grain, s.slice) "
            "and v.period_start >= r.low and v.period_start < r.high",
            transfer.duckdb_types(metric_values, COLUMNS),
        )
        self._duck.execute(
            f"create table old as select o.*, {_within('target', 'o')} as is_target, "
            f"{_within('replaced', 'o')} as is_replaced from old_row o"
        )
        self._duck.execute("drop table old_row")

    def _merge(self) -> None:
        """Make `merged`: how the concerned series look from now on."""
        columns = (*_KEY, *_DELIVERED, "definition_version", "definition_hash")
        self._duck.execute(
            f"create table merged as select {_list('i', columns)}, true as is_target from incoming i "
            "join slice_next s using (metric_id, grain, slice) where i.period_start >= s.first_period_start "
            f"union all select {_list('o', columns)}, o.is_target from old o "
            "join slice_next s using (metric_id, grain, slice) "
            "where not o.is_replaced and o.period_start >= s.first_period_start"
        )
        self._duck.execute("drop table incoming")

    def _join_context(self, rules: Mapping[Key, Rule]) -> None:
        """Make `final`: the target rows with what they are compared with and how they are judged."""
        self._calendar(rules)
        self._duck.execute(
            f"""
            create table final as
            with aligned as (
                select *, lag(value) over (partition by {_list("", SERIES)} order by period_start) as previous_value
                from merged
            )
            select {_list("a", (*_KEY, *_DELIVERED))},
                   case when a.value is null then 'no_data'
                        when r.sign * a.value < r.sign * r.critical then 'critical'
                        when r.sign * a.value < r.sign * r.warning then 'warning'
                        else 'ok' end as status,
                   a.previous_value,
                   100 * (a.value - a.previous_value) / nullif(abs(a.previous_value), 0) as change_pct,
                   case when r.is_previous then a.previous_value
                        when r.step is null then r.baseline_number else b.value end as baseline_value,
                   a.definition_version, a.definition_hash
            from aligned a
            join rule r using (metric_id, grain)
            left join calendar c on c.step = r.step and c.period_start = a.period_start
            left join merged b on b.metric_id = a.metric_id and b.grain = a.grain and b.slice = a.slice
                               and b.period_start = c.baseline_start
            where a.is_target
            """
        )
        self._duck.execute("drop table merged")

    def _calendar(self, rules: Mapping[Key, Rule]) -> None:
        """Make `calendar`: the period that each period start is compared with, per step in use."""
        steps = {rule.baseline.step for rule in rules.values() if rule.baseline.step}
        rows = []
        for unit, count in sorted(steps):
            name = f"{count} {unit}"
            starts = self._duck.execute(
                "select distinct period_start from merged join rule using (metric_id, grain) "
                "where step = ? and is_target",
                [name],
            ).fetchall()
            for (start,) in starts:
                earlier = periods.shift(start, unit, -count, self._zone)
                rows.append({"step": name, "period_start": start, "baseline_start": earlier})
        instant = pa.timestamp("us", tz="UTC")
        schema = pa.schema([("step", pa.string()), ("period_start", instant), ("baseline_start", instant)])
        self._register("calendar", pa.Table.from_pylist(rows, schema=schema))

    def _compare(self) -> None:
        """Make `fresh` (rows to write) and `gone` (published rows that no longer stand)."""
        same_key = " and ".join(f"f.{name} = o.{name}" for name in _KEY)
        differs = " or ".join(_differs(name) for name in _COMPARED)
        self._duck.execute(
            f"create table fresh as select f.*, o.metric_id is not null as is_change from final f "
            f"left join old o on {same_key} where o.metric_id is null or {differs}"
        )
        self._duck.execute(
            f"create table gone as select {_list('o', _KEY)} from old o where o.is_target and ("
            f"exists (select 1 from fresh f where {same_key}) "
            f"or not exists (select 1 from final f where {same_key}))"
        )

    def _count(self) -> Changes:
        inserted, changed = self._row(
            "select count(*) filter (not is_change), count(*) filter (is_change) from fresh"
        )
        (gone,) = self._row("select count(*) from gone")
        (computed,) = self._row("select count(*) from final")
        (slices,) = self._row(
            "select count(*) from slice_next where previously is distinct from first_period_start"
        )
        return Changes(inserted, changed, gone - changed, computed, slices)

    def _row(self, query: str) -> tuple[int, ...]:
        row = self._duck.execute(query).fetchone()
        if row is None:
            raise RuntimeError(f"an aggregate query returned no row: {query}")
        return tuple(row)

    # ---- writing --------------------------------------------------------------------------------------

    def write(self, changes: Changes, publication_id: int) -> None:
        """Move rows that no longer stand to the revisions, and append the new ones."""
        if changes.changed or changes.removed:
            self._retire(publication_id)
        if changes.inserted or changes.changed:
            self._copy(
                f"select {_list('', COLUMNS)}, {publication_id} as publication_id from fresh order by {_list('', _KEY)}",
                "marts.metric_values",
                [*COLUMNS, "publication_id"],
            )
        if changes.slices:
            self._write_slices()

    def _retire(self, publication_id: int) -> None:
        self._connection.execute(
            text(
                "create temporary table gone (metric_id text, grain text, slice text, period_start timestamptz) "
                "on commit drop"
            )
        )
        self._copy("select * from gone", "gone", _KEY)
        self._connection.execute(text("analyze gone"))
        columns = _list("", (*COLUMNS, "publication_id"))
        same_key = " and ".join(f"v.{name} = g.{name}" for name in _KEY)
        self._connection.execute(
            text(
                f"with retired as (delete from marts.metric_values v using gone g where {same_key} "
                f"returning {_list('v', (*COLUMNS, 'publication_id'))}) "
                f"insert into marts.metric_value_revisions ({columns}, superseded_by) "
                f"select {columns}, :publication_id from retired"
            ),
            {"publication_id": publication_id},
        )

    def _write_slices(self) -> None:
        self._connection.execute(
            text(
                "create temporary table moved_slices (metric_id text, grain text, slice text, "
                "first_period_start timestamptz) on commit drop"
            )
        )
        self._copy(
            "select metric_id, grain, slice, first_period_start from slice_next "
            "where previously is distinct from first_period_start",
            "moved_slices",
            [*SERIES, "first_period_start"],
        )
        self._connection.execute(
            text(
                "delete from marts.metric_slices s using moved_slices m "
                "where (s.metric_id, s.grain, s.slice) = (m.metric_id, m.grain, m.slice)"
            )
        )
        self._connection.execute(
            text(
                "insert into marts.metric_slices (metric_id, grain, slice, first_period_start) "
                "select * from moved_slices where first_period_start is not null"
            )
        )


def _rule_row(rule: Rule) -> dict[str, object]:
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


def _within(ranges: str, alias: str, column: str = "period_start") -> str:
    """Condition that a row's period start lies in the table of ranges."""
    return (
        f"exists (select 1 from {ranges} r where r.metric_id = {alias}.metric_id and r.grain = {alias}.grain "
        f"and {alias}.{column} >= r.low and {alias}.{column} < r.high)"
    )


def _differs(name: str) -> str:
    if name not in _FLOATS:
        return f"f.{name} is distinct from o.{name}"
    return (
        f"(f.{name} is null) <> (o.{name} is null) or "
        f"abs(f.{name} - o.{name}) > {_TOLERANCE} * greatest(abs(f.{name}), abs(o.{name}))"
    )
