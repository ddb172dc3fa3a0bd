"""DuckDB as MDL's write side uses it: bounded memory, spill to disk, UTC sessions."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


@contextmanager
def connect(
    spill: Path | None, memory_limit: str = "1GB", *, is_ordered: bool = True
) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database in UTC, closed on the way out.

    Above `memory_limit` it spills to the folder `spill`, or fails where there is none. Unless `is_ordered`, rows come
    in any order, which saves memory.
    """
    options: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "temp_directory": str(spill or ""),
        "preserve_insertion_order": is_ordered,
    }
    if spill is not None:
        spill.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config=options) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def identifier(name: str) -> str:
    """`name` quoted as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """`text` quoted as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def path_list(paths: Iterable[str]) -> str:
    """Paths as a SQL list for `read_parquet`."""
    return "[" + ", ".join(literal(path) for path in paths) + "]"
