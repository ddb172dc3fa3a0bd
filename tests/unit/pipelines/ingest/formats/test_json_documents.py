"""JSON as it is delivered: every record is a row, a bad row, or refused with its file."""

import json
import string
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DataError
from pipelines.ingest.formats import json_elements, json_text
from pipelines.ingest.formats.readers import open_file
from schemas.documents.documents import Source

Row = tuple[str | None, *tuple[str | None, ...]]


def rows(path: Path, content: str | bytes, *names: str, kind: str = "jsonl", **source: Any) -> list[Row]:
    """What is malformed, and the values of the named keys, of every row."""
    path = path / "file"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    one = Source.model_validate(
        {"source_id": "s", "format": kind, "timestamp": {"column": names[0]}, **source}
    )
    with duckdb.connect() as connection:
        delivered = open_file(one, path, names, connection)
        values = ", ".join(delivered.columns[name].sql for name in names)
        sql = f"SELECT row_number, malformed, {values} FROM {delivered.relation} ORDER BY 1"
        try:
            found = connection.execute(sql).fetchall()
        except duckdb.Error as error:
            raise delivered.failures[0] from error
    assert [number for number, *_ in found] == list(range(1, len(found) + 1))
    # what a bad row holds is not looked at
    return [(bad, *(None if bad else value for value in values)) for _, bad, *values in found]


def reason(path: Path, content: str | bytes, *names: str, **how: Any) -> str:
    with pytest.raises(DataError) as caught:
        rows(path, content, *names, **how)
    return str(caught.value)


# ---- keys that are not there ---------------------------------------------------------------------------

ORDER = '{"id":2,"customer":{"countryCode":"DE"},"total":{"grossAmount":50}}\n'


def test_a_key_that_no_row_has_refuses_the_file_and_proposes_what_may_be_meant(tmp_path: Path) -> None:
    assert reason(tmp_path, ORDER, "id", "total.gross") == (
        "the file has no key 'total.gross'; it has 'id', 'customer.countryCode', 'total.grossAmount'; "
        "is 'total.grossAmount' meant?"
    )


@pytest.mark.parametrize("kind", ["jsonl", "json"])
@pytest.mark.parametrize(
    "changed", [{"total": [{"gross": 1}]}, {"Total": {"gross": 1}}, {"total": "1"}, {"total.Gross": 1}, {}]
)
def test_every_change_of_a_key_refuses_the_file(tmp_path: Path, kind: str, changed: dict[str, Any]) -> None:
    text = json.dumps({"id": 1, **changed})
    content = f"[{text},{text}]" if kind == "json" else f"{text}\n{text}"
    assert "has no key 'total.gross'" in reason(tmp_path, content, "id", "total.gross", kind=kind)


@pytest.mark.parametrize(
    "last", ['{"id":3,"a":{"b":7}}', '{"id":3,"a.b":7}', r'{"id":3,"\u0061":{"\u0062":7}}']
)
def test_one_row_with_the_key_is_enough_wherever_it_stands(tmp_path: Path, last: str) -> None:
    content = '{"id":1}\n' * 3000 + last
    assert rows(tmp_path, content, "id", "a.b")[-1] == (None, "3", "7")
    assert rows(tmp_path, content, "id", "a.b")[0] == (None, "1", None)


def test_a_null_counts_as_present(tmp_path: Path) -> None:
    assert rows(tmp_path, '{"id":null,"a":null}', "id", "a.b") == [(None, None, None)]


def test_the_keys_that_a_reason_lists_are_bounded(tmp_path: Path) -> None:
    text = json.dumps({f"k{n}" + "x" * 500: n for n in range(1000)})
    assert len(reason(tmp_path, text, "a")) < 4000


