"""SQL that reads the time of an event out of a column: the instant where the value says it, else the wall time.

A number is a time only where its digits say which one. 8, 12 and 14 of them are a day, a minute and a second written
together; 9 or 10, 13, 16 and 19 count seconds, milliseconds, microseconds and nanoseconds since 1970, which are the
lengths that such counts have from 1973 (seconds) or 2001 (the others) to 2286. Any other number (the day of a
spreadsheet, an hour written together, an identifier) is no time, unless the source's `format` says what it is.
"""

import re

from pipelines.duck import literal
from pipelines.ingest.formats.columns import FRACTIONS, WHOLE, as_text
from pipelines.ingest.formats.delivered import Column
from pipelines.ingest.localtime import is_utc
from schemas.documents.documents import TimestampColumn

_NAIVE = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATE")
_EPOCH_UNITS = {"epoch": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}
_NO_INSTANT, _NO_WALL_TIME = "NULL::TIMESTAMPTZ", "NULL::TIMESTAMP"
# DuckDB reads these as times whatever the format
_WORDS = "('epoch', 'infinity', '-infinity')"
# digits of the parts of a time that are written together
_WIDTHS = {"Y": 4, "y": 2, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2, "j": 3}
# an offset or the name of a zone behind a time of day
_OFFSET = r":[0-9.]+ ?([Zz]|[+-][0-9:]+|[A-Za-z][A-Za-z0-9_/+-]+)$"
# short names of zones mean several (BST is Bangladesh to DuckDB, PST has summer time there, UTC+05:30 no minutes), and
# offsets beyond 14 hours or 59 minutes are none
_ABBREVIATIONS = (
    "ACT|AET|AGT|ART|AST|BET|BST|CAT|CET|CNT|CST|CTT|EAT|ECT|EET|EST|HST|IET|IST|JST|MET|MIT|MST|NET|NST|PLT|PNT|PRT|"
    "PST|SST|VST|WET"
)
_UNSURE = (
    rf"(?i)[ 0-9](?:(?:{_ABBREVIATIONS})(?: |$)|(?:UTC|GMT)[+-])"
    "|:[0-9.]+ ?[+-](?:1[5-9]|[2-9]|[01][0-9]:?[6-9])"
)
# what tells the year in a format
_YEAR = "%-?[YyGcxD]"
# how data frames write the whole numbers of a column that has gaps
_WHOLE_FRACTION = r"^(-?[1-9][0-9]*)\.0*$"
_SECONDS = r"^-?[1-9][0-9]{8,9}\.[0-9]+$"
# doubles beyond do not hold every whole number
_EXACT = 9_007_199_254_740_992


def with_moment(relation: str, column: Column) -> str:
    """SELECT of a relation with two columns more: `moment_text`, the time as trimmed text, and `moment_number`.

    That is a BIGINT where the time is a whole number as people and data frames write it, else null.
    """
    column = _exact(column)
    return (
        f"SELECT *, {_number(column)} AS moment_number "
        f"FROM (SELECT *, trim({as_text(column)}) AS moment_text FROM {relation} AS delivered)"
    )


def _exact(column: Column) -> Column:
    """The column without what single precision has rounded: it knows no second and no day beyond 2^24."""
    if column.type != "FLOAT":
        return column
    return Column(f"CASE WHEN abs({column.sql}) < 16777216 THEN {column.sql} END", column.type)


def _number(column: Column) -> str:
    if column.type in WHOLE:
        return f"TRY_CAST({column.sql} AS BIGINT)"
    if column.type in FRACTIONS or column.type.startswith("DECIMAL"):
        exact = f"{column.sql} = trunc({column.sql}) AND abs({column.sql}) < {_EXACT}"
        return f"CASE WHEN {exact} THEN TRY_CAST({column.sql} AS BIGINT) END"
    if column.type != "VARCHAR":
        return "NULL::BIGINT"
    number = "TRY_CAST(moment_text AS BIGINT)"
    fraction = f"TRY_CAST(regexp_extract(moment_text, {literal(_WHOLE_FRACTION)}, 1) AS BIGINT)"
    # only the way in which DuckDB writes a number is one: no sign, exponent or zero in front
    return (
        "CASE WHEN contains(moment_text, ':') THEN NULL "
        f"WHEN contains(moment_text, '.') THEN {fraction} "
        f"WHEN {number}::VARCHAR = moment_text THEN {number} END"
    )


