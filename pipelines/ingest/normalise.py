"""From a delivered file to staged rows: typed columns, and beside each the text that could not be read.

Staged columns: row_number, malformed, event, occurred_at (UTC), unique_key (JSON array text), `dim_…` (text),
`field_…` (double), `unread_event`, `unread_occurred_at`, `unread_field_…` (the delivered text where it could not be
read, else null), and raw (the delivered row as JSON text, only where something could not be read).
"""

from collections.abc import Iterable

from duckdb import DuckDBPyConnection

from pipelines.ingest.delivered import Column, Delivered
from pipelines.ingest.localtime import is_utc, local_days
from pipelines.lake.duck import identifier, literal
from schemas.catalog.documents import Source

# the name of an event becomes the name of a folder of the lake; file systems take 255 bytes
_LONGEST_EVENT = 240
# of a text that cannot be read, what is kept to show
_SHOWN = 200
_NAIVE = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATE")
_WHOLE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
)
_EPOCH_UNITS = {"epoch": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}
# DuckDB reads these as times whatever the format
_WORDS = "('epoch', 'infinity', '-infinity')"
# an offset or the name of a zone behind a time of day
_OFFSET = r":[0-9.]+ ?([Zz]|[+-][0-9:]+|[A-Za-z][A-Za-z0-9_/+-]+)$"


def wanted_columns(source: Source) -> list[str]:
    """The source columns that the mapping names, each once."""
    names = [source.timestamp.column, source.event_column, *source.dimensions.values()]
    names += [*source.fields.values(), *source.unique_key]
    return list(dict.fromkeys(name for name in names if name))


def staged_rows(source: Source, delivered: Delivered, connection: DuckDBPyConnection) -> str:
    """DuckDB SELECT of the staged rows of an opened file, in the file's order."""
    table = {
        name: _nullable(column, _null_markers(source, name)) for name, column in delivered.columns.items()
    }
    moment = table[source.timestamp.column]
    fixed, naive = _moments(source, moment)
    join = ""
    utc = f"coalesce({fixed}, make_timestamptz(epoch_us({naive})))"
    if not is_utc(source.timestamp.timezone):
        connection.register("local_days", local_days(source.timestamp.timezone))
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
        f"{_text(moment)} AS given_occurred_at",
        f"{_unique_key(source, table)} AS unique_key",
        *(f"{_clean(table[name])} AS {identifier('dim_' + key)}" for key, name in source.dimensions.items()),
        *(part for key, name in source.fields.items() for part in _field(key, table[name])),
        f"{delivered.raw} AS raw",
    ]
    rows = f"SELECT {', '.join(typed)} FROM {delivered.relation} AS delivered{join}"
    return _shown_where_unread(rows, source.fields)


