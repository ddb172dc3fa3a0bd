"""Synthetic deliveries of any size, and catalogs over them: seeded, streamed, with faults on purpose.

`python examples/generate.py events --rows 5000000 --to landing/shop` writes events of an invented shop;
`python examples/generate.py catalog --metrics 20 --to catalog/shop.yaml` writes metrics over them.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice, product
from pathlib import Path
from typing import Any, Literal, Self

import click
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq
import yaml

Format = Literal["csv", "jsonl", "parquet"]
Share = float
"""Share of the rows of a stream, 0 to 1."""

BATCH_ROWS = 250_000
KINDS, KIND_SHARES = ("page_view", "api_request", "order"), (0.6, 0.3, 0.1)
PLATFORMS = ("web", "ios", "android", "desktop", "kiosk")
REGIONS = ("emea", "amer", "apac", "latam", "north", "south", "east", "west")
STATUSES, STATUS_SHARES = ("200", "201", "404", "500"), (0.8, 0.1, 0.07, 0.03)
USERS = 50_000
LATE_DAYS = 10


@dataclass(frozen=True)
class Stream:
    """What to generate: `rows` events from `start` on over `days` days, in order of arrival.

    The shares say how many rows are `bad` (refused by validation), `late` (happened up to ten days before
    they arrive), `repeated` (an earlier row once more) and `corrected` (an earlier row with another amount).
    The same stream is the same rows, whatever the batch size it is written in.
    """

    rows: int
    seed: int = 0
    start: date = date(2024, 1, 1)
    days: int = 90
    bad: Share = 0
    late: Share = 0
    repeated: Share = 0
    corrected: Share = 0


def batches(stream: Stream) -> Iterator[pa.Table]:
    """The stream in tables of at most 250,000 rows.

    Columns: event_id (int64), occurred_at (timestamp[us, UTC]), kind, platform, region, user_id, status
    (strings), amount, duration_ms, items (doubles). A bad row lacks its time, its platform, or a finite
    amount.
    """
    for number, first in enumerate(range(0, stream.rows, BATCH_ROWS)):
        rng = np.random.default_rng([stream.seed, number])
        yield _batch(stream, first, min(BATCH_ROWS, stream.rows - first), rng)


def _batch(stream: Stream, first: int, size: int, rng: np.random.Generator) -> pa.Table:
    event_id = np.arange(first, first + size)
    table = pa.table(
        {
            "event_id": event_id,
            "occurred_at": _instants(stream, event_id, rng),
            "kind": _pick(KINDS, rng, size, KIND_SHARES),
            "platform": _pick(PLATFORMS, rng, size),
            "region": _pick(REGIONS, rng, size),
            "user_id": pc.cast(pa.array(rng.integers(USERS, size=size)), pa.string()),
            "status": _pick(STATUSES, rng, size, STATUS_SHARES),
            "amount": np.round(rng.lognormal(3, 1, size), 2),
            "duration_ms": np.round(rng.gamma(2, 80, size), 1),
            "items": rng.integers(1, 9, size).astype(np.float64),
        }
    )
    return _with_faults(stream, table, rng)


def _instants(stream: Stream, event_id: npt.NDArray[np.int64], rng: np.random.Generator) -> pa.Array:
    """Instants that advance evenly with the row number, late rows set back; microseconds of UTC."""
    span_us = stream.days * 86_400_000_000
    begin_us = int(datetime.combine(stream.start, time(), UTC).timestamp()) * 1_000_000
    step = (event_id + rng.random(len(event_id))) / stream.rows
    instants = begin_us + (step * span_us).astype(np.int64)
    is_late = rng.random(len(event_id)) < stream.late
    instants -= np.where(is_late, rng.integers(1, LATE_DAYS * 86_400_000_000, len(event_id)), 0)
    return pa.array(instants, pa.timestamp("us", "UTC"))


def _pick(
    words: tuple[str, ...], rng: np.random.Generator, size: int, shares: tuple[float, ...] | None = None
) -> pa.Array:
    codes = rng.choice(len(words), size, p=shares).astype(np.int32)
    return pa.DictionaryArray.from_arrays(codes, pa.array(words)).dictionary_decode()


def _with_faults(stream: Stream, table: pa.Table, rng: np.random.Generator) -> pa.Table:
    """Replace shares of the rows by repeats and corrections of earlier rows of the table, and by bad rows."""
    size = len(table)
    draw, back = rng.random(size), rng.integers(1, 1_000, size)
    take = np.arange(size)
    again = (draw < stream.repeated + stream.corrected) & (take >= back)
    table = table.take(np.where(again, take - back, take))
    amount = table["amount"].to_numpy()
    amount = np.where(again & (draw >= stream.repeated), amount + 1, amount)
    fault = np.where(rng.random(size) < stream.bad, rng.integers(1, 4, size), 0)
    amount = np.where(fault == 1, np.inf, amount)
    table = table.set_column(table.schema.get_field_index("amount"), "amount", pa.array(amount))
    for code, column in ((2, "occurred_at"), (3, "platform")):
        blank = pc.if_else(pa.array(fault == code), None, table[column])
        table = table.set_column(table.schema.get_field_index(column), column, blank)
    return table


def write(stream: Stream, folder: Path, file_format: Format = "parquet", files: int = 1) -> list[Path]:
    """Write the stream as `files` deliveries of about equal size, in order of arrival; returns them.

    No file is empty: fewer are written where there are fewer rows than files. A file is complete under its
    name or not there at all. Memory holds one batch.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = min(files, stream.rows)
    bounds = [stream.rows * number // files for number in range(1, files + 1)]
    pending, begin, written = batches(stream), 0, []
    rest: pa.Table | None = None
    for number, end in enumerate(bounds):
        path = folder / f"events-{number:04d}.{file_format}"
        partial = path.with_name(f".{path.name}.partial")
        with _Writer(partial, file_format) as writer:
            while begin < end:
                rest = rest if rest is not None and len(rest) else next(pending)
                part, rest = rest.slice(0, end - begin), rest.slice(end - begin)
                writer.write(part)
                begin += len(part)
        partial.replace(path)
        written.append(path)
    return written


class _Writer:
    """Appends tables to one file of a format."""

    def __init__(self, path: Path, file_format: Format) -> None:
        self._path, self._format = path, file_format
        self._open: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._open is not None:
            self._open.close()

    def write(self, table: pa.Table) -> None:
        """Append one table."""
        if self._format == "jsonl":
            self._open = self._open or self._path.open("w", encoding="utf-8")
            self._open.writelines(_json_lines(table))
            return
        if self._open is None:
            make: Callable[..., Any] = pc_csv.CSVWriter if self._format == "csv" else pq.ParquetWriter
            self._open = make(self._path, table.schema)
        self._open.write_table(table)


def _json_lines(table: pa.Table) -> Iterator[str]:
    for row in table.to_pylist():
        row["occurred_at"] = row["occurred_at"].isoformat() if row["occurred_at"] else "not a time"
        row["amount"] = row["amount"] if row["amount"] != float("inf") else "much"
        yield json.dumps(row) + "\n"


def catalog(
    metrics: int, path: str, file_format: Format = "parquet", *, keyed: bool = True
) -> dict[str, Any]:
    """A catalog document of one source, one domain and `metrics` metrics over the generated events.

    Each metric has three grains (day, week, month) and three slice sets (total, platform, region). The
    first twenty show every kind of aggregate; more of them vary the filters. `keyed`: rows with an equal
    event_id replace each other, as repeated and corrected rows need it.
    """
    source = {
        "source_id": "shop",
        "format": file_format,
        "path": path,
        "event_column": "kind",
        "timestamp": {"column": "occurred_at"},
        "dimensions": {name: name for name in ("platform", "region", "user_id", "status")},
        "fields": {"value": "amount", "duration_ms": "duration_ms", "items": "items"},
        "max_bad_ratio": 0.5,
        **({"unique_key": ["event_id"]} if keyed else {}),
    }
    return {
        "sources": [source],
        "domains": [{"domain_id": "SHOP", "name": "Shop"}],
        "metrics": [_metric(number, formula) for number, formula in enumerate(islice(_formulas(), metrics))],
    }


def _metric(number: int, formula: str) -> dict[str, Any]:
    return {
        "metric_id": f"SHOP-{number:04d}",
        "name": f"Shop metric {number}",
        "business_domain": "SHOP",
        "tier": number % 3 + 1,
        "definition": {"formula": formula, "expected_direction": "increase"},
        "data": {"time_grain": ["day", "week", "month"]},
        "dimensions": [
            {"name": "platform", "allowed_values": list(PLATFORMS), "required": True},
            {"name": "region", "allowed_values": list(REGIONS), "required": True},
        ],
        "targets_and_alerts": {"target_value": 100, "warning_threshold": 10, "critical_threshold": 1},
    }


FORMULAS = (
    "COUNT(page_view){f}",
    "COUNT(order){f}",
    "SUM(order.value){f}",
    "AVG(order.value){f}",
    "COUNT(order){f} / COUNT(page_view){f} * 100",
    "COUNT(api_request) FILTER (WHERE status IN (200, 201){a}) / COUNT(api_request){f} * 100",
    "SUM(order.value){f} / COUNT(order){f}",
    "MAX(api_request.duration_ms){f}",
    "MIN(order.value){f}",
    "AVG(api_request.duration_ms){f}",
    "SUM(order.items){f}",
    "SUM(order.value * order.items){f}",
    "COUNT(api_request) FILTER (WHERE status = 500{a})",
    "COUNT(page_view){f} / HOURS_IN_PERIOD()",
    "SUM(order.value){f} / time_period",
    "AVG(order.value / order.items){f}",
    "STDDEV(order.value){f}",
    "COUNT(api_request) FILTER (WHERE duration_ms > 300{a}) / NULLIF(COUNT(api_request){f}, 0)",
    "COUNT(DISTINCT order.user_id){f}",
    "PERCENTILE_95(api_request.duration_ms){f}",
)
"""Twenty formulas; `{f}` is a filter or nothing, `{a}` the same filter joined to another condition."""


def _formulas() -> Iterator[str]:
    """The twenty formulas as they are, then again and again with ever other filters."""
    conditions = [""]
    conditions += [f"platform = '{name}'" for name in PLATFORMS]
    conditions += [f"region = '{name}'" for name in REGIONS]
    conditions += [f"platform = '{p}' AND region = '{r}'" for p, r in product(PLATFORMS, REGIONS)]
    for condition in conditions:
        whole = f" FILTER (WHERE {condition})" if condition else ""
        joined = f" AND {condition}" if condition else ""
        yield from (formula.format(f=whole, a=joined) for formula in FORMULAS)


@click.group()
def main() -> None:
    """Generate events of an invented shop, and catalogs over them."""


_share = click.FloatRange(0, 1)


@main.command()
@click.option("--rows", type=click.IntRange(1), required=True)
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True, help="Folder to write into.")
@click.option("--format", "file_format", type=click.Choice(["csv", "jsonl", "parquet"]), default="parquet")
@click.option("--files", type=click.IntRange(1), default=1, show_default=True)
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), default="2024-01-01", show_default=True)
@click.option("--days", type=click.IntRange(1), default=90, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--bad", type=_share, default=0.0, help="Share of rows that validation refuses.")
@click.option("--late", type=_share, default=0.0, help="Share of rows up to ten days late.")
@click.option("--repeated", type=_share, default=0.0, help="Share of rows that repeat an earlier one.")
@click.option("--corrected", type=_share, default=0.0, help="Share of rows that correct an earlier one.")
def events(folder: Path, file_format: Format, files: int, start: datetime, **stream: Any) -> None:
    """Write events as CSV, JSON lines or Parquet."""
    for path in write(Stream(start=start.date(), **stream), folder, file_format, files):
        click.echo(path)


@main.command("catalog")
@click.option("--metrics", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--to", "file", type=click.Path(path_type=Path), required=True, help="YAML file to write.")
@click.option("--path", default="shop/*.parquet", show_default=True, help="Where the source looks for files.")
@click.option("--format", "file_format", type=click.Choice(["csv", "jsonl", "parquet"]), default="parquet")
@click.option("--keyed/--unkeyed", default=True, help="Whether event_id is unique.")
def write_catalog(metrics: int, file: Path, path: str, file_format: Format, keyed: bool) -> None:  # noqa: FBT001
    """Write a catalog of N metrics over the events."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(catalog(metrics, path, file_format, keyed=keyed), sort_keys=False))
    click.echo(file)


if __name__ == "__main__":
    main()