def moments(timestamp: TimestampColumn, column: Column) -> tuple[str, str]:
    """SQL over `with_moment` of the instant (TIMESTAMPTZ) where the value itself says it, and of the wall time else."""
    column = _exact(column)
    if column.type == "TIMESTAMP WITH TIME ZONE":
        return column.sql, _NO_WALL_TIME
    if column.type in _NAIVE:
        return _NO_INSTANT, f"TRY_CAST({column.sql} AS TIMESTAMP)"  # dates go further than timestamps
    unit = _EPOCH_UNITS.get(timestamp.format or "")
    if unit:
        return _counted(column, unit), _NO_WALL_TIME
    if timestamp.format:
        return _by_format(timestamp.format)
    if _is_number(column):
        # no number is ISO 8601, and their text costs more than all the rest
        return _since_1970(column), _together()
    return _by_iso(column, is_utc(timestamp.timezone))


def _is_number(column: Column) -> bool:
    return column.type in WHOLE | FRACTIONS or column.type.startswith("DECIMAL")


def _text(column: Column) -> str:
    """The time as text; that of a number is made where it is asked for, as `moment_text` is for every row."""
    return as_text(column) if _is_number(column) else "moment_text"


def _by_format(pattern: str) -> tuple[str, str]:
    if not re.search(_YEAR, pattern):
        # DuckDB takes 1900
        return _NO_INSTANT, _NO_WALL_TIME
    given = _of_width(pattern, "coalesce(moment_number::VARCHAR, moment_text)")
    parsed = f"CASE WHEN lower({given}) NOT IN {_WORDS} THEN try_strptime({given}, {literal(pattern)}) END"
    if "%z" in pattern or "%Z" in pattern:
        return f"CASE WHEN NOT {_is_unsure(given)} THEN {parsed} END", _NO_WALL_TIME
    return _NO_INSTANT, parsed


def _is_unsure(text: str) -> str:
    return f"regexp_matches({text}, {literal(_UNSURE)})"


def _by_iso(column: Column, utc: bool) -> tuple[str, str]:  # noqa: FBT001
    """ISO 8601 with or without an offset; digits written together or counted since 1970."""
    is_date = f"moment_text BETWEEN '0' AND ':' AND NOT {_is_unsure('moment_text')}"
    if utc:
        fixed = f"CASE WHEN {is_date} THEN TRY_CAST(moment_text AS TIMESTAMPTZ) END"
        return f"coalesce({fixed}, {_since_1970(column)})", _together()
    has_offset = f"regexp_matches(moment_text, {literal(_OFFSET)})"
    fixed = f"CASE WHEN {is_date} AND {has_offset} THEN TRY_CAST(moment_text AS TIMESTAMPTZ) END"
    naive = f"CASE WHEN {is_date} AND NOT {has_offset} THEN TRY_CAST(moment_text AS TIMESTAMP) END"
    return f"coalesce({fixed}, {_since_1970(column)})", f"coalesce({naive}, {_together()})"


def _of_width(pattern: str, given: str) -> str:
    """The text where it has the digits that a pattern without separators needs, a zero that a number lost put back."""
    directives = re.findall("%([A-Za-z])", pattern)
    if "".join(f"%{one}" for one in directives) != pattern or not set(directives) <= set(_WIDTHS):
        return given
    width = sum(_WIDTHS[one] for one in directives)
    padded = "" if directives[0] == "Y" else f" WHEN {width - 1} THEN '0' || {given}"
    return f"CASE length({given}) WHEN {width} THEN {given}{padded} END"


