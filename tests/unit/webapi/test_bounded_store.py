"""The store of answers in a process: it holds what it was given, within so many bytes, the newest longest."""

import time

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from core.settings import load_settings
from webapi.process.answer_stores import AnswerStores, FinishedAnswer
from webapi.process.bounded_store import ENTRY_BYTES, BoundedStore

# room for entries with keys of one letter that weigh 1,000 bytes together
MOST = 4 * (ENTRY_BYTES + 1) + 1_000


def store(most_bytes: int = MOST) -> BoundedStore:
    return BoundedStore(most_bytes, len)


def test_the_oldest_give_way_when_bytes_run_out_and_no_others() -> None:
    kept = store()
    for key, size in {"a": 100, "b": 300, "c": 300, "d": 300}.items():
        kept.set(key, b"x" * size)
    assert [kept.has(key) for key in "abcd"] == [True] * 4  # 1,000 bytes: exactly all
    kept.set("c", b"x" * 301)  # a again would fit, but c is now the newest, and one byte more is too much
    assert [kept.has(key) for key in "abcd"] == [False, True, True, True]
    kept.set("e", b"x")
    kept.set("f", b"x")
    assert [kept.has(key) for key in "bcdef"] == [False, True, True, True, True]


def test_what_is_larger_than_the_whole_store_drives_nothing_out() -> None:
    kept = store()
    kept.set("a", b"x")
    assert not kept.set("b", b"x" * (MOST - ENTRY_BYTES))
    assert kept.set("b", b"x" * (MOST - ENTRY_BYTES - 1))
    assert not kept.set("b", b"x" * MOST)
    assert (kept.get("a"), kept.get("b")) == (None, None)  # what was there before is not the answer any more


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, MOST), st.booleans())))
def test_it_holds_the_newest_that_fit_whatever_comes(steps: list[tuple[str, int, bool]]) -> None:
    kept, expected = store(), dict[str, int]()
    for key, size, is_set in steps:
        expected.pop(key, None)
        if is_set:
            kept.set(key, b"x" * size)
            if ENTRY_BYTES + 1 + size <= MOST:
                expected[key] = size
        else:
            kept.delete(key)
        while sum(ENTRY_BYTES + 1 + each for each in expected.values()) > MOST:
            del expected[next(iter(expected))]
    assert {key: len(kept.get(key)) for key in "abcdefgh" if kept.has(key)} == expected
    assert kept._bytes == sum(ENTRY_BYTES + 1 + each for each in expected.values())


def test_values_end_with_their_time_and_are_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, value, now = store(), b"x", time.time()
    assert kept.add("a", value, timeout=60)
    assert not kept.add("a", b"y")
    assert kept.get("a") is value
    kept.set("b", value, timeout=0)
    monkeypatch.setattr("webapi.process.bounded_store.time", lambda: now + 61)
    assert (kept.get("a"), kept.has("a"), kept.get("b")) == (None, False, value)
    assert kept.clear()
    assert (kept.get("b"), kept._bytes, kept.delete("b")) == (None, 0, False)


def test_the_answers_of_an_app_stay_within_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapi.process.answer_stores._PROCESS_BYTES", 10_000)
    stores = AnswerStores.of(Flask(__name__), load_settings())
    for number in range(20):
        stores.put(str(number), FinishedAnswer(b"x" * 3_000, "", "1", "p1", time.time() + 60, ()))
    found = [number for number in range(20) if stores.get(str(number), "p1") is not None]
    assert found == [18, 19]  # each is 3,513 or 3,514 bytes: two are kept, three would be too many
