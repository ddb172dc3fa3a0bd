import time

import pytest
from werkzeug.exceptions import BadRequest

from webapi.process.json_text import MAX_DEPTH, parse_json


def nested(depth: int) -> bytes:
    return b'{"a":[' * (depth // 2) + b"[" * (depth % 2) + b"]" * (depth % 2) + b"]}" * (depth // 2)


def test_json_may_be_nested_to_the_limit_and_no_deeper() -> None:
    parse_json(nested(MAX_DEPTH))
    with pytest.raises(BadRequest, match="nested deeper than 40 levels"):
        parse_json(nested(MAX_DEPTH + 1))


def test_many_brackets_side_by_side_or_in_texts_are_not_deep() -> None:
    assert parse_json(b"[" + b",".join([b"[[],{}]"] * 1_000) + b"]")[999] == [[], {}]
    assert parse_json(b'["' + b"[" * 100 + b'", "\\"' + b"{" * 100 + b'\\\\"]')[1] == '"' + "{" * 100 + "\\"


@pytest.mark.parametrize("body", [b"", b"{", b"[1,]", b"NaN", b'"\\ud800"', b'"a\\u0000b"', b"\xff", b'"'])
def test_what_is_no_json_of_ours_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        parse_json(body)


@pytest.mark.parametrize(
    "body",
    [b"[" * 5_000_000, b"[]" * 2_500_000, b'"' * 5_000_000, b'"' + b'\\"' * 2_500_000, b'{"a":' * 1_000_000],
)
def test_hostile_bodies_are_refused_in_bounded_time(body: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(BadRequest):
        parse_json(body)
    # generous for a loaded machine: the longest takes about 0.1 s
    assert time.process_time() - begun < 2
