"""CSV as spreadsheets and terminals take it: what was written comes back, marked where it could be run."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.csv_text import FORMULA_STARTS, csv_text

CONTROLS = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - set("\t\r\n")


def written(value: object) -> str:
    (row,) = csv.DictReader(io.StringIO(csv_text(["a", "b"], [{"a": value, "b": 1}]), newline=""))
    assert row["b"] == "1"
    return row["a"]


@given(
    st.text(alphabet=st.characters(codec="utf-8")) | st.sampled_from(["=1", "+1", "-1", "@x", "\tx", "\rx"])
)
def test_every_text_comes_back_with_a_mark_where_a_spreadsheet_would_run_it(text: str) -> None:
    shown = "".join("\ufffd" if each in CONTROLS else each for each in text)
    assert written(text) == ("'" + shown if text.startswith(FORMULA_STARTS) else shown)


@given(st.text(max_size=3).map(lambda rest: "=" + rest) | st.text())
def test_no_cell_of_a_text_begins_as_a_formula(text: str) -> None:
    assert not written(text.encode("utf-8", "replace").decode()).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_numbers_stay_the_numbers_they_are(number: float) -> None:
    assert float(written(number)) == float(number)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (True, "true"),
        (False, "false"),
        (None, ""),
        (float("inf"), ""),
        (float("nan"), ""),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01T00:00:00+00:00"),
        (["a", "=b"], '["a", "=b"]'),
        ({"a": 1}, '{"a": 1}'),
        ("host=x\x1b[31mred", "host=x\ufffd[31mred"),
        ("\uff1d1+1", "'\uff1d1+1"),
    ],
)
def test_what_is_no_text_is_written_as_in_json(value: object, cell: str) -> None:
    assert written(value) == cell
