"""A report as JSON: the same numbers, plain values only, and the same text each time."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import orjson
from hypothesis import given, settings

from reports.cells import Change, Figure, Link, PeriodCell, Restricted, Share, Sparkline, Status
from reports.documents.as_json import contents_of
from reports.documents.model import Illustration, Period, ReportDocument, Section, Sentence
from tests.documents import ZONE, cover, document, documents, kept_numbers_of, table_of
from tests.unit.reports.charts.build import series

START = datetime(2026, 3, 2, tzinfo=ZONE)


def numbers_in(value: Any) -> Iterator[float]:
    """Every number of sections and summary."""
    if isinstance(value, dict):
        for each in value.values():
            yield from numbers_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from numbers_in(each)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


@settings(max_examples=60, deadline=None)
@given(documents(charts=1))
def test_the_numbers_of_the_contents_are_those_of_the_report_and_no_others(report: ReportDocument) -> None:
    kept = json.loads(json.dumps(contents_of(report), allow_nan=False))
    found = Counter(repr(float(one)) for one in numbers_in([kept["summary"], kept["sections"]]))
    assert found == Counter(repr(float(number)) for number in kept_numbers_of(report))


def test_a_cell_says_its_kind_its_value_and_its_unit() -> None:
    row = [
        Figure(1.5, "EUR"), Share(0.5), Change(-2.0, is_good=False), Status("ok"), PeriodCell(START, "week"),
        Link("Orders", "/metrics/O", "O"), Sparkline((1.0, None, float("nan"))), Restricted(), "text", 7, True,
        START, date(2026, 3, 1), None, Figure(float("inf")),
    ]  # fmt: skip
    kept = contents_of(document(Section("s", "S", tables=[table_of([row], *map(str, range(len(row))))])))
    assert list(kept["sections"][0]["tables"][0]["rows"][0].values()) == [
        {"kind": "figure", "value": 1.5, "unit": "EUR"},
        {"kind": "share", "value": 0.5},
        {"kind": "change", "value": -2.0, "is_good": False},
        {"kind": "status", "value": "ok"},
        {"kind": "period", "value": "2026-03-02T00:00:00-05:00", "grain": "week"},
        {"kind": "link", "value": "Orders", "href": "/metrics/O", "note": "O"},
        {"kind": "trend", "value": [1.0, None, None]},
        {"kind": "restricted", "value": "restricted"},
        {"kind": "text", "value": "text"},
        {"kind": "number", "value": 7},
        {"kind": "flag", "value": True},
        {"kind": "instant", "value": "2026-03-02T00:00:00-05:00"},
        {"kind": "day", "value": "2026-03-01"},
        {"kind": "none", "value": None},
        {"kind": "figure", "value": None, "unit": None},
    ]


def test_the_cover_has_instants_with_the_offset_of_the_report() -> None:
    about = cover(
        # clocks are put forward within it
        period=Period("week", START, datetime(2026, 3, 9, tzinfo=ZONE)),
        published_at=datetime(2026, 3, 9, 5, 30, 12, tzinfo=ZONE),
        doubts=("1 of 2 files refused",),
    )
    kept = contents_of(document(cover=about, hidden=("SECRET",)))
    assert kept["cover"]["period"] == {
        "grain": "week",
        "start": "2026-03-02T00:00:00-05:00",
        "end": "2026-03-09T00:00:00-04:00",
    }
    assert kept["cover"]["published_at"] == "2026-03-09T05:30:12-04:00"
    assert (kept["cover"]["doubts"], kept["hidden"]) == (["1 of 2 files refused"], ["SECRET"])
    assert datetime.fromisoformat(kept["cover"]["made_at"]).utcoffset() is not None


def test_an_illustration_has_its_table_and_its_words_without_being_drawn() -> None:
    shown = Section("m", "Orders", illustrations=[Illustration("chart", series([1.0, None]))])
    (kept,) = contents_of(document(shown))["sections"][0]["illustrations"]
    assert (kept["name"], kept["title"]) == ("chart", "Orders")
    assert kept["description"].startswith("Line of Orders by day")
    assert dict(zip(kept["columns"], kept["rows"][0], strict=True))["Value"] == 1.0
    assert kept["moments"] == ["2026-03-01T00:00:00+00:00", "2026-03-02T00:00:00+00:00"]


def test_the_same_document_makes_the_same_text() -> None:
    told = Sentence(["Rose by ", Change(2.5, is_good=True), "."])
    report = document(Section("s", "S", [told], parts=[Section("p", "P", [told])]), summary=[told])
    assert orjson.dumps(contents_of(report)) == orjson.dumps(contents_of(report))
    assert contents_of(report)["sections"][0]["parts"][0]["title"] == "P"
