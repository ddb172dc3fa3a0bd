"""SQL that reads a number out of a column: what counts as one, with the marks that the source declares."""

import re

from pipelines.duck import literal
from pipelines.ingest.formats.columns import FRACTIONS, WHOLE, as_text
from pipelines.ingest.formats.delivered import Column
from schemas.documents.documents import Source

# characters that are written for one another between digits
_ALIKE = {" ": " \u00a0\u202f\u2009", "'": "'\u2019"}


def number(column: Column, source: Source) -> str:
    """SQL of a finite double, null where the value is none; `true` and `false` are 1 and 0.

    Text is an optional sign, digits with the source's decimal mark and, between groups of them, its thousands mark
    where it declares one, an optional exponent, and spaces around. Nothing else: no currency, per cent or brackets.
    """
    if column.type in (*WHOLE, "BOOLEAN") or column.type.startswith("DECIMAL"):
        return f"({column.sql})::DOUBLE"
    if column.type in FRACTIONS:
        return f"CASE WHEN isfinite({column.sql}) THEN {column.sql} END::DOUBLE"
    text = as_text(column)
    double = _by_marks(text, source) if _has_marks(source) else _plain(text)
    return (
        f"CASE WHEN isfinite({double}) THEN {double} "
        f"WHEN lower({text}) = 'true' THEN 1 WHEN lower({text}) = 'false' THEN 0 END::DOUBLE"
    )


def _has_marks(source: Source) -> bool:
    return source.decimal != "." or source.thousands is not None


def _plain(text: str) -> str:
    # DuckDB reads 1_000 as a thousand, and +-5 as -5
    return (
        f"CASE WHEN NOT (contains({text}, '_') OR contains({text}, '+-')) THEN TRY_CAST({text} AS DOUBLE) END"
    )


def _by_marks(text: str, source: Source) -> str:
    decimal = re.escape(source.decimal)
    alike = _ALIKE.get(source.thousands or "", source.thousands or "")
    mark = "[" + "".join(f"\\{letter}" if letter in r"\]^-" else letter for letter in alike) + "]"
    # 0,001 is no thousand: somebody wrote the other decimal mark
    grouped = f"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{2,3}})*{mark}[0-9]{{3}}|" if alike else ""
    digits = f"(?:{grouped}[0-9]+)(?:{decimal}[0-9]*)?|{decimal}[0-9]+"
    pattern = f" *[+-]?(?:{digits})(?:[eE][+-]?[0-9]+)? *"
    plain = f"replace(translate({text}, {literal(alike)}, ''), {literal(source.decimal)}, '.')"
    return f"CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN TRY_CAST({plain} AS DOUBLE) END"
