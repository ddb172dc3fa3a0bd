"""What a spreadsheet makes of values as CSV."""

import csv
import io
import json
import subprocess
import sys
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


@pytest.mark.parametrize("late", ["pandas.core.api", "numpy._core"])
def test_a_chart_is_drawn_while_another_thread_makes_the_first_arrow_answer(late: str) -> None:
    """In a process of its own, where nothing imported pandas before; an import within it takes a second longer here."""
    script = """
import importlib.abc, sys, threading, time
from tests.unit.reports.charts.build import series
from tests.unit.webapi.test_tabular import answer
from reports.charts.drawing import draw
from webapi.views.tabular import to_arrow

half_way = threading.Event()

class Slow(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == sys.argv[1]:
            half_way.set()
            time.sleep(1)

draw(series([1, 2])).specification
assert "pandas" not in sys.modules
sys.meta_path.insert(0, Slow())
other = threading.Thread(target=to_arrow, args=[answer("", 1), "{}"])
other.start()
assert half_way.wait(60)
draw(series([1, 2])).specification
other.join()
"""
    done = subprocess.run([sys.executable, "-c", script, late], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