# ---- values of another kind ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ('{"id":[1],"a":{"b":1}}', "'id' is an object or an array, where one value is wanted"),
        ('{"id":{},"a":{"b":1}}', "'id' is an object or an array, where one value is wanted"),
        ('{"id":1,"a":{"b": [ ]}}', "'a.b' is an object or an array, where one value is wanted"),
        ('{"id":1,"a":[{"b":1}]}', "'a' is no object, so nothing in it is 'a.b'"),
        ('{"id":1,"a" : "text"}', "'a' is no object, so nothing in it is 'a.b'"),
        ('{"id":1,"a":5}', "'a' is no object, so nothing in it is 'a.b'"),
        ('{"id":1,"a":{"b":1},"id":2}', "a key that is read stands twice in one object"),
        ('{"id":1,"a":{"b":1,"b":1}}', "a key that is read stands twice in one object"),
        ('{"id":1,"a":{},"a":{"b":1}}', "a key that is read stands twice in one object"),
        (r'{"id":1,"\u0069d":2}', "a key that is read stands twice in one object"),
        (r'{"id":"\ud800"}', "the line is no JSON"),
        ('{"id":"a\0b"}', "the line is no JSON"),
        ('{"id":1}{"id":2}', "the line is no JSON"),
        ('{"id":1', "the line is no JSON: it breaks off before its end"),
        ("[1]", "the line is no JSON object"),
        ("7", "the line is no JSON object"),
    ],
)
def test_a_row_that_cannot_be_taken_as_it_is_says_why(tmp_path: Path, bad: str, why: str) -> None:
    good = '{"id":1,"a":{"b":"x"}}'
    assert rows(tmp_path, f"{good}\n{bad}\n{good}\n", "id", "a.b") == [
        (None, "1", "x"),
        (why, None, None),
        (None, "1", "x"),
    ]


@pytest.mark.parametrize(
    "fine", ['{"id":1,"x":{"id":2}}', '{"id":1,"x":1,"x":2}', '{"id":1,"y":"\\"id\\": {"}']
)
def test_keys_that_are_not_read_may_be_anything(tmp_path: Path, fine: str) -> None:
    assert rows(tmp_path, fine, "id") == [(None, "1")]


@pytest.mark.parametrize(
    "number", ["9007199254740993", "123456789012345678901234567890", "-1", "0.1", "1E400", "true"]
)
def test_numbers_keep_their_text(tmp_path: Path, number: str) -> None:
    assert rows(tmp_path, f'{{"id":{number}}}', "id") == [(None, number)]
    assert rows(tmp_path, f'[{{"id":{number}}}]', "id", kind="json") == [(None, number)]


# ---- the text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["jsonl", "json"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"]
)
def test_the_encodings_of_json_are_told_by_the_first_bytes(tmp_path: Path, kind: str, encoding: str) -> None:
    text = '{"id":"é€😀"}'
    content = f"[{text}]" if kind == "json" else f"{text}\r\n\r\n{text}"
    expected = [(None, "é€😀")] * (1 if kind == "json" else 2)
    assert rows(tmp_path, content.encode(encoding), "id", kind=kind) == expected


def test_any_other_encoding_is_named_and_a_wrong_one_refused(tmp_path: Path) -> None:
    content = '{"id":"é"}'.encode("cp1252")
    assert rows(tmp_path, content, "id", encoding="cp1252") == [(None, "é")]
    assert "the file is not UTF-8" in reason(tmp_path, content, "id")
    assert "name it in `encoding`" in reason(tmp_path, b"[" + content + b"]", "id", kind="json")
    assert "the file is not UTF-16" in reason(tmp_path, content + b"x", "id", encoding="utf-16")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n \t\n"])
def test_lines_may_end_in_any_way(tmp_path: Path, end: str) -> None:
    assert rows(tmp_path, end.join(['{"id":1}'] * 3) + end, "id") == [(None, "1")] * 3


def test_a_file_of_blank_lines_has_no_rows(tmp_path: Path) -> None:
    assert rows(tmp_path, "\n \n", "id") == []
    assert rows(tmp_path, "[ ]", "id", kind="json") == []


