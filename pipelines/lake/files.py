"""What the events table consists of: its columns, and the Parquet files that a version of it names."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from deltalake.transaction import AddAction

from pipelines.duck import identifier

# whose smallest and largest values tell which files a delivery need not look into
_STATISTICS = ("source_id", "file_id", "unique_key")

PARTITION = ["event", "event_date"]
BASE_COLUMNS = {
    "event": "string",
    "event_date": "date",
    "occurred_at": "timestamp",
    "source_id": "string",
    "file_id": "string",
    "row_number": "long",
    "delivery": "long",
    "unique_key": "string",
    "is_superseded": "boolean",
    "ingested_at": "timestamp",
}
_DUCKDB_TYPES = {
    "string": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
    "long": "BIGINT",
    "boolean": "BOOLEAN",
}


@dataclass(frozen=True)
class DataFile:
    """One Parquet file of the table; `bounds` are (smallest, largest) per column that has statistics."""

    path: str
    event: str
    event_date: date
    size: int
    row_count: int
    bounds: dict[str, tuple[str, str]]

    def may_hold(self, column: str, low: str, high: str) -> bool:
        """False only where the statistics exclude every text from `low` to `high`."""
        bounds = self.bounds.get(column)
        return bounds is None or (bounds[0] <= high and bounds[1] >= low)


def duckdb_type(column: str) -> str:
    """SQL type of a lake column: base columns as declared, `field_` numbers, `dim_` texts."""
    if column in BASE_COLUMNS:
        return _DUCKDB_TYPES[BASE_COLUMNS[column]]
    return "DOUBLE" if column.startswith("field_") else "VARCHAR"


def data_file(action: Mapping[str, Any]) -> DataFile:
    """One row of the table's add actions, flattened."""
    bounds = {
        column: (action[f"min.{column}"], action[f"max.{column}"])
        for column in _STATISTICS
        if action.get(f"min.{column}") is not None and action.get(f"max.{column}") is not None
    }
    return DataFile(
        path=unquote(action["path"]),
        event=action["partition.event"],
        event_date=action["partition.event_date"],
        size=action["size_bytes"],
        row_count=action["num_records"],
        bounds=bounds,
    )


def add_action(root: Path, copied: Sequence[Any]) -> AddAction:
    """The Delta action of one file that DuckDB's COPY … RETURN_STATS reported."""
    name, rows, size, _, columns, partition, *_ = copied
    statistics = {column: columns.get(identifier(column), {}) for column in _STATISTICS}
    exact = {
        column: found
        for column, found in statistics.items()
        if found.get("min_is_exact") == "true" and found.get("max_is_exact") == "true"
    }
    stats = {
        "numRecords": rows,
        "minValues": {column: found["min"] for column, found in exact.items()},
        "maxValues": {column: found["max"] for column, found in exact.items()},
        "nullCount": {column: int(found["null_count"]) for column, found in exact.items()},
    }
    return AddAction(
        path=str(Path(name).relative_to(root)),
        size=size,
        partition_values=partition,
        modification_time=int(time.time() * 1000),
        data_change=True,
        stats=json.dumps(stats),
    )
