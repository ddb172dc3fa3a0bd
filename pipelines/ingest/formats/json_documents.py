"""Reading JSON: one object a line (`jsonl`), or one document whose array holds the rows (`json`).

A key with dots is looked for as it stands, then as a path into nested objects. A file in which not a single row has
a wanted key is refused; a row may lack it, which is null.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from duckdb import DuckDBPyConnection

from core.errors import DataError
from pipelines.duck import literal
from pipelines.ingest.formats import json_text
from pipelines.ingest.formats.delivered import Column, ReadableFile, require
from schemas.documents.documents import Source

# rows whose keys a reason lists
_SAMPLE = 1_000
_DEEPEST_SHOWN = 6
# rows at the beginning that tell which keys most rows have, and how many lists of keys are looked for in each row
_FIRST_ROWS = 200
_MOST_SHAPES = 8

# the keys, in order, of each object in which something is wanted
Shape = tuple[tuple[str, ...], ...]


def open_json(
    source: Source, path: Path, wanted: Sequence[str], connection: DuckDBPyConnection
) -> ReadableFile:
    """Open a json or jsonl file.

    Raises:
        DataError: it is not of its format, or not a single row has a wanted key.
    """
    names = list(dict.fromkeys(wanted))
    if source.format == "json" or source.records is not None:
        row, blocks = "element", partial(json_text.elements, path, source.encoding, source.records)
    else:
        row, blocks = "line", partial(json_text.lines, path, source.encoding)
        _refuse_documents(path, source.encoding)
    reading = blocks()
    head = next(reading, pa.array([], pa.string()))
    _require_keys(chain([head], reading), names)
    rows = _Rows(blocks)
    connection.register("json_rows", pa.RecordBatchReader.from_batches(rows.schema, rows.batches()))
    return ReadableFile(_relation(names, row, _shapes(head, names)), _columns(names), _RAW, rows.failures)


class _Rows:
    """Batches of the rows of a file as JSON text."""

    schema = pa.schema([("row_number", pa.int64()), ("line", pa.string())])

    def __init__(self, blocks: Callable[[], Iterator[pa.Array]]) -> None:
        self.blocks = blocks
        self.failures: list[DataError] = []

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Batches of rows; what stops the reading is put into `failures`."""
        following = 1
        try:
            for block in self.blocks():
                numbers = pa.array(np.arange(following, following + len(block)))
                following += len(block)
                yield pa.RecordBatch.from_arrays([numbers, block], schema=self.schema)
        except DataError as error:
            self.failures.append(error)
            raise


# ---- what kind of file it is ---------------------------------------------------------------------------


def _refuse_documents(path: Path, encoding: str | None) -> None:
    """Refuse one document over all lines, whose lines would be bad rows one by one."""
    head = next(json_text.texts(path, encoding), "").lstrip()
    first, _, rest = head.partition("\n")
    second = rest.lstrip().partition("\n")[0]
    if head.startswith("[") and not (second and _is_json(first)):
        raise DataError("the file is one JSON array, not one object a line; set `format: json`")
    if not head.startswith("{") or _is_json(first) or _is_json(second) or not second:
        return
    try:
        end = json.JSONDecoder(parse_int=str).raw_decode(head)[1]
    except json.JSONDecodeError as error:
        end = error.pos
    except RecursionError:
        return
    if end > head.index(second, len(first)) + 1:
        raise DataError(
            "the file is one JSON object over many lines, not one object a line; "
            "if its rows are in an array, set `format: json` and name that in `records`"
        )


def _is_json(text: str) -> bool:
    return _parsed(text) is not None


def _parsed(text: str) -> Any:
    """The JSON of a text; None where it has none."""
    try:
        return json.loads(text, parse_int=str)
    except (ValueError, RecursionError):
        return None


# ---- keys that are not there ---------------------------------------------------------------------------


