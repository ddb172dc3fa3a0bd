"""sql sources: what a query brings since its cursor, written as a file of JSON lines like any delivery.

The cursor moves on once its delivery was accepted: a rejected one is fetched again, with what has come since.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from fsspec.implementations.local import LocalFileSystem
from sqlalchemy import CursorResult, Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from core.errors import ConfigurationError, DataError, TransientError
from core.settings import Settings
from pipelines.ingest.cursors import Fetched, as_stored, start_of
from pipelines.ingest.delivered_files import Known
from pipelines.ingest.file_names import named
from pipelines.ingest.landing import SourceFile
from pipelines.ingest.normalise import wanted_columns
from pipelines.ingest.remote import within_time
from schemas.documents.documents import Source

# path of the delivery that begins at the beginning and thus takes the place of all others
FROM_START = "query@start"
_ROWS_AT_ONCE = 10_000
# how a database is told to give up a statement
_LIMITS = {
    "postgresql": "SET statement_timeout = {milliseconds:.0f}",
    "mysql": "SET SESSION max_execution_time = {milliseconds:.0f}",
    "mariadb": "SET SESSION max_statement_time = {seconds}",
}
_DIALECTS = {"postgresql": "postgres", "mssql": "tsql", "mariadb": "mysql"}


def fetch(
    source: Source,
    settings: Settings,
    engine: Engine,
    known: Mapping[str, Known],
    folder: Path,
    *,
    anew: bool,
) -> Fetched | None:
    """Run the query from where the last accepted delivery ended, or `anew`; None where it brings no rows.

    Raises:
        ConfigurationError: the connection is not in MDL_CONNECTIONS.
        DataError: the query is at fault.
        TransientError: the database does not answer.
    """
    start = None if anew else start_of(source, engine, known)
    folder.mkdir(parents=True, exist_ok=True)
    spool = folder / f"{source.source_id.encode().hex()[:60]}.jsonl"
    limit = settings.source_timeout
    spool.unlink(missing_ok=True)
    remote = _engine(_url(source, settings), limit)

    def bring() -> tuple[int, object]:
        with remote.connect() as connection:
            dialect = connection.dialect.name
            if dialect in _LIMITS:
                connection.exec_driver_sql(_LIMITS[dialect].format(seconds=limit, milliseconds=limit * 1000))
            connection.execution_options(stream_results=True, yield_per=_ROWS_AT_ONCE)
            statement, values = _statement(source, start, dialect)
            with connection.execute(text(statement), values) as result:
                return _spool(result, source, spool)

    try:
        rows, reached = within_time(bring, limit, f"source {source.source_id}", lambda: _size(spool))
    except (OperationalError, InterfaceError) as error:
        raise TransientError(f"source {source.source_id}: {_words(error)}") from error
    except SQLAlchemyError as error:
        raise DataError(f"the query fails: {_words(error)}") from error
    except ImportError as error:
        raise DataError(f"the driver of this database is missing ({error}): install it beside MDL") from error
    finally:
        remote.dispose()
    if rows == 0:
        spool.unlink()
        return None
    path = FROM_START if start is None else f"query@{as_stored(start)['text']}"
    found = SourceFile(source.source_id, path, LocalFileSystem(), str(spool), spool.stat().st_size, None)
    return Fetched(found, reached)


def _url(source: Source, settings: Settings) -> str:
    name = source.connection or ""
    if name not in settings.connections:
        raise ConfigurationError(
            f"source {source.source_id}: no connection {name!r} in MDL_CONNECTIONS; "
            f"it has {', '.join(sorted(settings.connections)) or 'none'}"
        )
    return settings.connections[name].get_secret_value()


def _engine(url: str, limit: float) -> Engine:
    """The database of a source; connecting has the time limit where its driver knows one by this name.

    Raises:
        DataError: the URL is none, or its driver is not installed.
    """
    try:
        parsed = make_url(url)
        has_limit = parsed.get_backend_name() in ("postgresql", "mysql", "mariadb")
        is_free = has_limit and "connect_timeout" not in parsed.query
        # no pool: a connection whose query is given up ends with its thread, whoever is gone by then
        return create_engine(
            parsed,
            poolclass=NullPool,
            connect_args={"connect_timeout": max(2, int(limit))} if is_free else {},
        )
    except ImportError as error:
        raise DataError(f"the driver of this database is missing ({error}): install it beside MDL") from error
    except SQLAlchemyError as error:
        # the URL may hold a password, and its errors quote it
        raise DataError(
            "the URL of the connection is none that SQLAlchemy knows; see MDL_CONNECTIONS"
        ) from error


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _words(error: SQLAlchemyError) -> str:
    """What the database said, without the statement and its parameters."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return next(iter(str(cause).strip().splitlines()), type(cause).__name__)[:500]


# ---- the query -----------------------------------------------------------------------------------------
def _statement(source: Source, start: object, dialect: str) -> tuple[str, dict[str, object]]:
    """The query and its parameters; from the start, comparisons with `:cursor` hold for every row."""
    query = source.query or ""
    if start is not None:
        return query, {"cursor": start}
    if source.cursor is None:
        return query, {}
    import sqlglot  # noqa: PLC0415  only a first fetch needs it, and it is a tenth of a run with nothing new
    from sqlglot import exp  # noqa: PLC0415

    try:
        tree = sqlglot.parse_one(query, dialect=_DIALECTS.get(dialect, dialect))
    except (sqlglot.errors.SqlglotError, ValueError) as error:
        raise DataError(f"the query cannot be parsed: {error}") from error
    for placeholder in list(tree.find_all(exp.Placeholder)):
        comparison = placeholder.find_ancestor(exp.Predicate)
        if placeholder.name == "cursor" and comparison is not None:
            comparison.replace(exp.true())
    return tree.sql(dialect=_DIALECTS.get(dialect, dialect)), {}


def _spool(result: CursorResult[Any], source: Source, target: Path) -> tuple[int, object]:
    """Write rows as JSON lines; their number and the greatest cursor among them."""
    names = list(result.keys())
    wanted = [*wanted_columns(source), *([source.cursor] if source.cursor else [])]
    missing = [name for name in wanted if name not in names]
    if missing:
        raise DataError(f"the query gives no column {named(missing)}; it gives {named(names)}")
    rows, reached = 0, None
    with target.open("w", encoding="utf-8") as stream:
        for row in result.mappings():
            rows += 1
            stream.write(json.dumps({name: _plain(row[name]) for name in names}, ensure_ascii=False) + "\n")
            value: Any = row[source.cursor] if source.cursor else None
            if value is not None and (reached is None or value > reached):
                reached = value
    return rows, reached


def _plain(value: object) -> object:
    """A value as JSON has it; whatever JSON does not know as its text."""
    if value is None or isinstance(value, bool | int | str | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else str(value)
