"""Whether a source can be read as it says: a place to read, marks that fit its format, a known encoding and zone."""

import codecs
from collections.abc import Iterator
from functools import partial

from core.zones import is_zone
from schemas.documents.documents import Source
from schemas.documents.problems import Problem, problem_at


def source_problems(source: Source) -> Iterator[Problem]:
    """What keeps a source from being read as it says."""
    wrong = partial(problem_at, source.source_id, "error")
    if source.event is None and source.event_column is None:
        yield wrong("event", "expected `event`, or `event_column` where a column names the event")
    if source.event is not None and source.event_column is not None:
        yield wrong("event_column", "`event` and `event_column` are both given; keep one")
    yield from _origin_of_rows(source)
    if not is_zone(source.timestamp.timezone):
        message = f"{source.timestamp.timezone!r} is not an IANA time zone such as America/New_York"
        yield wrong("timestamp.timezone", message)
    yield from _reading(source)
    for name in source.ranges:
        if name not in source.fields:
            yield wrong(f"ranges.{name}", f"the range is for {name!r}, which `fields` does not map")
    bounds = {"expected_rows": source.expected_rows}
    bounds |= {f"ranges.{name}": each for name, each in source.ranges.items()}
    for path, each in bounds.items():
        if each.min is not None and each.max is not None and each.min > each.max:
            yield wrong(path, "`min` is greater than `max`")


def _origin_of_rows(source: Source) -> Iterator[Problem]:
    wrong = partial(problem_at, source.source_id, "error")
    if source.format != "sql":
        if source.path is None:
            yield wrong("path", f"a source of format {source.format} needs a path, such as 'logins/*.csv'")
        return
    for name in ("connection", "query"):
        if getattr(source, name) is None:
            yield wrong(name, f"a source of format sql needs a {name}")
    if source.query is not None and ":cursor" in source.query and source.cursor is None:
        yield wrong("cursor", "the query uses :cursor, so `cursor` must name the column it comes from")


_MARKS = {
    "delimiter",
    "quote",
    "decimal",
    "thousands",
    "skip_rows",
    "skip_footer",
    "encoding",
    "records",
    "sheet",
}
_READ_BY: dict[str, set[str]] = {
    "csv": _MARKS - {"records", "sheet"},
    # their numbers are numbers, and have a mark of their own
    "jsonl": {"encoding", "records"},
    "json": {"encoding", "records"},
    "xlsx": {"sheet", "skip_rows", "skip_footer"},
    "sql": set(),
    "parquet": {"decimal", "thousands"},
}


def _reading(source: Source) -> Iterator[Problem]:
    """Whether what the source says of its files can be meant."""
    wrong = partial(problem_at, source.source_id, "error")
    for name in sorted(_MARKS - _READ_BY[source.format]):
        if getattr(source, name) != Source.model_fields[name].default:
            yield wrong(name, f"a source of format {source.format} has no use for `{name}`")
    if source.encoding is not None and not _is_encoding(source.encoding):
        yield wrong("encoding", f"{source.encoding!r} is no text encoding such as utf-8, utf-16 or cp1252")
    if source.thousands == source.decimal:
        yield wrong("thousands", f"`decimal` is {source.decimal!r} too; one of them must be another")
    if source.thousands is not None and (source.thousands.isalnum() or source.thousands in "+-"):
        yield wrong("thousands", f"{source.thousands!r} cannot stand between digits, as . , ' or a space can")
    marks = [mark for mark in (source.delimiter, source.quote) if mark is not None]
    if len(set(marks)) < len(marks) or set(marks) & {"\n", "\r"}:
        yield wrong("delimiter", "`delimiter` and `quote` must be two characters, and no line ends")
    if isinstance(source.null_values, dict):
        mapped = {source.timestamp.column, source.event_column, *source.unique_key}
        mapped |= {*source.dimensions.values(), *source.fields.values()}
        for column in source.null_values:
            if column not in mapped:
                yield wrong(f"null_values.{column}", f"no part of the source reads a column {column!r}")


def _is_encoding(name: str) -> bool:
    try:
        return bool(codecs.lookup(name)._is_text_encoding)  # noqa: SLF001  # what str.encode itself asks
    except (LookupError, ValueError):
        return False
