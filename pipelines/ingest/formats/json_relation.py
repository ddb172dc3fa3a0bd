"""The SQL that takes wanted keys out of rows of JSON text, and says of each row why it is none."""

import json
import re
from collections.abc import Sequence

from pipelines.duck import literal
from pipelines.ingest.formats.delivered import Column

# the keys, in order, of each object in which something is wanted
Shape = tuple[tuple[str, ...], ...]
RAW_ROW = (
    "CASE WHEN json_valid(line) AND starts_with(ltrim(line), '{') THEN line::JSON "
    "ELSE json_object('line', rtrim(line, chr(10) || chr(13))) END"
)


def relation_of(names: Sequence[str], row: str, shapes: Sequence[Shape]) -> str:
    """The SQL of rows with what is wanted of them as `parts`, and as `malformed` why one is no row."""
    pointers = [_pointer([name]) for name in names]
    pointers += [_pointer(name.split(".")) for name in names if "." in name]
    unfit = [_unfit(name, column.sql) for name, column in columns_of(names).items()]
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


def columns_of(names: Sequence[str]) -> dict[str, Column]:
    """Where each wanted key is within `parts`; one with dots is looked for as it stands first."""
    dotted = [name for name in names if "." in name]
    places = {name: place for place, name in enumerate(dotted, len(names) + 1)}
    return {
        name: Column(
            f"coalesce(parts[{i}], parts[{places[name]}])" if name in places else f"parts[{i}]", "VARCHAR"
        )
        for i, name in enumerate(names, 1)
    }


def objects_of(names: Sequence[str]) -> dict[tuple[str, ...], set[str]]:
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
    paths = ", ".join(literal(_pointer(path)) for path in objects_of(names))
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
    keys = sorted({key for inside in objects_of(names).values() for key in inside})
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
    for path, inside in objects_of(names).items():
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