def _require_keys(blocks: Iterator[pa.Array], names: Sequence[str]) -> None:
    """Refuse a file in which no row has a wanted key; where a row has it, its value may be null."""
    missing = list(names)
    present: dict[str, None] = {}
    for block in blocks:
        for text in _likely(block, missing, sample=not present):
            document = _parsed(text)
            if isinstance(document, dict):
                if len(present) < _SAMPLE:
                    present.update(dict.fromkeys(_paths(document)))
                missing = [name for name in missing if not _has(document, name)]
            if not missing:
                return
    if present:
        require(missing, [name for name in present if name not in missing], "key")


def _likely(block: pa.Array, missing: Sequence[str], *, sample: bool) -> Iterator[str]:
    """Rows in which a missing key may be: the first ones, then those with its last part."""
    if sample:
        yield from (text.as_py() for text in islice(block, _SAMPLE))
    leaves = {name.rpartition(".")[2] for name in missing} | set(missing)
    pattern = "|".join(["\\\\"] + [re.escape(leaf + '"') for leaf in leaves])
    yield from block.filter(pc.match_substring_regex(block, pattern)).to_pylist()


def _has(document: dict[str, Any], name: str) -> bool:
    if name in document:
        return True
    found: Any = document
    for part in name.split("."):
        if not isinstance(found, dict) or part not in found:
            return False
        found = found[part]
        if found is None:  # nothing within it can be told
            return True
    return True


def _paths(document: dict[str, Any], depth: int = 1) -> Iterator[str]:
    """The keys of an object, those within objects with dots."""
    for key, value in document.items():
        if isinstance(value, dict) and value and depth < _DEEPEST_SHOWN:
            yield from (f"{key}.{inner}" for inner in _paths(value, depth + 1))
        else:
            yield key


def _shapes(block: pa.Array, names: Sequence[str]) -> list[Shape]:
    """What the first rows look like whose objects are all there and not empty, as DuckDB says of a number too."""
    found: dict[Shape, None] = {}
    for text in islice(block, _FIRST_ROWS):
        objects = [_within(_parsed(text.as_py()), path) for path in _objects(names)]
        shape = tuple(tuple(one) for one in objects if isinstance(one, dict) and one)
        # what is not printable may not be told in SQL
        if len(shape) == len(objects) and all(key.isprintable() for keys in shape for key in keys):
            found[shape] = None
    return list(found)[:_MOST_SHAPES]


def _within(document: Any, path: Sequence[str]) -> Any:
    for part in path:
        document = document.get(part) if isinstance(document, dict) else None
    return document


# ---- SQL -----------------------------------------------------------------------------------------------

_RAW = (
    "CASE WHEN json_valid(line) AND starts_with(ltrim(line), '{') THEN line::JSON "
    "ELSE json_object('line', rtrim(line, chr(10) || chr(13))) END"
)


def _relation(names: Sequence[str], row: str, shapes: Sequence[Shape]) -> str:
    pointers = [_pointer([name]) for name in names]
    pointers += [_pointer(name.split(".")) for name in names if "." in name]
    unfit = [_unfit(name, column.sql) for name, column in _columns(names).items()]
    return (
        # of what is no JSON the text is null to the extraction: a list is dearer to leave out than a text
        "(SELECT *, CASE "
        "WHEN parts IS NULL AND line NOT SIMILAR TO '(?s).*[}\\]]\\s*' "
        f"THEN 'the {row} is no JSON: it breaks off before its end' "
        f"WHEN parts IS NULL THEN 'the {row} is no JSON' "
        f"WHEN NOT starts_with(ltrim(line), '{{') THEN 'the {row} is no JSON object' "
        f"WHEN {_plain(names, shapes)} THEN NULL "
        f"WHEN regexp_matches(line, {literal(_suspicious(names))}, 's') "
        f"THEN CASE {_doubled(names)} {' '.join(unfit)} END END AS malformed "
        "FROM (SELECT row_number, line, "
        f"json_extract_string(CASE WHEN json_valid(line) THEN line END, {_texts(pointers)}) AS parts FROM json_rows))"
    )


