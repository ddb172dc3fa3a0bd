"""From a delivered file to staged rows: typed columns, and beside each the text that could not be read.

Staged columns: row_number, malformed, event, occurred_at (UTC), unique_key (JSON array text), `dim_…` (text),
`field_…` (double), `unread_event`, `unread_occurred_at`, `unread_field_…` (the delivered text where it could not be
read, else null), and raw (the delivered row as JSON text, only where something could not be read).
"""

import re
from collections.abc import Iterable, Iterator

from duckdb import DuckDBPyConnection

from pipelines.duck import identifier, literal
from pipelines.ingest.formats.columns import as_text
from pipelines.ingest.formats.delivered import Column, ReadableFile
from pipelines.ingest.instants import moments, with_moment, within_calendar
from pipelines.ingest.localtime import is_utc, local_days
from pipelines.ingest.numbers import number
from schemas.documents.documents import Source

# the name of an event becomes the name of a folder of the lake; file systems take 255 bytes
_LONGEST_EVENT = 240
# of a text that cannot be read, what is kept to show
_SHOWN = 200
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def wanted_columns(source: Source) -> list[str]:
    """The source columns that the mapping names, each once."""
    names = [source.timestamp.column, source.event_column, *source.dimensions.values()]
    names += [*source.fields.values(), *source.unique_key]
    return list(dict.fromkeys(name for name in names if name))


def staged_rows(source: Source, delivered: ReadableFile, connection: DuckDBPyConnection) -> str:
    """DuckDB SELECT of the staged rows of an opened file, in the file's order."""
    table = {
        name: _nullable(column, _null_markers(source, name)) for name, column in delivered.columns.items()
    }
    moment = table[source.timestamp.column]
    fixed, naive = moments(source.timestamp, moment)
    join = ""
    utc = f"coalesce({fixed}, make_timestamptz(epoch_us({naive})))"
    if not is_utc(source.timestamp.timezone):
        days = local_days(source.timestamp.timezone, source.timestamp.ambiguous)
        connection.register("local_days", days)
        wall = f"epoch_us({naive})"
        utc = (
            f"coalesce({fixed}, make_timestamptz({wall} - coalesce("
            f"CASE WHEN {wall} >= switch_us THEN after_us ELSE before_us END, 0)))"
        )
        join = f" LEFT JOIN local_days ON local_days.day = ({naive})::DATE"
    typed = [
        "row_number",
        "malformed",
        *_event(source, table),
        f"{utc} AS occurred_at",
        f"{moment.sql} AS given_occurred_at",
        f"{_unique_key(source, table)} AS unique_key",
        *(f"{_clean(table[name])} AS {identifier('dim_' + key)}" for key, name in source.dimensions.items()),
        *(part for key, name in source.fields.items() for part in _field(key, name, table[name], source)),
        f"{delivered.raw} AS raw",
    ]
    given = with_moment(delivered.relation, moment)
    rows = f"SELECT {', '.join(typed)} FROM ({given}) AS delivered{join}"
    return _shown_where_unread(within_calendar(rows), source.fields)


def _shown_where_unread(rows: str, fields: Iterable[str]) -> str:
    """Keep what was given, as text, only where it could not be read; `raw` only where anything could not."""
    unread = {
        "unread_occurred_at": "occurred_at IS NULL",
        **{
            f"unread_field_{name}": f"{identifier('field_' + name)} IS NULL AND "
            f"{identifier('given_field_' + name)} IS NOT NULL"
            for name in fields
        },
    }
    shown = ", ".join(
        f"CASE WHEN {condition} THEN left({identifier(name.replace('unread', 'given', 1))}::VARCHAR, {_SHOWN}) END "
        f"AS {identifier(name)}"
        for name, condition in unread.items()
    )
    given = ", ".join(identifier(name.replace("unread", "given", 1)) for name in unread)
    bad = " OR ".join(["malformed IS NOT NULL", "event IS NULL", *(f"({c})" for c in unread.values())])
    return f"SELECT * EXCLUDE ({given}) REPLACE (CASE WHEN {bad} THEN raw::VARCHAR END AS raw), {shown} FROM ({rows})"


# ---- values --------------------------------------------------------------------------------------------


def _null_markers(source: Source, column: str) -> Iterable[str]:
    """The texts that mean "missing" in a column; one that a mapping leaves out keeps the empty text."""
    markers = source.null_values
    return markers.get(column, [""]) if isinstance(markers, dict) else markers


def _nullable(column: Column, null_values: Iterable[str]) -> Column:
    """A column with the source's null markers read as null."""
    # only text can be empty
    markers = [literal(marker) for marker in null_values if marker or column.type == "VARCHAR"]
    if not markers:
        return column
    return Column(
        f"CASE WHEN {as_text(column)} NOT IN ({', '.join(markers)}) THEN {column.sql} END", column.type
    )


def _clean(column: Column) -> str:
    """Text without the null character, which PostgreSQL cannot hold."""
    return f"replace({as_text(column)}, chr(0), '')"


def _field(name: str, column_name: str, column: Column, source: Source) -> tuple[str, str]:
    """A finite number and the text that was given; both null where the number is a null marker, however written."""
    value, given = number(column, source), column.sql
    missing = list(_missing_numbers(_null_markers(source, column_name), source))
    if missing:
        is_missing = f"coalesce({value} IN ({', '.join(missing)}), false)"
        value, given = (f"CASE WHEN NOT {is_missing} THEN {each} END" for each in (value, given))
    return f"{value} AS {identifier('field_' + name)}", f"{given} AS {identifier('given_field_' + name)}"


def _missing_numbers(markers: Iterable[str], source: Source) -> Iterator[str]:
    """SQL of the null markers that are numbers: -999 is missing as -999.0 and with spaces around, too."""
    for marker in markers:
        plain = marker.replace(source.thousands or "", "").replace(source.decimal, ".")
        if _NUMBER.fullmatch(plain):
            yield f"{literal(plain)}::DOUBLE"


def _event(source: Source, table: dict[str, Column]) -> list[str]:
    if source.event_column is None:
        return [f"{literal(source.event or '')} AS event", "NULL::VARCHAR AS unread_event"]
    name = f"nullif({_clean(table[source.event_column])}, '')"
    fits = f"length(url_encode({name})) <= {_LONGEST_EVENT}"
    return [
        f"CASE WHEN {fits} THEN {name} END AS event",
        f"CASE WHEN NOT ({fits}) THEN left({name}, {_SHOWN}) END AS unread_event",
    ]


def _unique_key(source: Source, table: dict[str, Column]) -> str:
    """The key's columns as a JSON array, null where any of them is."""
    if not source.unique_key:
        return "NULL::VARCHAR"
    parts = [_clean(table[name]) for name in source.unique_key]
    missing = " OR ".join(f"({part}) IS NULL" for part in parts)
    return f"CASE WHEN NOT ({missing}) THEN to_json([{', '.join(parts)}])::VARCHAR END"
