"""What is stored of a report is read back as it was."""

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from reports.archive.stored_document import stored_report
from reports.cells import (
    Cell,
    Change,
    Figure,
    Link,
    PeriodCell,
    Restricted,
    Share,
    Sparkline,
    Status,
    Table,
)
from reports.documents.as_json import contents_of
from reports.documents.model import Cover, Period, ReportDocument, Section, Sentence

ZONE = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 3, 9, 7, tzinfo=ZONE)
CELLS: dict[str, Cell] = {
    "figure": Figure(1.5, "EUR"),
    "nothing": Figure(None),
    "share": Share(0.25),
    "change": Change(-3.5, is_good=False),
    "status": Status("ok"),
    "period": PeriodCell(AT, "week"),
    "day period": PeriodCell(date(2026, 3, 2), "day"),
    "link": Link("Revenue", "/metrics/revenue", "revenue"),
    "trend": Sparkline((1.0, None, 2.0)),
    "restricted": Restricted(),
    "text": "<b>",
    "number": 7,
    "flag": True,
    "instant": AT,
    "day": date(2026, 3, 2),
    "none": None,
}


def document(table: Table) -> ReportDocument:
    cover = Cover(
        report_id="weekly",
        name="Weekly",
        description=None,
        owner_team=None,
        period=Period("week", AT, AT),
        audience="viewers",
        made_at=AT,
        publication_id=3,
        published_at=AT,
        data_through=None,
        timezone="Europe/Berlin",
        quality="ok",
        doubts=("late",),
    )
    part = Section("part", "Part", tables=[table])
    whole = Section("whole", "Whole", [Sentence(["up by ", Change(2.0)], is_good=True)], parts=[part])
    return ReportDocument(cover, "de", [Sentence(["fell to ", Figure(1.5)])], [whole], hidden=["secret"])


def test_every_kind_of_cell_comes_back_as_it_was() -> None:
    table = Table("t", "All kinds", {key: key.title() for key in CELLS}, [CELLS])
    told = document(table)
    found = stored_report(json.loads(json.dumps(contents_of(told))))
    assert found is not None
    assert [(each.name, each.depth) for each in found.sections] == [("whole", 1), ("part", 2)]
    [read] = found.sections[1].tables
    assert (read.columns, read.rows) == (table.columns, table.rows)
    assert read.numeric >= {"figure", "nothing", "share", "change", "number"}
    assert [list(each.pieces) for each in found.summary] == [["fell to ", Figure(1.5)]]
    assert found.sections[0].sentences == [Sentence(["up by ", Change(2.0)], is_good=True)]
    assert (found.cover.published_at, found.cover.doubts, found.hidden) == (AT, ["late"], ["secret"])


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "https://evil.example", "//evil.example", "/\\evil.example", ""]
)
def test_links_that_would_lead_elsewhere_lead_nowhere(href: str) -> None:
    table = Table("t", "t", {"a": "A"}, [{"a": Link("Revenue", href, "note")}])
    found = stored_report(contents_of(document(table)))
    assert found is not None
    assert found.sections[1].tables[0].rows == [{"a": "Revenue note"}]


def test_contents_of_another_shape_are_not_guessed() -> None:
    table = Table("t", "t", {"a": "A"}, [])
    assert stored_report(contents_of(document(table)) | {"version": 2}) is None
    assert stored_report(None) is None
