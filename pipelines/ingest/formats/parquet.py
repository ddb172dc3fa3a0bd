"""Reading Parquet: columns by their exact name, fields of structs by their path with dots."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection

from core.errors import DataError
from pipelines.duck import identifier, literal
from pipelines.ingest.formats.delivered import Column, ReadableFile, require
from schemas.documents.documents import Source

_ROW_NUMBER = "file_row_number"
# above it, a refused row is shown with its wanted columns alone
_MOST_SHOWN = 200
# what is read of a file at once to verify it, in bytes and in rows
_BUFFER, _BATCH = 1024 * 1024, 2_048
_NO_SINGLE_VALUE = ("STRUCT", "MAP", "UNION", "BLOB", "BIT", "VARIANT", "GEOMETRY")


def open_parquet(
    _source: Source, path: Path, wanted: Sequence[str], connection: DuckDBPyConnection
) -> ReadableFile:
    """Open a Parquet file.

    Raises:
        DataError: it is damaged or encrypted, lacks a wanted column, or a wanted column is no single value.
    """
    schema = _schema(path)
    require(wanted, [*schema.names, *(name for name in wanted if _steps(schema, name))])
    numbered = _ROW_NUMBER not in (name.lower() for name in schema.names)
    option = f", {_ROW_NUMBER}=true" if numbered else ""
    source = f"read_parquet({literal(_plain(path))}{option}, hive_partitioning=false)"
    # DuckDB tells names that differ at most by case apart in its own way, in the order of the file
    called = [name for name, *_ in _described(connection, f"SELECT * FROM {source}")]
    expressions = [_expression(schema, called, name) for name in wanted]
    aliased = [f"{expression} AS c{i}" for i, expression in enumerate(expressions)]
    kinds = [kind for _, kind in _described(connection, f"SELECT {', '.join(aliased)} FROM {source}")]
    columns = {name: _column(name, i, kind) for i, (name, kind) in enumerate(zip(wanted, kinds, strict=True))}
    shown = [f"{identifier(name)} AS r{i}" for i, name in enumerate(called[: len(schema.names)])]
    pairs = [f"{literal(name)}, r{i}" for i, name in enumerate(schema.names)]
    if len(shown) > _MOST_SHOWN:
        shown, pairs = [], [f"{literal(name)}, c{i}" for i, name in enumerate(wanted)]
    number = f"{_ROW_NUMBER} + 1" if numbered else "row_number() OVER ()"
    taken = ", ".join([f"{number} AS row_number", "NULL::VARCHAR AS malformed", *aliased, *shown])
    raw = f"json_object({', '.join(pairs)})"
    # texts within structs Arrow repeats for each row, which a small file can make take any memory
    twice = [name for name in wanted if "." not in name or columns[name].type != "VARCHAR"]
    return ReadableFile(f"(SELECT {taken} FROM {source})", columns, raw, verify=partial(_verify, path, twice))


def _schema(path: Path) -> pa.Schema:
    with path.open("rb") as stream:
        if stream.read(4) == b"PARE":
            raise DataError("the Parquet file is encrypted, which is not read")
    try:
        return pq.read_schema(path)
    # a damaged footer leads the library into errors of every kind
    except Exception as error:
        raise DataError(f"the file is no Parquet: {str(error) or type(error).__name__}") from error


def _verify(path: Path, wanted: Sequence[str]) -> None:
    """Refuse a file in whose wanted columns Arrow finds damage.

    DuckDB looks at no checksum, neither of pages nor of gzip. Arrow knows no limit of memory: it comes second, so that
    a page that takes too much is refused before, and repeats no text of a dictionary for each row.
    """
    try:
        with pq.ParquetFile(
            path,
            page_checksum_verification=True,
            pre_buffer=False,
            buffer_size=_BUFFER,
            read_dictionary=[name for name in wanted if "." not in name],  # of structs it cannot
        ) as file:
            for _ in file.iter_batches(_BATCH, columns=list(wanted), use_threads=False):
                pass
    except MemoryError:
        raise
    # as above: a damaged page leads the library into errors of every kind
    except Exception as error:
        raise DataError(
            f"the file is damaged, it must be written or copied anew: {str(error) or type(error).__name__}"
        ) from error


def _described(connection: DuckDBPyConnection, select: str) -> list[tuple[str, str]]:
    try:
        return [(name, kind) for name, kind, *_ in connection.execute(f"DESCRIBE {select}").fetchall()]
    except duckdb.Error as error:
        words = str(error).splitlines()[0]
        raise DataError(f"the file is no Parquet that can be read: {words}") from error


def _steps(schema: pa.Schema, name: str) -> list[tuple[list[str], str]]:
    """The path that a name with dots takes through structs: at each step the names there, and the one taken."""
    taken: list[tuple[list[str], str]] = []
    names, kinds = schema.names, schema.types
    for part in name.split("."):
        if part not in names:
            return []
        taken.append((names, part))
        kind = kinds[names.index(part)]
        fields = list(kind) if pa.types.is_struct(kind) else []
        names, kinds = [field.name for field in fields], [field.type for field in fields]
    return taken


def _expression(schema: pa.Schema, called: Sequence[str], name: str) -> str:
    """A wanted column in SQL: by its name as it stands, then as a path into structs."""
    steps = [(schema.names, name)] if name in schema.names else _steps(schema, name)
    for names, taken in steps:
        alike = [other for other in names if other.lower() == taken.lower()]
        if len(alike) > 1:
            raise DataError(
                f"the columns {', '.join(map(repr, alike))} differ at most by case, and {name!r} is read"
            )
    first, *inner = (taken for _, taken in steps)
    expression = identifier(called[schema.names.index(first)])
    for field in inner:
        expression = f"struct_extract({expression}, {literal(field)})"
    return expression


def _column(name: str, position: int, kind: str) -> Column:
    if kind.startswith(_NO_SINGLE_VALUE) or kind.endswith("]"):
        raise DataError(f"the column {name!r} is {kind.partition('(')[0]}, where one value is wanted")
    if kind == '"NULL"':
        return Column(f"c{position}::VARCHAR", "VARCHAR")
    return Column(f"c{position}", kind)


def _plain(path: Path) -> str:
    """The path with what DuckDB would read as a pattern made literal."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))
