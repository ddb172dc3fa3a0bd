"""Bulk ways between PostgreSQL and DuckDB: COPY in both directions, as CSV on disk."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
from psycopg import Cursor, sql
from sqlalchemy import Connection, Table

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


def cursor_of(connection: Connection) -> Cursor[Any]:
    """A psycopg cursor inside the connection's running transaction."""
    driver: Any = connection.connection.driver_connection
    cursor: Cursor[Any] = driver.cursor()
    return cursor


def duckdb_types(table: Table, columns: Iterable[str]) -> dict[str, str]:
    """DuckDB column types by name for columns of a PostgreSQL table."""
    return {name: _DUCKDB_TYPES[str(table.c[name].type).upper()] for name in columns}


def fetch_into(
    connection: Connection,
    query: str,
    duck: duckdb.DuckDBPyConnection,
    name: str,
    types: dict[str, str],
    path: Path,
) -> None:
    """Make the DuckDB table `name` from a PostgreSQL query whose columns are those of `types`, in order."""
    with cursor_of(connection) as cursor, path.open("wb") as file:
        statement = sql.SQL("copy ({}) to stdout (format csv, null {})").format(
            sql.SQL(query),
            sql.Literal(_NULL),
        )
        with cursor.copy(statement) as copy:
            for chunk in copy:
                file.write(chunk)
    columns = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
    duck.execute(
        f"create or replace table {name} as select * from read_csv(?, header=false, auto_detect=false, "
        f"delim=',', quote='\"', escape='\"', nullstr='{_NULL}', allow_quoted_nulls=false, columns={{{columns}}})",
        [str(path)],
    )
    path.unlink()


def copy_from(
    connection: Connection,
    duck: duckdb.DuckDBPyConnection,
    query: str,
    target: str,
    columns: Sequence[str],
    path: Path,
) -> None:
    """Append the rows of a DuckDB query to the PostgreSQL table `target` ("schema.name") by COPY."""
    duck.execute(f"copy ({query}) to '{_quoted(path)}' (format csv, header false, nullstr '{_NULL}')")
    statement = sql.SQL("copy {} ({}) from stdin (format csv, null {})").format(
        sql.Identifier(*target.split(".")),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.Literal(_NULL),
    )
    with cursor_of(connection) as cursor, cursor.copy(statement) as copy, path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            copy.write(chunk)
    path.unlink()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