@pytest.mark.parametrize("kind", ["jsonl", "json"])
def test_deep_nesting_is_no_end_of_the_run(tmp_path: Path, kind: str) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    if kind == "jsonl":
        assert rows(tmp_path, f'{{"id":1}}\n{{"id":2,"x":{deep}}}', "id") == [(None, "1"), (None, "2")]
    else:
        assert "nested too deeply" in reason(tmp_path, f'[{{"id":1,"x":{deep}}}]', "id", kind="json")


# ---- documents -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_among_json_lines_is_refused_by_name(tmp_path: Path, indent: int | None) -> None:
    array = json.dumps([{"id": 1}, {"id": 2}], indent=indent)
    assert "the file is one JSON array, not one object a line" in reason(tmp_path, array, "id")
    assert "set `format: json`" in reason(tmp_path, '[{"id":1},\n{"id":2}\n]', "id")
    envelope = json.dumps({"data": [{"id": 1}]}, indent=2)
    assert "the file is one JSON object over many lines" in reason(tmp_path, envelope, "id")


@pytest.mark.parametrize("kind", ["json", "jsonl"])
def test_the_records_of_an_envelope_are_its_rows(tmp_path: Path, kind: str) -> None:
    inner = {"items": [{"id": n} for n in range(3)], "next": None}
    for envelope in (
        {"meta": {"items": [9]}, "data": inner, "z": [1]},
        {"x": 1, "data.items": inner["items"]},
    ):
        found = rows(tmp_path, json.dumps(envelope, indent=1), "id", kind=kind, records="data.items")
        assert found == [(None, "0"), (None, "1"), (None, "2")]


@pytest.mark.parametrize(
    ("content", "records", "why"),
    [
        (
            '{"data":[]}',
            None,
            "one JSON object, not an array; name its array of rows in `records`; it has 'data'",
        ),
        ('{"id":1}\n{"id":2}', None, "set `format: jsonl`"),
        ('"x"', None, "the file's JSON is a text, not an array of objects"),
        ("5", None, "the file's JSON is a single value"),
        ('{"data":{"rows":[]}}', "data.items", "the file has no key 'items'; it has 'rows'"),
        ('{"Data":[]}', "data", "the file has no key 'data'; it has 'Data'; is 'Data' meant?"),
        ('{"data":null}', "data", "'data' is null, not an array of objects"),
        ('{"data":{}}', "data", "'data' is an object, not an array of objects"),
        ("[]", "data", "the file's JSON is an array, not an object, so `records` finds no 'data' in it"),
        ('{"data":[],"data":[]}', "data", "stands twice"),
        ('[{"id":1},{"id"', None, "element 2 of the array: it is no JSON"),
        ('[{"id":1},{"id":1 "x"}]' + " " * 99, None, "element 2 of the array: it is no JSON: Expecting ','"),
        ('[{"id":1}', None, "breaks off before its end"),
        ('{"data":[{"id":1}]', "data", "breaks off before its end"),
        ('[{"id":1}] x', None, "after the file's JSON comes more: 'x'"),
        ('[{"id":1} {"id":2}]', None, "'{' stands where , or ] is expected"),
        ("  ", None, "the file is empty"),
    ],
)
def test_a_document_without_its_array_says_what_is_there(
    tmp_path: Path, content: str, records: str | None, why: str
) -> None:
    assert why in reason(tmp_path, content, "id", kind="json", records=records)


def test_what_stands_in_an_array_and_is_no_object_is_a_bad_row(tmp_path: Path) -> None:
    content = '[{"id":1}, 5, [1], null, {"id":[2]}]'
    assert [bad for bad, _ in rows(tmp_path, content, "id", kind="json")] == [
        None,
        *["the element is no JSON object"] * 3,
        "'id' is an object or an array, where one value is wanted",
    ]


def test_documents_are_read_over_the_borders_of_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = {"a": [{"x": [n]} for n in range(50)], "data": [{"id": n, "t": "é\\" * n} for n in range(40)]}
    expected = [(None, str(n), "é\\" * n) for n in range(40)]
    for block in (1, 2, 7, 64):
        monkeypatch.setattr(json_text, "_BLOCK", block)
        monkeypatch.setattr(json_elements, "_BATCH", block)
        for ascii_only in (True, False):
            content = json.dumps(document, ensure_ascii=ascii_only)
            assert rows(tmp_path, content, "id", "t", kind="json", records="data") == expected


