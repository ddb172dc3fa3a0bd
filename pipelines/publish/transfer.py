"""Bulk ways between PostgreSQL and DuckDB within one transaction: COPY in both directions, as CSV on disk."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from psycopg import Cursor, sql
from sqlalchemy import Connection, Table, text

from pipelines.duck import connect, literal

_CHUNK_BYTES = 1 << 20
# a marker that CSV quotes where a text happens to equal it, so that '' and NULL stay apart
_NULL = r"\N"

_DUCKDB_TYPES = {
    "TEXT": "VARCHAR",
    "DOUBLE": "DOUBLE",
    "DOUBLE PRECISION": "DOUBLE",
    "BIGINT": "BIGINT",
    "BOOLEAN": "BOOLEAN",
    "DATETIME": "TIMESTAMPTZ",
}
_POSTGRES_TYPES = {"VARCHAR": "text", "TIMESTAMP WITH TIME ZONE": "timestamptz"}


def duckdb_types(table: Table, columns: Iterable[str]) -> dict[str, str]:
    """DuckDB column types by name for columns of a PostgreSQL table."""
    return {name: _DUCKDB_TYPES[str(table.c[name].type).upper()] for name in columns}


class Exchange:
    """A running PostgreSQL transaction and a DuckDB beside it, with ways for tables between them."""

    def __init__(self, connection: Connection, duck: duckdb.DuckDBPyConnection, workdir: Path) -> None:
        self.connection = connection
        self.duck = duck
        self._csv = workdir / "transfer.csv"

    def keep(self, name: str, query: str, parameters: Sequence[object] = ()) -> None:
        """Make the DuckDB table `name` from a DuckDB query."""
        self.duck.execute(f"create table {name} as {query}", list(parameters))

    def drop(self, name: str) -> None:
        """Free a DuckDB table that has served."""
        self.duck.execute(f"drop table {name}")

    def load(self, name: str, table: pa.Table) -> None:
        """Make the DuckDB table `name` from an Arrow table."""
        self.duck.register("arrow_input", table)
        self.keep(name, "select * from arrow_input")
        self.duck.unregister("arrow_input")

    def row(self, query: str) -> tuple[int, ...]:
        """The one row of a DuckDB query of counts."""
        return tuple(self.duck.execute(query).fetchall()[0])

    def fetch(self, name: str, query: str, types: dict[str, str]) -> None:
        """Make the DuckDB table `name` from a PostgreSQL query whose columns are those of `types`."""
        statement = sql.SQL("copy ({}) to stdout (format csv, null {})").format(
            sql.SQL(query), sql.Literal(_NULL)
        )
        with self._cursor() as cursor, cursor.copy(statement) as copy, self._csv.open("wb") as file:
            for chunk in copy:
                file.write(chunk)
        columns = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
        self.keep(
            name,
            "select * from read_csv(?, header=false, auto_detect=false, delim=',', quote='\"', escape='\"', "
            f"nullstr='{_NULL}', allow_quoted_nulls=false, columns={{{columns}}})",
            [str(self._csv)],
        )
        self._csv.unlink()

    def append(self, target: str, query: str, columns: Iterable[str]) -> None:
        """Append the rows of a DuckDB query to the PostgreSQL table `target` ("schema.name")."""
        path = literal(str(self._csv))
        self.duck.execute(f"copy ({query}) to {path} (format csv, header false, nullstr '{_NULL}')")
        statement = sql.SQL("copy {} ({}) from stdin (format csv, null {})").format(
            sql.Identifier(*target.split(".")),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.Literal(_NULL),
        )
        with self._cursor() as cursor, cursor.copy(statement) as copy, self._csv.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                copy.write(chunk)
        self._csv.unlink()

    def send(self, name: str, query: str) -> None:
        """Make the temporary PostgreSQL table `name`, gone at commit, from a DuckDB query."""
        described = self.duck.execute(f"describe {query}").fetchall()
        columns = {column: _POSTGRES_TYPES.get(kind, kind) for column, kind, *_ in described}
        shape = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        self.connection.execute(text(f"create temporary table {name} ({shape}) on commit drop"))
        self.append(name, query, columns)
        self.connection.execute(text(f"analyze {name}"))

    def _cursor(self) -> Cursor[Any]:
        driver: Any = self.connection.connection.driver_connection
        cursor: Cursor[Any] = driver.cursor()
        return cursor


@contextmanager
def exchange(connection: Connection, workdir: Path, memory_limit: str) -> Iterator[Exchange]:
    """An exchange whose DuckDB is bounded in memory and spills to `workdir`."""
    with connect(workdir / "spill", memory_limit) as duck:
        yield Exchange(connection, duck, workdir)
