"""Rows as CSV, for the command line and the API alike: no cell is run by a spreadsheet or obeyed by a terminal."""

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

# what spreadsheets take for the begin of a formula, also in full width, and what they skip before one
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# what a terminal would obey instead of show
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """As `csv_lines`, of rows with the columns by name."""
    return csv_lines(columns, ([row[name] for name in columns] for row in rows))


def csv_lines(headings: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Rows after a line of headings (RFC 4180).

    Empty where there is no value, `true` and `false` as in JSON, lists and mappings as JSON. A text that a spreadsheet
    would take for a formula gets a `'` in front; numbers stay numbers. Control characters are replaced.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_guarded(name) for name in headings])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: object) -> object:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping | list | tuple):
        return _guarded(json.dumps(value, ensure_ascii=False, default=str))
    return _guarded(str(value))


def _guarded(text: str) -> str:
    shown = _CONTROL.sub("\ufffd", text)
    return f"'{shown}" if shown.startswith(FORMULA_STARTS) else shown