def test_elements_and_siblings_longer_than_memory_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_text, "_BLOCK", 64)
    monkeypatch.setattr(json_elements, "_BATCH", 64)
    monkeypatch.setattr(json_elements, "_LONGEST_ELEMENT", 256)
    long = {"x": [{"n": n} for n in range(100)]}
    content = json.dumps({"others": long, "data": [{"id": 1}]})
    assert rows(tmp_path, content, "id", kind="json", records="data") == [(None, "1")]
    assert "longer than 16 MiB" in reason(tmp_path, json.dumps([long]), "id", kind="json")


def test_a_row_is_judged_alike_whatever_the_rows_before_it_look_like(tmp_path: Path) -> None:
    usual = ['{"id": 1, "a": {"b": 2}}', '{"id": 1, "a": {}}']
    odd = ['{"id": 1, "a": 5}', '{"id": 1, "a": {"b": [2]}}', '{"id": 1, "id": 2, "a": {"b": 2}}']
    odd += ['{"id": 1, "a": {"b": 2, "b": 3}}', '{"id": {}, "a": {"b": 2}}']
    found = [row[0] for row in rows(tmp_path, "\n".join([*usual, *odd]), "id", "a.b")]
    assert found[:2] == [None, None]
    assert found[2:] == [row[0] for row in rows(tmp_path, "\n".join([*odd, *usual]), "id", "a.b")][:5]
    assert all(found[2:])


# ---- against Python's json -----------------------------------------------------------------------------

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abé"), inner, max_size=2),
    max_leaves=4,
)
OBJECTS = st.fixed_dictionaries(
    {"id": st.integers() | st.text(max_size=5)}, optional={"a": VALUES, "é": VALUES}
)


def expected_row(record: dict[str, Any]) -> tuple[bool, Any, Any]:
    """(is it bad, id, a.b) as Python reads a record."""
    outer = record.get("a")
    inner = outer.get("b") if isinstance(outer, dict) else None
    bad = not isinstance(outer, dict | None) or isinstance(inner, dict | list)
    return (True, None, None) if bad else (False, record["id"], inner)


def as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(OBJECTS, max_size=6),
    ascii_only=st.booleans(),
    damage=st.none() | st.tuples(st.integers(0, 200), st.sampled_from(string.punctuation)),
)
def test_rows_and_bad_rows_are_the_records_that_python_reads(
    tmp_path: Path, records: list[dict[str, Any]], damage: tuple[int, str] | None, *, ascii_only: bool
) -> None:
    given = [{"id": "first", "a": {"b": "x"}}, *records]
    lines = [json.dumps(record, ensure_ascii=ascii_only) for record in given]
    found = rows(tmp_path, "\n".join(lines), "id", "a.b")
    array = rows(tmp_path, f"[{', '.join(lines)}]", "id", "a.b", kind="json")
    assert [row[1:] for row in found] == [row[1:] for row in array]
    assert [bool(row[0]) for row in found] == [expected_row(record)[0] for record in given]
    assert [row[1] for row in found] == [as_text(expected_row(record)[1]) for record in given]
    numbers = [
        (
            float(row[2]) if isinstance(value, float) else row[2],
            value if isinstance(value, float) else as_text(value),
        )
        for row, value in zip(found, (expected_row(record)[2] for record in given), strict=True)
    ]
    assert all(read == meant for read, meant in numbers)
    if damage:
        place, mark = damage
        broken = "\n".join(lines)
        broken = broken[: place % len(broken)] + mark + broken[place % len(broken) + 1 :]
        try:
            damaged = rows(tmp_path, broken, "id", "a.b")
        except DataError:
            return
        assert len(damaged) == len([line for line in broken.split("\n") if line.strip()])
