from hypothesis import given
from hypothesis import strategies as st

from reports.blocks import sparkline


def test_a_sparkline_spans_the_values_and_leaves_gaps_blank() -> None:
    assert sparkline([0, 1, None, 7]) == "▁▂ █"
    assert sparkline([5, 5]) == "▄▄"
    assert sparkline([None]) == ""
    assert sparkline([0, None, 7], gap="·") == "▁·█"


@given(st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=20))
def test_a_sparkline_has_a_letter_for_each_value_however_far_apart_they_are(
    values: list[float | None],
) -> None:
    drawn = sparkline(values)
    known = [value for value in values if value is not None]
    assert len(drawn) == (len(values) if known else 0)
    if known and min(known) < max(known):
        assert drawn[values.index(min(known))] <= drawn[values.index(max(known))]
