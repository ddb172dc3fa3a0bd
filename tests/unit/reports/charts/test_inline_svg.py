import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts.inline_svg import progress_bar, sparkline


def parsed(text: str) -> ET.Element:
    """The picture as a page reads it, where the name space goes without saying."""
    return ET.fromstring(text)  # noqa: S314


def test_a_sparkline_breaks_where_a_value_is_missing() -> None:
    # from 3 to 93 in steps of 30, from 21 (the least) up to 3 (the greatest)
    path = parsed(sparkline([1, 2, None, 3], "four days")).findall("path")[0]
    assert path.get("d") == "M3 21L33 12M93 3h0"


def test_the_running_period_is_hollow_and_joined_by_dashes() -> None:
    picture = parsed(sparkline([1, 2, 3], "three days", is_open=True))
    line, dashes = picture.findall("path")
    assert (line.get("d"), dashes.get("d")) == ("M3 21L48 12", "M48 12L93 3")
    assert dashes.get("stroke-dasharray") == "2 2"
    circle = picture.find("circle")
    assert circle is not None
    assert (circle.get("class"), circle.get("fill")) == ("spark-open", None)


@given(
    numbers=st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=40),
    title=st.text(),
    is_open=st.booleans(),
)
def test_any_values_make_a_picture_within_its_frame(
    numbers: list[float | None], title: str, *, is_open: bool
) -> None:
    text = sparkline(numbers, title, is_open=is_open)
    picture = parsed(text)
    assert "style=" not in text.partition("<title>")[0] + text.rpartition("</title>")[2]
    for path in picture.findall("path"):
        drawn = path.get("d", "").replace("M", " ").replace("L", " ").replace("h0", " ").split()
        assert all(0 <= float(number) <= 96 for number in drawn)


def test_twelve_points_and_a_bar_take_less_than_600_bytes() -> None:
    values = [100 / 3 * n for n in range(12)]
    assert (
        len(sparkline(values, "Departures, 12 months to September 2013: 27,122 flights", is_open=True)) < 600
    )
    assert len(progress_bar(0.5768, 0.79123, "58% of the way, 79% expected by now")) < 600


@pytest.mark.parametrize(
    ("progress", "expected", "width", "mark"),
    [(0.25, 0.5, "25", "M50 -2v12"), (-1, 2, "0", "M100 -2v12"), (None, None, None, None)],
)
def test_a_bar_is_filled_to_the_progress_and_marked_where_it_should_be(
    progress: float | None, expected: float | None, width: str | None, mark: str | None
) -> None:
    picture = parsed(progress_bar(progress, expected, "so far"))
    filled = picture.find("rect[@class='bar-fill']")
    path = picture.find("path")
    assert (filled.get("width") if filled is not None else None) == width
    assert (path.get("d") if path is not None else None) == mark
    assert picture.findtext("title") == "so far"