def _columns(names: Sequence[str]) -> dict[str, Column]:
    dotted = [name for name in names if "." in name]
    places = {name: place for place, name in enumerate(dotted, len(names) + 1)}
    return {
        name: Column(
            f"coalesce(parts[{i}], parts[{places[name]}])" if name in places else f"parts[{i}]", "VARCHAR"
        )
        for i, name in enumerate(names, 1)
    }


def _objects(names: Sequence[str]) -> dict[tuple[str, ...], set[str]]:
    """The keys that may be wanted of each object on the way, by the path to it."""
    wanted: dict[tuple[str, ...], set[str]] = {(): set(names)}
    for name in names:
        parts = tuple(name.split("."))
        for i, part in enumerate(parts):
            wanted.setdefault(parts[:i], set()).add(part)
    return wanted


def _plain(names: Sequence[str], shapes: Sequence[Shape]) -> str:
    """Whether a row has the keys of one of the shapes, each once, and no value that could be an object or an array.

    That spares most rows of most files a closer look.
    """
    if not shapes:
        return "false"
    paths = ", ".join(literal(_pointer(path)) for path in _objects(names))
    known = ", ".join(f"[{', '.join(map(_texts, shape))}]" for shape in shapes)
    values = "array_to_string(parts, '')"
    return (
        f"json_keys(line, [{paths}]) IN ({known}) "
        f"AND NOT contains({values}, '{{') AND NOT contains({values}, '[')"
    )


def _texts(values: Sequence[str]) -> str:
    return f"[{', '.join(map(literal, values))}]::VARCHAR[]"


def _suspicious(names: Sequence[str]) -> str:
    """What every row looks like in which a wanted key stands twice, or has a value of another kind than it should.

    To look closer costs as much as reading the row, so it is done for few rows.
    """
    keys = sorted({key for inside in _objects(names).values() for key in inside})
    outer = {part for name in names for part in name.split(".")[:-1]}
    inner = {name.rpartition(".")[2] for name in names} | set(names)
    twice = [f"{_spelled(key)}.*{_spelled(key)}" for key in keys]
    nested = [_spelled(key) + r"\s*[\[{]" for key in sorted(inner)]
    flat = [_spelled(key) + r"\s*[^{n\s]" for key in sorted(outer)]
    # letters may be written as escapes, in keys too
    escape = r"\\u00[2-7]" if all(map(str.isascii, keys)) else r"\\u"
    return "|".join([*twice, *nested, *flat, escape])


def _spelled(key: str) -> str:
    return re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:"


def _doubled(names: Sequence[str]) -> str:
    """Whether a wanted key stands twice in its object: of two values nobody can say which is meant."""
    cases = []
    for path, inside in _objects(names).items():
        listed = ", ".join(map(literal, sorted(inside)))
        found = f"list_filter(json_keys(line, {literal(_pointer(path))}), lambda k: k IN ({listed}))"
        cases.append(f"len({found}) > len(list_distinct({found}))")
    return f"WHEN {' OR '.join(cases)} THEN 'a key that is read stands twice in one object'"


def _unfit(name: str, value: str) -> str:
    """Whether an object or an array stands where one value is wanted, or another value where an object is."""
    parts = name.split(".")
    kind = (
        f"coalesce(nullif(json_type(line, {literal(_pointer([name]))}), 'NULL'), "
        f"json_type(line, {literal(_pointer(parts))}))"
    )
    nested = literal(f"{name!r} is an object or an array, where one value is wanted")
    cases = f"WHEN {kind} IN ('OBJECT', 'ARRAY') THEN {nested}"
    for i in range(1, len(parts)):
        outer = f"json_type(line, {literal(_pointer(parts[:i]))}) NOT IN ('OBJECT', 'NULL')"
        flat = literal(f"{'.'.join(parts[:i])!r} is no object, so nothing in it is {name!r}")
        cases += f" WHEN {value} IS NULL AND {outer} THEN {flat}"
    return cases


def _pointer(parts: Sequence[str]) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)