def _shown_where_unread(rows: str, fields: Iterable[str]) -> str:
    """Keep what was given only where it could not be read; `raw` only where anything could not."""
    unread = {
        "unread_occurred_at": "occurred_at IS NULL",
        **{
            f"unread_field_{name}": f"{identifier('field_' + name)} IS NULL AND "
            f"{identifier('given_field_' + name)} IS NOT NULL"
            for name in fields
        },
    }
    shown = ", ".join(
        f"CASE WHEN {condition} THEN left({identifier(name.replace('unread', 'given', 1))}, {_SHOWN}) END "
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
    """A text column with the source's null markers read as null."""
    markers = [literal(marker) for marker in null_values]
    if column.type != "VARCHAR" or not markers:
        return column
    return Column(f"CASE WHEN {column.sql} NOT IN ({', '.join(markers)}) THEN {column.sql} END", column.type)


def _text(column: Column) -> str:
    return column.sql if column.type == "VARCHAR" else f"({column.sql})::VARCHAR"


def _clean(column: Column) -> str:
    """Text without the null character, which PostgreSQL cannot hold."""
    return f"replace({_text(column)}, chr(0), '')"


def _field(name: str, column: Column) -> tuple[str, str]:
    """A finite number and the text that was given; `true` and `false` are 1 and 0."""
    if column.type in (*_WHOLE, "BOOLEAN") or column.type.startswith("DECIMAL"):
        value = f"({column.sql})::DOUBLE"
    elif column.type in ("DOUBLE", "FLOAT"):
        value = f"CASE WHEN isfinite({column.sql}) THEN {column.sql} END::DOUBLE"
    else:
        text = _text(column)
        number = f"TRY_CAST({text} AS DOUBLE)"
        value = (
            f"CASE WHEN isfinite({number}) THEN {number} "
            f"WHEN lower({text}) = 'true' THEN 1 WHEN lower({text}) = 'false' THEN 0 END::DOUBLE"
        )
    return (
        f"{value} AS {identifier('field_' + name)}",
        f"{_text(column)} AS {identifier('given_field_' + name)}",
    )


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


# ---- time ----------------------------------------------------------------------------------------------


def _moments(source: Source, column: Column) -> tuple[str, str]:
    """SQL of the instant where the value itself says it, and of the wall time where it does not."""
    nothing = "NULL::TIMESTAMPTZ", "NULL::TIMESTAMP"
    unit = _EPOCH_UNITS.get(source.timestamp.format or "")
    if column.type == "TIMESTAMP WITH TIME ZONE":
        return column.sql, nothing[1]
    if column.type in _NAIVE:
        return nothing[0], f"({column.sql})::TIMESTAMP"
    if column.type in _WHOLE:
        return _from_whole(column.sql, unit), nothing[1]
    if column.type in ("DOUBLE", "FLOAT") or column.type.startswith("DECIMAL"):
        return _from_fraction(f"({column.sql})::DOUBLE", unit), nothing[1]
    text = f"trim({_text(column)})"
    if unit:
        return _from_digits(text, unit), nothing[1]
    if source.timestamp.format:
        return _by_format(text, source.timestamp.format)
    return _by_iso(text, is_utc(source.timestamp.timezone))


def _by_format(text: str, pattern: str) -> tuple[str, str]:
    parsed = f"CASE WHEN lower({text}) NOT IN {_WORDS} THEN try_strptime({text}, {literal(pattern)}) END"
    if "%z" in pattern or "%Z" in pattern:
        return parsed, "NULL::TIMESTAMP"
    return "NULL::TIMESTAMPTZ", parsed


def _by_iso(text: str, utc: bool) -> tuple[str, str]:  # noqa: FBT001
    """ISO 8601 with or without an offset; YYYYMMDD; nine digits or more count from 1970."""
    is_date = f"{text} BETWEEN '0' AND ':'"
    day = f"CASE WHEN {is_date} AND length({text}) = 8 THEN try_strptime({text}, '%Y%m%d') END"
    if utc:
        instant = f"CASE WHEN {is_date} THEN TRY_CAST({text} AS TIMESTAMPTZ) END"
        return f"coalesce({instant}, {_from_digits(text, None)})", day
    has_offset = f"regexp_matches({text}, {literal(_OFFSET)})"
    fixed = f"CASE WHEN {is_date} AND {has_offset} THEN TRY_CAST({text} AS TIMESTAMPTZ) END"
    naive = f"CASE WHEN {is_date} AND NOT {has_offset} THEN TRY_CAST({text} AS TIMESTAMP) END"
    return f"coalesce({fixed}, {_from_digits(text, None)})", f"coalesce({naive}, {day})"


def _from_digits(text: str, unit: int | None) -> str:
    whole = f"TRY_CAST({text} AS BIGINT)"
    long_enough = "true" if unit else f"length({text}) >= 9"
    return (
        f"CASE WHEN {long_enough} THEN CASE WHEN contains({text}, '.') "
        f"THEN {_from_fraction(f'TRY_CAST({text} AS DOUBLE)', unit)} ELSE {_from_whole(whole, unit)} END END"
    )


def _from_whole(number: str, unit: int | None) -> str:
    """Whole numbers since 1970: seconds, milliseconds, microseconds or nanoseconds, told by their size."""
    if unit:
        return f"make_timestamptz(TRY_CAST(({number})::HUGEINT * {unit} AS BIGINT))"
    size = f"abs(({number})::HUGEINT)"
    scaled = (
        f"CASE WHEN {size} < 100000000000 THEN ({number})::HUGEINT * 1000000 "
        f"WHEN {size} < 100000000000000 THEN ({number})::HUGEINT * 1000 "
        f"WHEN {size} < 100000000000000000 THEN ({number})::HUGEINT ELSE ({number})::HUGEINT // 1000 END"
    )
    return f"make_timestamptz(TRY_CAST({scaled} AS BIGINT))"


def _from_fraction(number: str, unit: int | None) -> str:
    """Fractional seconds since 1970, or of the unit that the format names; like whole ones from 1e11 on."""
    if unit:
        return f"make_timestamptz(TRY_CAST(round(({number}) * {unit}) AS BIGINT))"
    seconds = f"make_timestamptz(TRY_CAST(round(({number}) * 1000000) AS BIGINT))"
    larger = _from_whole(f"TRY_CAST(({number}) AS BIGINT)", None)
    return f"CASE WHEN abs({number}) < 1e11 THEN {seconds} ELSE {larger} END"