def _together() -> str:
    """Wall time of YYYYMMDD, YYYYMMDDhhmm or YYYYMMDDhhmmss, from 1900 to 2099."""
    digits = "moment_number::VARCHAR"
    minute = f"try_strptime({digits}, '%Y%m%d%H%M')"
    return (
        f"CASE WHEN {_of_this_age(8)} THEN try_strptime({digits}, '%Y%m%d') "
        # in 2001 to 2012 a minute looks like a second of 2020
        f"WHEN {_of_this_age(12)} THEN CASE WHEN try_strptime({digits}, '%y%m%d%H%M%S') IS NULL THEN {minute} END "
        f"WHEN {_of_this_age(14)} THEN try_strptime({digits}, '%Y%m%d%H%M%S') END"
    )


def _of_this_age(digits: int) -> str:
    """Whether a number of so many digits begins with a year from 1900 to 2099."""
    zeros = "0" * (digits - 2)
    return f"moment_number BETWEEN 19{zeros} AND 21{zeros} - 1"


def _since_1970(column: Column) -> str:
    """Instant of a count since 1970, told by its length; none where it may be an hour written together."""
    is_hour = "try_strptime(left(moment_number::VARCHAR, 10), '%Y%m%d%H') IS NOT NULL"
    return (
        f"CASE WHEN ({_of_this_age(10)} OR {_of_this_age(16)}) AND {is_hour} THEN NULL "
        f"WHEN {_of_length(9, 10)} THEN make_timestamptz(moment_number * 1000000) "
        f"WHEN {_of_length(13, 13)} THEN make_timestamptz(moment_number * 1000) "
        f"WHEN {_of_length(16, 16)} THEN make_timestamptz(moment_number) "
        f"WHEN {_of_length(19, 19)} THEN make_timestamptz(moment_number // 1000) "
        f"{_seconds_with_fraction(column)} END"
    )


def _seconds_with_fraction(column: Column) -> str:
    """WHEN … THEN of seconds since 1970 that are no whole number."""
    if column.type in WHOLE:
        return ""
    given = _text(column)
    is_some = f"regexp_matches({given}, {literal(_SECONDS)})"
    if column.type in FRACTIONS:
        given, is_some = column.sql, f"abs({column.sql}) >= 100000000 AND abs({column.sql}) < 10000000000"
    return (
        f"WHEN moment_number IS NULL AND {is_some} "
        f"THEN make_timestamptz(round(({given})::DOUBLE * 1000000)::BIGINT)"
    )


def _of_length(least: int, most: int) -> str:
    """Whether a number of either sign has as many digits; those of 19 go on to where BIGINT ends."""
    low, high = "1" + "0" * (least - 1), "9" * most if most < 19 else "9223372036854775807"
    return f"(moment_number BETWEEN {low} AND {high} OR moment_number BETWEEN -{high} AND -{low})"


def _counted(column: Column, unit: int) -> str:
    """Instant of a number of the unit that the format names, since 1970."""
    whole = f"TRY_CAST(moment_number::HUGEINT * {unit} AS BIGINT)"
    given = _text(column)
    fraction = f"TRY_CAST(round(TRY_CAST({given} AS DOUBLE) * {unit}) AS BIGINT)"
    return (
        f"CASE WHEN moment_number IS NOT NULL THEN make_timestamptz({whole}) "
        f"WHEN regexp_matches({given}, '^-?[0-9]*[.]?[0-9]+$') THEN make_timestamptz({fraction}) END"
    )


def within_calendar(rows: str) -> str:
    """SELECT of rows, `occurred_at` null outside the years 1 to 9999, which is all that Python can say."""
    return (
        "SELECT * REPLACE (CASE WHEN occurred_at >= TIMESTAMPTZ '0001-01-01 00:00:00+00' AND "
        f"occurred_at < TIMESTAMPTZ '9999-12-31 00:00:00+00' THEN occurred_at END AS occurred_at) FROM ({rows})"
    )
