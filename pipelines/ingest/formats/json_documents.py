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
from pipelines.ingest.formats import json_elements, json_text
from pipelines.ingest.formats.delivered import ReadableFile, require
from pipelines.ingest.formats.json_relation import RAW_ROW, Shape, columns_of, objects_of, relation_of
from schemas.documents.documents import Source

# rows whose keys a reason lists
_SAMPLE = 1_000
_DEEPEST_SHOWN = 6
# rows at the beginning that tell which keys most rows have, and how many lists of keys are looked for in each row
_FIRST_ROWS = 200
_MOST_SHAPES = 8


def open_json(
    source: Source, path: Path, wanted: Sequence[str], connection: DuckDBPyConnection
) -> ReadableFile:
    """Open a json or jsonl file.

    Raises:
        DataError: it is not of its format, or not a single row has a wanted key.
    """
    names = list(dict.fromkeys(wanted))
    if source.format == "json" or source.records is not None:
        row, blocks = "element", partial(json_elements.elements, path, source.encoding, source.records)
    else:
        row, blocks = "line", partial(json_text.lines, path, source.encoding)
        _refuse_documents(path, source.encoding)
    reading = blocks()
    head = next(reading, pa.array([], pa.string()))
    _require_keys(chain([head], reading), names)
    rows = _Rows(blocks)
    connection.register("json_rows", pa.RecordBatchReader.from_batches(rows.schema, rows.batches()))
    return ReadableFile(
        relation_of(names, row, _shapes(head, names)), columns_of(names), RAW_ROW, rows.failures
    )


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
        objects = [_within(_parsed(text.as_py()), path) for path in objects_of(names)]
        shape = tuple(tuple(one) for one in objects if isinstance(one, dict) and one)
        # what is not printable may not be told in SQL
        if len(shape) == len(objects) and all(key.isprintable() for keys in shape for key in keys):
            found[shape] = None
    return list(found)[:_MOST_SHAPES]


def _within(document: Any, path: Sequence[str]) -> Any:
    for part in path:
        document = document.get(part) if isinstance(document, dict) else None
    return document
