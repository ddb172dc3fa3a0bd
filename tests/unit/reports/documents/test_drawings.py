import sys

import pytest

from core.errors import PermanentError
from reports.charts.models import ChartLook
from reports.documents import drawings
from reports.documents.drawings import WantedPicture, draw_apart, draw_here, drawn
from reports.documents.model import Illustration, ReportDocument, Section
from reports.documents.pdf.fonts import font_folders
from tests.documents import cover, metrics_table
from tests.unit.reports.charts.build import series

LOOK = ChartLook("print", 300, 120)


def document(rows: int) -> ReportDocument:
    section = Section(
        "metrics",
        "Metrics",
        tables=[metrics_table(rows)],
        illustrations=[Illustration("a", series([1.0, 2.0]))],
    )
    return ReportDocument(cover(), "en", [], [section])


def test_pictures_that_another_process_draws_are_the_same() -> None:
    fonts = ("Noto Sans", tuple(font_folders()))
    wanted = [
        WantedPicture(series([1.0, 2.0]), LOOK, "svg", *fonts),
        WantedPicture(series([1.0, 2.0]), LOOK, "png", *fonts),
    ]
    found = draw_apart(wanted)
    assert found == draw_here(wanted)
    assert b"Noto Sans" in found[0].content
    assert found[1].content.startswith(b"\x89PNG")


def test_a_report_of_a_thousand_rows_is_drawn_apart_and_a_small_one_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawings, "draw_apart", lambda _wanted: ["apart"])
    monkeypatch.setattr(drawings, "draw_here", lambda _wanted: ["here"])
    assert drawn(document(1_000), []) == ["here"]
    assert drawn(document(1_001), []) == ["apart"]


def test_nothing_is_started_where_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere")
    assert draw_apart([]) == []


def test_a_process_that_draws_nothing_is_told_by_its_last_words() -> None:
    with pytest.raises(PermanentError, match=r"(?s)charts were not drawn: .*has no attribute"):
        draw_apart([None])  # type: ignore[list-item]
