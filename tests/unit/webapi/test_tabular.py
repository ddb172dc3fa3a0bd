"""What a spreadsheet makes of values as CSV."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reports.models import MetricEntry, MetricValue, Trust, ValuesAnswer
from reports.tabular import values_csv
from webapi.views.tabular import as_table

MOMENT = datetime(2026, 3, 1, tzinfo=UTC)


def answer(slice_text: str, value: float | None, metric_id: str = "revenue") -> ValuesAnswer:
    entry = MetricEntry(
        metric_id, "Any", "computed", None, None, None, ("day",), ((),), "day", None, "1", "x"
    )
    row = MetricValue(
        *(metric_id, "day", slice_text, MOMENT, MOMENT, True, value, None, None, 1, False, "ok"),
        *(None, None, None, "1", "x", 1),
    )
    return ValuesAnswer(entry, "day", (row,), Trust(1, MOMENT, MOMENT, None, "UTC", is_complete=True))


def test_a_reason_in_any_script_fits_into_a_header() -> None:
    trust = Trust(1, MOMENT, MOMENT, None, "UTC", is_complete=True, held_back={"revenue": "Straße\n“x”"})
    header = as_table(replace(answer("", 1), trust=trust), "text/csv").headers["X-MDL-Meta"]
    assert header.isascii()
    assert json.loads(header)["held_back"] == {"revenue": "Straße\n“x”"}


def cells(text: str) -> dict[str, str]:
    (row,) = csv.DictReader(io.StringIO(text))
    return row


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_is_marked_as_text(start: str) -> None:
    found = cells(values_csv(answer(f"{start}1+1=2", 1, metric_id=f"{start}cmd")))
    assert (found["slice"], found["metric_id"]) == (f"'{start}1+1=2", f"'{start}cmd")


def test_numbers_stay_numbers() -> None:
    assert cells(values_csv(answer("", -1.5)))["value"] == "-1.5"
    assert cells(values_csv(answer("", 1e-300)))["value"] == "1e-300"
    assert cells(values_csv(answer("", None)))["value"] == ""


def test_commas_quotes_and_lines_stay_in_their_cell() -> None:
    assert cells(values_csv(answer('country="a",\nb', 1)))["slice"] == 'country="a",\nb'
