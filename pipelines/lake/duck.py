"""DuckDB as MDL's write side uses it: bounded memory, spill to disk, UTC sessions."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


@contextmanager
def connect(spill: Path, memory_limit: str = "1GB") -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database that spills to the folder `spill` above `memory_limit`; closed on the way out."""
    spill.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(config={"memory_limit": memory_limit, "temp_directory": str(spill)})
    try:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def identifier(name: str) -> str:
    """`name` quoted as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """`text` quoted as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def path_list(paths: Iterable[str]) -> str:
    """Paths as a SQL list for `read_parquet`."""
    return "[" + ", ".join(literal(path) for path in paths) + "]"
